"""Causes in a line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

if TYPE_CHECKING:
    from ._types import Cause, ValueCause


def value(cause: ValueCause) -> str:
    """A value and where it was set: ``replicas (values.yaml:1:11)``."""
    if cause["missing"]:
        return f"{cause['path']} (not set)"
    if cause["argument"] is not None:
        place = f"--{cause['layer']} number {cause['argument']}"
    else:
        place = f"{cause['file']}:{cause['line']}:{cause['column']}"
    return f"{cause['path']} ({place})"


def lines(cause: Cause) -> List[str]:
    """The template line and the values behind some bytes, one a line."""
    template = cause["template"]
    if template is None:
        return [f"written by the pipeline ({cause['generated']})"] if cause["generated"] else []
    found = [f"written by {template['file']}:{template['line']}:{template['column']}"]
    found += [f"from value {value(one)}" for one in cause["values"]]
    return found
