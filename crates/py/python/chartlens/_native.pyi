from datetime import datetime
from typing import Any, Dict, Iterator, List, Literal, Mapping, Optional, Sequence, Tuple, Union, final, overload

from ._facts import Fact
from ._rules import Rule
from ._types import (
    AnyValues,
    Cause,
    ExplainedValues,
    Finding,
    Fix,
    Hook,
    ObjectRef,
    Path,
    Reached,
    RenderedPlace,
    RuleInfo,
    Source,
    Summary,
    Target,
    TracedPlace,
)

__version__: str

@final
class Chart:
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def app_version(self) -> str: ...
    @property
    def description(self) -> str: ...
    @property
    def path(self) -> Optional[str]: ...
    def render(
        self,
        name: str = "release-name",
        namespace: str = "default",
        *,
        values: Optional[AnyValues] = None,
        set: Optional[Mapping[str, Any]] = None,
        set_string: Optional[Mapping[str, object]] = None,
        kube_version: Optional[str] = None,
        api_versions: Sequence[str] = ...,
        is_upgrade: bool = False,
        skip_schema_validation: bool = False,
        helm_version: Union[int, str, None] = None,
        seed: Union[int, str, None] = None,
        now: Union[datetime, float, str, None] = None,
        timezone: Optional[str] = None,
        trace: bool = False,
    ) -> Rendered: ...
    def render_files(
        self,
        name: str = "release-name",
        namespace: str = "default",
        *,
        values: Optional[AnyValues] = None,
        set: Optional[Mapping[str, Any]] = None,
        set_string: Optional[Mapping[str, object]] = None,
        kube_version: Optional[str] = None,
        api_versions: Sequence[str] = ...,
        is_upgrade: bool = False,
        skip_schema_validation: bool = False,
        helm_version: Union[int, str, None] = None,
        seed: Union[int, str, None] = None,
        now: Union[datetime, float, str, None] = None,
        timezone: Optional[str] = None,
    ) -> Dict[str, bytes]: ...
    def __copy__(self) -> Chart: ...
    def __deepcopy__(self, _memo: Any) -> Chart: ...
    def __reduce__(self) -> Tuple[Any, ...]: ...

@final
class Rendered:
    @property
    def documents(self) -> Tuple[Document, ...]: ...
    @property
    def hooks(self) -> Tuple[Document, ...]: ...
    @property
    def notes(self) -> str: ...
    @property
    def crds(self) -> List[Tuple[str, str]]: ...
    @property
    def log(self) -> List[str]: ...
    def cause(self, line: int, column: int) -> Cause: ...
    @overload
    def trace(
        self,
        *,
        at: Union[str, int],
        value: None = None,
        template: None = None,
        explain_values: Literal[False] = False,
        show_secrets: bool = False,
    ) -> TracedPlace: ...
    @overload
    def trace(
        self,
        *,
        at: None = None,
        value: str,
        template: None = None,
        explain_values: Literal[False] = False,
        show_secrets: bool = False,
    ) -> Reached: ...
    @overload
    def trace(
        self,
        *,
        at: None = None,
        value: None = None,
        template: str,
        explain_values: Literal[False] = False,
        show_secrets: bool = False,
    ) -> Reached: ...
    @overload
    def trace(
        self,
        *,
        at: None = None,
        value: None = None,
        template: None = None,
        explain_values: Literal[True],
        show_secrets: bool = False,
    ) -> ExplainedValues: ...
    def _repr_html_(self) -> str: ...

@final
class Document:
    @property
    def text(self) -> str: ...
    @property
    def object(self) -> Any: ...
    @property
    def api_version(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def namespace(self) -> Optional[str]: ...
    @property
    def source(self) -> str: ...
    @property
    def n(self) -> int: ...
    @property
    def hook(self) -> Optional[Hook]: ...
    def cause(self, line: int, column: int) -> Cause: ...
    def cause_of(self, pointer: str) -> Cause: ...

@final
class Diagnostic:
    @property
    def code(self) -> str: ...
    @property
    def severity(self) -> Literal["error", "warning", "note"]: ...
    @property
    def message(self) -> str: ...
    @property
    def help(self) -> Optional[str]: ...
    @property
    def notes(self) -> List[str]: ...
    @property
    def facts(self) -> List[Fact]: ...
    @property
    def chart(self) -> Optional[str]: ...
    @property
    def object(self) -> Optional[ObjectRef]: ...
    @property
    def pointer(self) -> Optional[str]: ...
    @property
    def rendered(self) -> Optional[RenderedPlace]: ...
    @property
    def cause(self) -> Optional[Cause]: ...
    @property
    def targets(self) -> List[Target]: ...
    @property
    def fixes(self) -> List[Fix]: ...
    @property
    def file(self) -> Optional[str]: ...
    @property
    def line(self) -> Optional[int]: ...
    @property
    def column(self) -> Optional[int]: ...
    def to_dict(self) -> Finding: ...
    def __eq__(self, other: Any, /) -> bool: ...
    def __reduce__(self) -> Tuple[Any, ...]: ...

@final
class Report:
    @property
    def diagnostics(self) -> List[Diagnostic]: ...
    @property
    def summary(self) -> Summary: ...
    @property
    def ok(self) -> bool: ...
    def to_json(self) -> str: ...
    def to_sarif(self) -> str: ...
    def to_junit(self) -> str: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[Diagnostic]: ...
    @overload
    def __getitem__(self, index: int, /) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice, /) -> List[Diagnostic]: ...
    def _repr_html_(self) -> str: ...
    def __reduce__(self) -> Tuple[Any, ...]: ...

def load(source: Source) -> Chart: ...
def check(
    target: Union[Chart, Path, Sequence[Union[Chart, Path]]],
    *,
    values: Optional[AnyValues] = None,
    values_sets: Optional[Mapping[str, AnyValues]] = None,
    set: Optional[Mapping[str, Any]] = None,
    set_string: Optional[Mapping[str, object]] = None,
    name: str = "release-name",
    namespace: str = "default",
    kube_version: Union[str, Sequence[str], None] = None,
    api_versions: Sequence[str] = ...,
    is_upgrade: bool = False,
    skip_schema_validation: bool = False,
    ci_values: bool = False,
    crds: Union[Path, Sequence[Path], None] = None,
    strict_kinds: bool = False,
    profile: Optional[str] = None,
    select: Sequence[str] = ...,
    extend_select: Sequence[str] = ...,
    ignore: Sequence[str] = ...,
    rule_options: Optional[Mapping[str, Mapping[str, Union[int, str, Sequence[str]]]]] = None,
    rules: Sequence[Rule] = ...,
    show_secrets: bool = False,
    against: Union[Chart, Path, None] = None,
    against_values: Optional[AnyValues] = None,
    helm_version: Union[int, str, None] = None,
    seed: Union[int, str, None] = None,
    now: Union[datetime, float, str, None] = None,
    timezone: Optional[str] = None,
) -> Report: ...
def rules() -> List[RuleInfo]: ...
def explain(code: str) -> str: ...
def run(arguments: Sequence[str], terminal: Optional[int] = None) -> int: ...
