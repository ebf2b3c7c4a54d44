"""The shapes of reports, for type checkers. Lines and columns count from 1, columns in characters."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, TypedDict, Union
from os import PathLike

#: A path.
Path = Union[str, "PathLike[str]"]
#: A values file: as a mapping, as a path, or as its bytes.
Values = Union[Mapping[str, Any], Path, bytes]
#: One values file or several.
AnyValues = Union[Values, Sequence[Values]]


class Place(TypedDict):
    """A range in a file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class ValueCause(TypedDict):
    """A value that had a part in a byte."""

    path: str
    file: Optional[str]
    line: int
    column: int
    end_line: int
    end_column: int
    layer: str
    argument: Optional[int]
    missing: bool
    overrode: List[ValueCause]


class Call(TypedDict):
    """A template call on the way to a byte."""

    file: str
    line: int
    column: int
    call: str


class Condition(TypedDict):
    """A condition that let a byte appear."""

    file: str
    line: int
    column: int
    values: List[ValueCause]


class Cause(TypedDict):
    """What caused a byte."""

    template: Optional[Place]
    stack: List[Call]
    values: List[ValueCause]
    more: int
    guards: List[Condition]
    generated: Optional[str]


class ObjectRef(TypedDict):
    """The object that a finding is about."""

    apiVersion: str
    kind: str
    namespace: Optional[str]
    name: Optional[str]


class RenderedPlace(TypedDict):
    """A place in the rendered output."""

    document: str
    n: int
    line: int
    column: int
    end_line: int
    end_column: int


class Target(TypedDict):
    """A run in which a finding holds."""

    kube_version: str
    helm_version: str
    values_set: Optional[str]


class Edit(Place):
    """A replacement of text in a file."""

    new: str


class Fix(TypedDict):
    """A way to mend a finding."""

    title: str
    safe: bool
    edits: List[Edit]


class Summary(TypedDict):
    """Counts."""

    errors: int
    warnings: int
    notes: int
    charts: int
    documents: int


class Hook(TypedDict):
    """What makes a document a hook."""

    events: List[str]
    weight: int
    delete_policies: List[str]
    output_log_policies: List[str]


#: A finding as plain data.
Finding = Dict[str, Any]
