// Made by `cargo xtask gen facts` from the types of the core.

/** A type of the values in objects. */
export type Type = "null" | "boolean" | "integer" | "number" | "string" | "quantity" | "list" | "map" | "object";

/** A value that was found: its type, and what it says where that is no secret. */
export interface Found {
  /** Its type. */
  type: Type;
  /** What it says, as YAML reads it; null for collections, null and secrets. */
  text: string | null;
}

/** A field that the schema of its map does not have. */
export interface UnknownField {
  kind: "unknown-field";
  /** Its name. */
  field: string;
  /** The field that is likely meant, of those that are not there yet. */
  near: string | null;
  /** Where a field of this name and type belongs, if there is one such place: the path from the map that it stands in,
or from the object where it is not below that; empty for the object itself. */
  inside: string | null;
  /** What has taken its place, where an older version of the API had it here. */
  now: string | null;
  /** The fields that there are. */
  known: string[];
}

/** A field that may be left out, and better is not. */
export interface NotSet {
  kind: "not-set";
  /** Its path below the place. */
  field: string;
}

/** A field that is better another or not there. */
export interface Unwanted {
  kind: "unwanted";
  /** Its name. */
  field: string;
  /** What it is. */
  found: Found;
}

/** Something is not as it should be, in the words of a rule. */
export interface Remark {
  kind: "remark";
  /** What. */
  says: string;
}

/** An object is named that is not part of the release. */
export interface NoSuchObject {
  kind: "no-such-object";
  /** Its kind. */
  of: string;
  /** Its name. */
  name: string;
  /** The object of that kind that is likely meant. */
  near: string | null;
}

/** A port is named that the object has not. */
export interface NoSuchPort {
  kind: "no-such-port";
  /** The kind of the object. */
  of: string;
  /** Its name. */
  name: string;
  /** The port. */
  port: string;
  /** The ports that it has. */
  known: string[];
}

/** A text that is no amount of anything. */
export interface NoQuantity {
  kind: "no-quantity";
  /** The text. */
  found: string;
  /** The amount that is likely meant. */
  near: string | null;
}

/** A volume is named that the pod has not. */
export interface NoSuchVolume {
  kind: "no-such-volume";
  /** Its name. */
  name: string;
  /** The volume that is likely meant. */
  near: string | null;
}

/** A selector that fits nothing in the release. */
export interface SelectsNothing {
  kind: "selects-nothing";
  /** What it should fit: `Pods`, `Services`. */
  of: string;
  /** The labels that are asked for, as `key=value`. */
  labels: string[];
}

/** Another object of the release is the same. */
export interface SameObject {
  kind: "same-object";
  /** Its kind. */
  of: string;
  /** Its name. */
  name: string;
}

/** A comment that allows what is not found. */
export interface UnusedAllow {
  kind: "unused-allow";
  /** The name in it. */
  name: string;
}

/** A rule of the user's own does not hold. */
export interface OwnRule {
  kind: "own-rule";
  /** Its code. */
  code: string;
  /** Its message. */
  message: string;
}

/** A field that must be there. */
export interface MissingField {
  kind: "missing-field";
  /** Its name. */
  field: string;
  /** Whether it is there, and null. */
  null: boolean;
}

/** A field that must be there and is null, which whoever decodes it may take for missing. */
export interface NullField {
  kind: "null-field";
  /** Its name. */
  field: string;
}

/** A name of an object that is there and empty. */
export interface EmptyField {
  kind: "empty-field";
  /** Its name. */
  field: string;
}

/** A value of another type than the schema asks for. */
export interface WrongType {
  kind: "wrong-type";
  /** The types it asks for. */
  expected: Type[];
  /** What there is. */
  found: Found;
  /** How the value is spelt in its text, where it is a scalar and no secret. */
  written: string | null;
}

