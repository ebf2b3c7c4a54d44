"""The shapes of reports, for type checkers. Lines and columns count from 1, columns in characters."""

from __future__ import annotations

from os import PathLike
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Protocol,
    Sequence,
    Tuple,
    TypedDict,
    Union,
)

if TYPE_CHECKING:
    from datetime import datetime

    from ._native import Chart
    from ._rules import ObjectCause, Rule


class Tree(Protocol):
    """What lists and reads files as ``importlib.resources`` and ``zipfile.Path`` do."""

    @property
    def name(self) -> str: ...
    def is_dir(self) -> bool: ...
    def iterdir(self) -> Iterator[Any]: ...
    def read_bytes(self) -> bytes: ...


#: A path.
Path = Union[str, "PathLike[str]"]
#: A chart: the path of a folder or an archive, the bytes of an archive, its files, or a tree of files.
Source = Union[Path, bytes, Mapping[str, Union[str, bytes]], Tree]
#: A values file: as a mapping, as a path, or as its bytes.
Values = Union[Mapping[str, Any], Path, bytes]
#: One values file or several.
AnyValues = Union[Values, Sequence[Values]]


#: What a rule of one's own says of an object: nothing, whether it holds, a message, a JSON pointer with a message, or several.
Said = Union[None, bool, str, Tuple[str, Optional[str]], Iterable[Union[str, Tuple[str, Optional[str]]]]]
#: A rule of one's own: it sees the object, its cause and the release.
RuleFunction = Callable[[Any, "ObjectCause", "Release"], Said]


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


class RuleInfo(TypedDict):
    """A code that findings can have."""

    code: str
    level: str
    since: str
    summary: str
    doc: str
    follows: str
    bad: Dict[str, Any]
    good: Dict[str, Any]
    aliases: List[str]


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


class RenderArguments(TypedDict, total=False):
    """The keyword arguments of ``Chart.render``, for functions that hand them on."""

    name: str
    namespace: str
    values: Optional[AnyValues]
    set: Optional[Mapping[str, Any]]
    set_string: Optional[Mapping[str, object]]
    kube_version: Optional[str]
    api_versions: Sequence[str]
    is_upgrade: bool
    skip_schema_validation: bool
    helm_version: Union[int, str, None]
    seed: Union[int, str, None]
    now: Union[datetime, float, str, None]
    timezone: Optional[str]


class CheckArguments(TypedDict, total=False):
    """The keyword arguments of ``check``, for functions that hand them on."""

    name: str
    namespace: str
    values: Optional[AnyValues]
    values_sets: Optional[Mapping[str, AnyValues]]
    set: Optional[Mapping[str, Any]]
    set_string: Optional[Mapping[str, object]]
    kube_version: Union[str, Sequence[str], None]
    api_versions: Sequence[str]
    is_upgrade: bool
    skip_schema_validation: bool
    ci_values: bool
    crds: Union[Path, Sequence[Path], None]
    strict_kinds: bool
    profile: Optional[str]
    select: Sequence[str]
    extend_select: Sequence[str]
    rule_options: Optional[Mapping[str, Mapping[str, Union[int, str, Sequence[str]]]]]
    rules: Sequence[Rule]
    ignore: Sequence[str]
    show_secrets: bool
    against: Union[Chart, Path, None]
    against_values: Optional[AnyValues]
    helm_version: Union[int, str, None]
    seed: Union[int, str, None]
    now: Union[datetime, float, str, None]
    timezone: Optional[str]


class Release(TypedDict):
    """What rules of one's own see around an object."""

    name: str
    namespace: str
    kube_version: str
    helm_version: str
    values_set: Optional[str]
    chart: Optional[Dict[str, Any]]
    values: Optional[Dict[str, Any]]
    objects: List[Any]
    causes: List[ObjectCause]


class ReachedLine(TypedDict):
    """A line of the output."""

    document: str
    n: int
    line: int
    text: str


class TracedPlace(ReachedLine):
    """A line of the output and its cause."""

    cause: Cause


class Reached(TypedDict):
    """The lines that something reaches."""

    reached: List[ReachedLine]


class ExplainedValue(TypedDict):
    """A value: its text, where it was set, and whether a template read it."""

    path: str
    value: str
    cause: Optional[ValueCause]
    read: bool


class ExplainedValues(TypedDict):
    """All values of a render."""

    values: List[ExplainedValue]


#: A finding as plain data.
Finding = Dict[str, Any]
