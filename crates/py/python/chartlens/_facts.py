"""What findings are about, as data. Made by ``cargo xtask gen facts`` from the types of the core."""

from __future__ import annotations

from typing import List, Literal, Optional, Tuple, TypedDict, Union

#: A type of the values in objects.
Type = Literal[
    "null",
    "boolean",
    "integer",
    "number",
    "string",
    "quantity",
    "list",
    "map",
    "object",
]


class Found(TypedDict):
    """A value that was found: its type, and what it says where that is no secret."""

    type: Type
    text: Optional[str]


class UnknownField(TypedDict):
    """A field that the schema of its map does not have."""

    kind: Literal["unknown-field"]
    field: str
    near: Optional[str]
    inside: Optional[str]
    now: Optional[str]
    known: List[str]


class NotSet(TypedDict):
    """A field that may be left out, and better is not."""

    kind: Literal["not-set"]
    field: str


class Unwanted(TypedDict):
    """A field that is better another or not there."""

    kind: Literal["unwanted"]
    field: str
    found: Found


class Remark(TypedDict):
    """Something is not as it should be, in the words of a rule."""

    kind: Literal["remark"]
    says: str


class NoSuchObject(TypedDict):
    """An object is named that is not part of the release."""

    kind: Literal["no-such-object"]
    of: str
    name: str
    near: Optional[str]


class NoSuchPort(TypedDict):
    """A port is named that the object has not."""

    kind: Literal["no-such-port"]
    of: str
    name: str
    port: str
    known: List[str]


class NoQuantity(TypedDict):
    """A text that is no amount of anything."""

    kind: Literal["no-quantity"]
    found: str
    near: Optional[str]


class NoSuchVolume(TypedDict):
    """A volume is named that the pod has not."""

    kind: Literal["no-such-volume"]
    name: str
    near: Optional[str]


class SelectsNothing(TypedDict):
    """A selector that fits nothing in the release."""

    kind: Literal["selects-nothing"]
    of: str
    labels: List[str]


class SameObject(TypedDict):
    """Another object of the release is the same."""

    kind: Literal["same-object"]
    of: str
    name: str


class UnusedAllow(TypedDict):
    """A comment that allows what is not found."""

    kind: Literal["unused-allow"]
    name: str


class OwnRule(TypedDict):
    """A rule of the user's own does not hold."""

    kind: Literal["own-rule"]
    code: str
    message: str


class MissingField(TypedDict):
    """A field that must be there."""

    kind: Literal["missing-field"]
    field: str
    null: bool


class NullField(TypedDict):
    """A field that must be there and is null, which whoever decodes it may take for missing."""

    kind: Literal["null-field"]
    field: str


class EmptyField(TypedDict):
    """A name of an object that is there and empty."""

    kind: Literal["empty-field"]
    field: str


class WrongType(TypedDict):
    """A value of another type than the schema asks for."""

    kind: Literal["wrong-type"]
    expected: List[Type]
    found: Found
    written: Optional[str]


class NotListed(TypedDict):
    """A value that is none of those listed."""

    kind: Literal["not-listed"]
    allowed: List[str]
    near: Optional[str]
    found: Found


class IntegerRange(TypedDict):
    """A number that its type cannot hold."""

    kind: Literal["integer-range"]
    bits: int
    found: Found


class OutOfRange(TypedDict):
    """A number beyond a bound."""

    kind: Literal["out-of-range"]
    bound: str
    found: str


class Length(TypedDict):
    """Too few or too many characters, items or entries."""

    kind: Literal["length"]
    least: Optional[int]
    most: Optional[int]
    found: int
    of: str


class Pattern(TypedDict):
    """A text that does not match a pattern."""

    kind: Literal["pattern"]
    pattern: str
    found: Found


class Format(TypedDict):
    """A text that is not of a format."""

    kind: Literal["format"]
    format: str
    found: Found


class DuplicateItem(TypedDict):
    """An item that occurs twice in a list that is a set."""

    kind: Literal["duplicate-item"]
    found: Found


class DuplicateKeys(TypedDict):
    """Two items with the same keys in a list that is a map."""

    kind: Literal["duplicate-keys"]
    fields: List[str]
    values: List[str]


class DuplicateKey(TypedDict):
    """A key that occurs twice in one map."""

    kind: Literal["duplicate-key"]
    key: str


class Alternatives(TypedDict):
    """A value that fits none, or more than one, of several schemas."""

    kind: Literal["alternatives"]
    expected: str
    fit: int


class Forbidden(TypedDict):
    """A value that a schema excludes."""

    kind: Literal["forbidden"]
    fields: List[str]


class Immutable(TypedDict):
    """A field that is fixed once the object exists, and that an update changes."""

    kind: Literal["immutable"]
    field: str
    place: str
    was: Optional[Found]
    becomes: Optional[Found]


class Change(TypedDict):
    """A change that a rule about changes refuses."""

    kind: Literal["change"]
    field: str
    rule: str
    was: Optional[Found]
    becomes: Optional[Found]


class ServerSays(TypedDict):
    """How the API server itself says it, where that is known, beside the words of the finding."""

    kind: Literal["server-says"]
    reason: str
    detail: str


class NothingBefore(TypedDict):
    """What is there before an update is not known."""

    kind: Literal["nothing-before"]
    reason: str


class Rule(TypedDict):
    """A rule of a custom resource that does not hold."""

    kind: Literal["rule"]
    rule: str
    message: str


class RuleSkipped(TypedDict):
    """A rule of a custom resource that was not evaluated."""

    kind: Literal["rule-skipped"]
    rule: str
    reason: str