/** A value that is none of those listed. */
export interface NotListed {
  kind: "not-listed";
  /** The values listed. */
  allowed: string[];
  /** The one that is likely meant. */
  near: string | null;
  /** What there is. */
  found: Found;
}

/** A number that its type cannot hold. */
export interface IntegerRange {
  kind: "integer-range";
  /** Bits of the type. */
  bits: number;
  /** What there is. */
  found: Found;
}

/** A number beyond a bound. */
export interface OutOfRange {
  kind: "out-of-range";
  /** What the number must be: `at least 1`, `a multiple of 5`. */
  bound: string;
  /** What it is. */
  found: string;
}

/** Too few or too many characters, items or entries. */
export interface Length {
  kind: "length";
  /** The least that is allowed. */
  least: number | null;
  /** The most that is allowed. */
  most: number | null;
  /** How many there are. */
  found: number;
  /** What is counted: `characters`, `items` or `entries`. */
  of: string;
}

/** A text that does not match a pattern. */
export interface Pattern {
  kind: "pattern";
  /** The regular expression. */
  pattern: string;
  /** What there is. */
  found: Found;
}

/** A text that is not of a format. */
export interface Format {
  kind: "format";
  /** The format in words: `an IPv4 address`. */
  format: string;
  /** What there is. */
  found: Found;
}

/** An item that occurs twice in a list that is a set. */
export interface DuplicateItem {
  kind: "duplicate-item";
  /** The item. */
  found: Found;
}

/** Two items with the same keys in a list that is a map. */
export interface DuplicateKeys {
  kind: "duplicate-keys";
  /** The fields that are the keys. */
  fields: string[];
  /** Their values. */
  values: string[];
}

/** A key that occurs twice in one map. */
export interface DuplicateKey {
  kind: "duplicate-key";
  /** The key. */
  key: string;
}

/** A value that fits none, or more than one, of several schemas. */
export interface Alternatives {
  kind: "alternatives";
  /** The schemas in words. */
  expected: string;
  /** How many fit. */
  fit: number;
}

/** A value that a schema excludes. */
export interface Forbidden {
  kind: "forbidden";
  /** The fields that may not be there together. */
  fields: string[];
}

/** A field that is fixed once the object exists, and that an update changes. */
export interface Immutable {
  kind: "immutable";
  /** The field, with dots. */
  field: string;
  /** JSON pointer of the first value in it that differs. */
  place: string;
  /** That value in the object that is there; none where it says nothing. */
  was: Found | null;
  /** What it becomes; none where it goes. */
  becomes: Found | null;
}

/** A change that a rule about changes refuses. */
export interface Change {
  kind: "change";
  /** The field, with dots. */
  field: string;
  /** The rule. */
  rule: string;
  /** The value in the object that is there; none where it says nothing. */
  was: Found | null;
  /** What it becomes; none where it goes. */
  becomes: Found | null;
}

/** How the API server itself says it, where that is known, beside the words of the finding. */
export interface ServerSays {
  kind: "server-says";
  /** How it classes it, as in the causes of its answers: `FieldValueInvalid`. */
  reason: string;
  /** Its words behind the value; examples and regular expressions that it adds are left out. Empty where they are
not known. */
  detail: string;
}

/** What is there before an update is not known. */
export interface NothingBefore {
  kind: "nothing-before";
  /** Why. */
  reason: string;
}

/** A rule of a custom resource that does not hold. */
export interface Rule {
  kind: "rule";
  /** The rule in CEL. */
  rule: string;
  /** What its author says. */
  message: string;
}

/** A rule of a custom resource that was not evaluated. */
export interface RuleSkipped {
  kind: "rule-skipped";
  /** The rule in CEL. */
  rule: string;
  /** Why not. */
  reason: string;
}

/** A kind that nothing is known of. */
export interface UnknownKind {
  kind: "unknown-kind";
  /** `apiVersion` of the object. */
  api_version: string;
  /** Its `kind`. */
  of: string;
  /** `apiVersion` and `kind` that are likely meant. */
  near: [string, string] | null;
}

