"""Renders and reports in notebooks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Iterator

from . import _places

if TYPE_CHECKING:
    from ._native import Diagnostic, Document, Rendered, Report

#: Colours that stand out on light and on dark ground.
_COLOURS = {
    "key": "#3b82c4",
    "text": "#3f9142",
    "literal": "#c2701e",
    "comment": "#888888",
    "error": "#d13438",
    "warning": "#c2701e",
    "note": "#3b82c4",
}
_KEY = re.compile(r"^(\s*(?:- +)*)((?:\"[^\"]*\"|'[^']*'|[^\s#:'\"\[\]{},&*!|>%@`-][^:#]*|-[^\s:#][^:#]*)):(?=\s|$)(.*)$")
_ITEM = re.compile(r"^(\s*(?:- +)+)(.*)$")
_LITERAL = re.compile(r"^(?:true|false|null|~|[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?)$")
_BLOCK = re.compile(r"[|>][-+\d]*\s*$")

#: Documents that are open at first; of more, only their heads are seen.
_OPEN = 3


def _span(kind: str, text: str) -> str:
    return f'<span style="color:{_COLOURS[kind]}">{escape(text)}</span>' if text else ""


def _scalar(text: str) -> str:
    """The value behind a key or a dash."""
    blank = text[: len(text) - len(text.lstrip())]
    value = text[len(blank) :]
    if value.startswith("#"):
        return blank + _span("comment", value)
    if value[:1] in ("'", '"'):
        return blank + _span("text", value)
    return blank + (_span("literal", value) if _LITERAL.match(value.rstrip()) else escape(value))


def _yaml(text: str) -> Iterator[str]:
    """The lines of a text in colours."""
    block = None
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip())
        if block is not None and (not line.strip() or indent > block):
            yield _span("text", line)
            continue
        block = None
        key = _KEY.match(line)
        item = _ITEM.match(line)
        if line.lstrip().startswith("#"):
            yield _span("comment", line)
        elif key:
            before, name, value = key.groups()
            yield escape(before) + _span("key", name) + ":" + _scalar(value)
            block = len(before) if _BLOCK.search(value) else None
        elif item:
            yield escape(item.group(1)) + _scalar(item.group(2))
            block = indent if _BLOCK.search(item.group(2)) else None
        else:
            yield escape(line)


def _pre(html: str) -> str:
    return f'<pre style="margin:0 0 0 1em;line-height:1.3;white-space:pre;text-align:left">{html}</pre>'


def _document(document: Document, is_open: bool) -> str:
    head = f"<b>{escape(document.kind or '?')}</b> {escape(document.name)}"
    source = _span("comment", f"{document.source}#{document.n}")
    state = " open" if is_open else ""
    return f"<details{state}><summary>{head} {source}</summary>{_pre(chr(10).join(_yaml(document.text.rstrip())))}</details>"


def rendered(rendered: Rendered) -> str:
    """A render: its documents, hooks and notes."""
    documents = [*rendered.documents, *rendered.hooks]
    parts = [_document(one, len(documents) <= _OPEN) for one in documents]
    if rendered.notes:
        parts.append(f"<details><summary><b>Notes</b></summary>{_pre(escape(rendered.notes))}</details>")
    return f"<div>{''.join(parts) or 'no documents'}</div>"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def report(report: Report) -> str:
    """A report: a table of findings with their causes."""
    summary = report.summary
    found = [(summary["errors"], "error"), (summary["warnings"], "warning"), (summary["notes"], "note")]
    counts = ", ".join(_count(number, noun) for number, noun in found)
    where = f"{_count(summary['charts'], 'chart')} and {_count(summary['documents'], 'document')}"
    head = f"<p><b>{counts}</b> in {where}</p>"
    rows = "".join(_row(found) for found in report)
    return f"<div>{head}{f'<table>{rows}</table>' if rows else ''}</div>"


def _row(found: Diagnostic) -> str:
    left = f"{_span(found.severity, found.severity)}<br>{escape(found.code)}"
    lines = [f"<b>{escape(found.message)}</b>"]
    if found.object is not None:
        name = " ".join(filter(None, [found.object["kind"], found.object["name"]]))
        lines.append(escape(f"{name} {found.pointer or ''}"))
    if found.file is not None and (found.cause is None or found.cause["template"] is None):
        lines.append(escape(f"{found.file}:{found.line}:{found.column}"))
    if found.cause is not None:
        lines += [_span("comment", line) for line in _places.lines(found.cause)]
    lines += [escape(note) for note in found.notes]
    if found.help:
        lines.append(f"<i>{escape(found.help)}</i>")
    if found.chart is not None:
        left += f"<br>{_span('comment', found.chart)}"
    cell = 'style="text-align:left;vertical-align:top"'
    return f"<tr><td {cell}>{left}</td><td {cell}>{'<br>'.join(lines)}</td></tr>"
