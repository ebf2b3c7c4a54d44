"""Helpers for tests of charts. The fixtures of the pytest plugin are ``render``, ``check`` and ``assert_snapshot``.

>>> import chartlens
>>> from chartlens.testing import assert_document, assert_ok
>>> chart = chartlens.load({
...     "Chart.yaml": "apiVersion: v2\\nname: web\\nversion: 0.1.0\\n",
...     "templates/a.yaml": "apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\ndata: {size: '{{ .Values.size }}'}\\n",
... })
>>> assert_document(chart.render(set={"size": 2}), kind="ConfigMap", name="a")["data"]["size"]
'2'
>>> assert_ok(chartlens.check(chart))
"""

from __future__ import annotations

import difflib
from typing import Any, Dict, Iterator, List, Optional, Tuple

from . import _places
from ._errors import Error
from ._native import Document, Rendered, Report

__all__ = ["assert_document", "assert_ok", "difference", "explain"]

#: So many differences are shown.
_SHOWN = 5


def assert_document(
    rendered: Rendered,
    *,
    kind: Optional[str] = None,
    name: Optional[str] = None,
    namespace: Optional[str] = None,
    api_version: Optional[str] = None,
    source: Optional[str] = None,
) -> Dict[str, Any]:
    """Return the object of the only document that fits, hooks included.

    It is a plain dict whose parts know where they come from, so that a failed comparison under pytest shows the
    template line and the value behind the difference.

    Raises:
        AssertionError: No document fits, or several do.
    """
    __tracebackhide__ = True
    wanted = {"kind": kind, "name": name, "namespace": namespace, "api_version": api_version, "source": source}
    wanted = {key: text for key, text in wanted.items() if text is not None}
    documents = [*rendered.documents, *rendered.hooks]
    found = [one for one in documents if all(getattr(one, key) == text for key, text in wanted.items())]
    if len(found) != 1:
        shown = ", ".join(f"{key}={text!r}" for key, text in wanted.items())
        listed = "".join(f"\n  {_shown(one)}" for one in found or documents)
        count = f"{len(found)} documents" if found else "no document"
        raise AssertionError(f"{count} with {shown or 'no condition'}{' among' if not found else ''}:{listed}")
    located = _located(found[0].object, found[0], "")
    assert isinstance(located, dict), f"{_shown(found[0])} is no map"
    return located


def assert_ok(report: Report) -> None:
    """Assert that a check found nothing that will not work.

    Raises:
        AssertionError: It did; the text is the report.
    """
    __tracebackhide__ = True
    assert report.ok, "\n" + str(report)


def _shown(document: Document) -> str:
    return f"{document.kind} {document.name} ({document.source}#{document.n})"


class _Located:
    """A part of a document that knows its place."""

    document: Document
    pointer: str


class _Map(Dict[str, Any], _Located):
    def __getitem__(self, key: str) -> Any:
        return _located(super().__getitem__(key), self.document, _below(self.pointer, key))

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self else default

    def items(self) -> Any:
        return {key: self[key] for key in self}.items()

    def values(self) -> Any:
        return {key: self[key] for key in self}.values()


class _List(List[Any], _Located):
    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        if isinstance(index, slice):
            return item
        return _located(item, self.document, _below(self.pointer, index % len(self)))

    def __iter__(self) -> Iterator[Any]:
        return (self[index] for index in range(len(self)))


class _Str(str, _Located):
    pass


class _Int(int, _Located):
    pass


class _Float(float, _Located):
    pass


_CLASSES: Dict[type, Any] = {dict: _Map, list: _List, str: _Str, int: _Int, float: _Float}


def _located(value: Any, document: Document, pointer: str) -> Any:
    made = _CLASSES.get(type(value))
    # Booleans and null cannot carry a place.
    if made is None:
        return value
    located = made(value)
    located.document, located.pointer = document, pointer
    return located


def _below(pointer: str, key: Any) -> str:
    return f"{pointer}/" + str(key).replace("~", "~0").replace("/", "~1")


def _differences(found: Any, wanted: Any, pointer: str) -> Iterator[Tuple[str, str]]:
    """Pointers of what differs, and in what."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        for key in found:
            if key in wanted:
                yield from _differences(dict.__getitem__(found, key), wanted[key], _below(pointer, key))
            else:
                yield _below(pointer, key), f"found {_plain(dict.__getitem__(found, key))!r}, expected nothing"
        for key in wanted:
            if key not in found:
                yield pointer, f"{key} is missing, expected {wanted[key]!r}"
    elif isinstance(found, list) and isinstance(wanted, list):
        for index in range(min(len(found), len(wanted))):
            yield from _differences(list.__getitem__(found, index), wanted[index], _below(pointer, index))
        if len(found) != len(wanted):
            yield pointer, f"found {len(found)} items, expected {len(wanted)}"
    elif found != wanted:
        yield pointer, f"found {_plain(found)!r}, expected {wanted!r}"


def _plain(value: Any) -> Any:
    for plain, made in _CLASSES.items():
        if isinstance(value, made):
            return plain(value)
    return value


def explain(op: str, left: Any, right: Any) -> Optional[List[str]]:
    """Why a comparison with a part of a document fails: what differs, and the template line and values behind it.

    This is the plugin's ``pytest_assertrepr_compare``; ``None`` where neither side is a part of a document.
    """
    if isinstance(left, _Located):
        part, other = left, right
    elif isinstance(right, _Located):
        part, other = right, left
    else:
        return None
    head = f"{_plain(left)!r} {op} {_plain(right)!r}"
    lines = [head if len(head) <= 100 else f"{_shown(part.document)} {part.pointer} {op} …"]
    differences = list(_differences(part, other, part.pointer)) if op == "==" else [(part.pointer, "")]
    for pointer, what in differences[:_SHOWN]:
        lines.append(f"{part.document.kind} {part.document.name} {pointer or '/'}: {what}".rstrip(": "))
        lines += [f"  {line}" for line in _cause(part.document, pointer)]
    if len(differences) > _SHOWN:
        lines.append(f"and {len(differences) - _SHOWN} differences more")
    return lines


def _cause(document: Document, pointer: str) -> List[str]:
    try:
        return _places.lines(document.cause_of(pointer))
    except Error:
        return []


def difference(rendered: Rendered, expected: str) -> List[str]:
    """A unified difference from an earlier text of a render to this one; every new line has its cause behind it.

    Empty where there is none.
    """
    text = str(rendered)
    lines: List[str] = []
    number = 0
    before, after = expected.splitlines(), text.splitlines()
    for line in difflib.unified_diff(before, after, "snapshot", "render", lineterm="", n=2):
        lines.append(line)
        if line.startswith("@@"):
            # `@@ -1,2 +3,4 @@`: the render's hunk starts at line 3.
            number = int(line.split("+")[1].split(",")[0].split(" ")[0])
        elif line.startswith("+") and not line.startswith("+++"):
            lines += [f"        {cause}" for cause in _line_cause(rendered, number, after[number - 1])]
            number += 1
        elif line.startswith(" "):
            number += 1
    if not lines and text != expected:
        lines.append("only the ends of lines differ")
    return lines


def _line_cause(rendered: Rendered, line: int, text: str) -> List[str]:
    if not text.strip():
        return []
    # The interesting character is the value's.
    colon = text.find(": ")
    column = colon + 3 if colon >= 0 else len(text) - len(text.lstrip()) + 1
    try:
        return _places.lines(rendered.cause(line, min(column, len(text))))
    except Error:
        return []