/** A kind that only later versions of Kubernetes serve. */
export interface ServedLater {
  kind: "served-later";
  /** `apiVersion` of the object. */
  api_version: string;
  /** Its `kind`. */
  of: string;
  /** The first version that serves it. */
  since: string;
  /** The version that is looked at. */
  here: string;
  /** The `apiVersion` to use there. */
  replacement: string | null;
}

/** A kind that only earlier versions of Kubernetes serve. */
export interface ServedBefore {
  kind: "served-before";
  /** `apiVersion` of the object. */
  api_version: string;
  /** Its `kind`. */
  of: string;
  /** The last version that serves it, as far as schemas tell. */
  last: string | null;
  /** The version that removed it, where that is known. */
  removed: string | null;
  /** The version that is looked at. */
  here: string;
  /** The `apiVersion`, or in words what else, to use there. */
  replacement: string | null;
}

/** A version of a custom kind that its definition does not serve. */
export interface NotServed {
  kind: "not-served";
  /** `apiVersion` of the object. */
  api_version: string;
  /** Its `kind`. */
  of: string;
}

/** A kind that is on its way out. */
export interface Deprecated {
  kind: "deprecated";
  /** `apiVersion` of the object. */
  api_version: string;
  /** Its `kind`. */
  of: string;
  /** What deprecated it, with the version: `Kubernetes 1.22`. */
  since: string | null;
  /** The version that removes it. */
  removed: string | null;
  /** What to use instead. */
  replacement: string | null;
  /** What its definition says. */
  warning: string | null;
}

/** A version of Kubernetes that there are no schemas for. */
export interface UnknownKubeVersion {
  kind: "unknown-kube-version";
  /** The version. */
  version: string;
  /** The version whose schemas are used in its place, where that is sound. */
  instead: string | null;
  /** The versions that are known. */
  known: string[];
}

/** Templates reached through nothing. */
export interface NilAccess {
  kind: "nil-access";
  /** The field that was asked of nothing. */
  field: string;
}

/** Templates asked a value for a field that its type does not have. */
export interface NoSuchField {
  kind: "no-such-field";
  /** The field. */
  field: string;
  /** Go's type of the value. */
  of: string;
}

/** An argument of another type than a function takes. */
export interface WrongArgument {
  kind: "wrong-argument";
  /** Go's type that is taken. */
  expected: string;
  /** Go's type that was given; none for nothing. */
  found: string | null;
}

/** A call with too few or too many arguments. */
export interface ArgumentCount {
  kind: "argument-count";
  /** The function. */
  function: string;
  /** How many it takes, or how many at least. */
  expected: number;
  /** How many there are. */
  given: number;
}

/** `range` over what is no collection. */
export interface NotIterable {
  kind: "not-iterable";
  /** What it is, as Go prints it. */
  found: string;
}

/** `include` or `template` of a name that nobody defines. */
export interface UnknownTemplate {
  kind: "unknown-template";
  /** The name. */
  name: string;
  /** The defined name that is likely meant. */
  near: string | null;
}

/** A call of a function that there is not. */
export interface UnknownFunction {
  kind: "unknown-function";
  /** Its name. */
  name: string;
  /** The function that is likely meant. */
  near: string | null;
}

/** A variable that was not declared here. */
export interface UndefinedVariable {
  kind: "undefined-variable";
  /** Its name, with the dollar sign. */
  name: string;
}

/** A quotation mark that is one for people only. */
export interface TypographicQuote {
  kind: "typographic-quote";
  /** The mark. */
  found: string;
}

/** A key with a dash in it that is written with dots. */
export interface DashedKey {
  kind: "dashed-key";
  /** What is written, such as `.Values.my-app.tag`. */
  written: string;
  /** How it is read instead: `index .Values "my-app" "tag"`. */
  instead: string;
}