class UnknownKind(TypedDict):
    """A kind that nothing is known of."""

    kind: Literal["unknown-kind"]
    api_version: str
    of: str
    near: Optional[Tuple[str, str]]


class ServedLater(TypedDict):
    """A kind that only later versions of Kubernetes serve."""

    kind: Literal["served-later"]
    api_version: str
    of: str
    since: str
    here: str
    replacement: Optional[str]


class ServedBefore(TypedDict):
    """A kind that only earlier versions of Kubernetes serve."""

    kind: Literal["served-before"]
    api_version: str
    of: str
    last: Optional[str]
    removed: Optional[str]
    here: str
    replacement: Optional[str]


class NotServed(TypedDict):
    """A version of a custom kind that its definition does not serve."""

    kind: Literal["not-served"]
    api_version: str
    of: str


class Deprecated(TypedDict):
    """A kind that is on its way out."""

    kind: Literal["deprecated"]
    api_version: str
    of: str
    since: Optional[str]
    removed: Optional[str]
    replacement: Optional[str]
    warning: Optional[str]


class UnknownKubeVersion(TypedDict):
    """A version of Kubernetes that there are no schemas for."""

    kind: Literal["unknown-kube-version"]
    version: str
    instead: Optional[str]
    known: List[str]


class NilAccess(TypedDict):
    """Templates reached through nothing."""

    kind: Literal["nil-access"]
    field: str


class NoSuchField(TypedDict):
    """Templates asked a value for a field that its type does not have."""

    kind: Literal["no-such-field"]
    field: str
    of: str


class WrongArgument(TypedDict):
    """An argument of another type than a function takes."""

    kind: Literal["wrong-argument"]
    expected: str
    found: Optional[str]


class ArgumentCount(TypedDict):
    """A call with too few or too many arguments."""

    kind: Literal["argument-count"]
    function: str
    expected: int
    given: int


class NotIterable(TypedDict):
    """`range` over what is no collection."""

    kind: Literal["not-iterable"]
    found: str


class UnknownTemplate(TypedDict):
    """`include` or `template` of a name that nobody defines."""

    kind: Literal["unknown-template"]
    name: str
    near: Optional[str]


class UnknownFunction(TypedDict):
    """A call of a function that there is not."""

    kind: Literal["unknown-function"]
    name: str
    near: Optional[str]


class UndefinedVariable(TypedDict):
    """A variable that was not declared here."""

    kind: Literal["undefined-variable"]
    name: str


class TypographicQuote(TypedDict):
    """A quotation mark that is one for people only."""

    kind: Literal["typographic-quote"]
    found: str


class DashedKey(TypedDict):
    """A key with a dash in it that is written with dots."""

    kind: Literal["dashed-key"]
    written: str
    instead: str


class Unclosed(TypedDict):
    """An action, a comment, a quotation or a block that is not closed."""

    kind: Literal["unclosed"]
    what: str
    opened: Optional[int]


class DefinedTwice(TypedDict):
    """A name that a file defines a second time."""

    kind: Literal["defined-twice"]
    name: str
    first: int


class NothingOpen(TypedDict):
    """An `end` or `else` that closes nothing."""

    kind: Literal["nothing-open"]
    word: str


class Refused(TypedDict):
    """`fail` or `required` ended the work."""

    kind: Literal["refused"]
    function: str
    message: str


class ReplacedHelper(TypedDict):
    """A helper that another chart's definition of the same name replaces."""

    kind: Literal["replaced-helper"]
    name: str
    by: str
    chart: str


class NoYaml(TypedDict):
    """A text that is no YAML."""

    kind: Literal["no-yaml"]
    reason: str


class ValuesSchema(TypedDict):
    """A value that values.schema.json refuses."""

    kind: Literal["values-schema"]
    chart: str
    pointer: str
    path: str
    missing: Optional[str]
    extra: Optional[str]
    near: Optional[str]
    reason: str


class UnknownValue(TypedDict):
    """A key in the values that no template reads."""

    kind: Literal["unknown-value"]
    path: str
    near: Optional[str]


class UnusedValue(TypedDict):
    """A key in the values that no template read in this render."""

    kind: Literal["unused-value"]
    path: str


class UndefinedValue(TypedDict):
    """A value that templates write and nobody sets."""

    kind: Literal["undefined-value"]
    path: str
    near: Optional[str]
    others: List[str]
    null: Optional[str]


#: What a finding is about.
Fact = Union[
    UnknownField,
    NotSet,
    Unwanted,
    Remark,
    NoSuchObject,
    NoSuchPort,
    NoQuantity,
    NoSuchVolume,
    SelectsNothing,
    SameObject,
    UnusedAllow,
    OwnRule,
    MissingField,
    NullField,
    EmptyField,
    WrongType,
    NotListed,
    IntegerRange,
    OutOfRange,
    Length,
    Pattern,
    Format,
    DuplicateItem,
    DuplicateKeys,
    DuplicateKey,
    Alternatives,
    Forbidden,
    Immutable,
    Change,
    ServerSays,
    NothingBefore,
    Rule,
    RuleSkipped,
    UnknownKind,
    ServedLater,
    ServedBefore,
    NotServed,
    Deprecated,
    UnknownKubeVersion,
    NilAccess,
    NoSuchField,
    WrongArgument,
    ArgumentCount,
    NotIterable,
    UnknownTemplate,
    UnknownFunction,
    UndefinedVariable,
    TypographicQuote,
    DashedKey,
    Unclosed,
    DefinedTwice,
    NothingOpen,
    Refused,
    ReplacedHelper,
    NoYaml,
    ValuesSchema,
    UnknownValue,
    UnusedValue,
    UndefinedValue,
]