/** An action, a comment, a quotation or a block that is not closed. */
export interface Unclosed {
  kind: "unclosed";
  /** What it is: `action`, `comment`, `string`, `raw string`, `parenthesis`, `if`, `with`, `range`, `define`, `block`. */
  what: string;
  /** The line where it was opened, where that is known. */
  opened: number | null;
}

/** A name that a file defines a second time. */
export interface DefinedTwice {
  kind: "defined-twice";
  /** The name. */
  name: string;
  /** The line where the first definition stands. */
  first: number;
}

/** An `end` or `else` that closes nothing. */
export interface NothingOpen {
  kind: "nothing-open";
  /** `end` or `else`. */
  word: string;
}

/** `fail` or `required` ended the work. */
export interface Refused {
  kind: "refused";
  /** `fail` or `required`. */
  function: string;
  /** What the chart says. */
  message: string;
}

/** A helper that another chart's definition of the same name replaces. */
export interface ReplacedHelper {
  kind: "replaced-helper";
  /** Its name. */
  name: string;
  /** Where the definition that is used stands: `FILE:LINE`. */
  by: string;
  /** The chart that gets the other body. */
  chart: string;
}

/** A text that is no YAML. */
export interface NoYaml {
  kind: "no-yaml";
  /** What the parser says. */
  reason: string;
}

/** A value that values.schema.json refuses. */
export interface ValuesSchema {
  kind: "values-schema";
  /** The chart whose schema it is. */
  chart: string;
  /** Pointer to the value in the chart's values. */
  pointer: string;
  /** The path to it as its user writes it: of a chart inside with the chart's name in front. */
  path: string;
  /** The property that is missing, where one is. */
  missing: string | null;
  /** The property that should not be there, where one is. */
  extra: string | null;
  /** The path that is likely meant. */
  near: string | null;
  /** What the schema's library says. */
  reason: string;
}

/** A key in the values that no template reads. */
export interface UnknownValue {
  kind: "unknown-value";
  /** Its path. */
  path: string;
  /** The path that is likely meant. */
  near: string | null;
}

/** A key in the values that no template read in this render. */
export interface UnusedValue {
  kind: "unused-value";
  /** Its path. */
  path: string;
}

/** A value that templates write and nobody sets. */
export interface UndefinedValue {
  kind: "undefined-value";
  /** Its path. */
  path: string;
  /** The path that is likely meant. */
  near: string | null;
  /** Others that are missing beside it. */
  others: string[];
  /** Where it is set to null, `FILE:LINE`, which is as good as not at all. */
  null: string | null;
}

/** What a finding is about. */
export type Fact =
  | UnknownField
  | NotSet
  | Unwanted
  | Remark
  | NoSuchObject
  | NoSuchPort
  | NoQuantity
  | NoSuchVolume
  | SelectsNothing
  | SameObject
  | UnusedAllow
  | OwnRule
  | MissingField
  | NullField
  | EmptyField
  | WrongType
  | NotListed
  | IntegerRange
  | OutOfRange
  | Length
  | Pattern
  | Format
  | DuplicateItem
  | DuplicateKeys
  | DuplicateKey
  | Alternatives
  | Forbidden
  | Immutable
  | Change
  | ServerSays
  | NothingBefore
  | Rule
  | RuleSkipped
  | UnknownKind
  | ServedLater
  | ServedBefore
  | NotServed
  | Deprecated
  | UnknownKubeVersion
  | NilAccess
  | NoSuchField
  | WrongArgument
  | ArgumentCount
  | NotIterable
  | UnknownTemplate
  | UnknownFunction
  | UndefinedVariable
  | TypographicQuote
  | DashedKey
  | Unclosed
  | DefinedTwice
  | NothingOpen
  | Refused
  | ReplacedHelper
  | NoYaml
  | ValuesSchema
  | UnknownValue
  | UnusedValue
  | UndefinedValue;
