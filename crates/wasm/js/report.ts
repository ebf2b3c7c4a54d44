import type { Fact } from "./facts.js";

/** A stretch of text in a file of the chart. Lines and columns count from 1, columns in characters. */
export interface Place {
  file: string;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

/** A call on the way to a template: `include "web.labels"`. */
export interface Call {
  file: string;
  line: number;
  column: number;
  call: string;
}

/** A value that had a part in something. */
export interface ValueCause {
  /** `image.tag` */
  path: string;
  /** The values file; null for what is set on its own. */
  file: string | null;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
  /** `default`, `parent`, `import`, `file`, `set`, `set-string`, `set-json`, `set-file`, `set-literal` or `program` */
  layer: string;
  /** Number of the flag, from 1, for what is set on its own. */
  argument?: number | null;
  /** Whether no values file has it. */
  missing?: boolean;
  overrode?: ValueCause[];
}

/** A condition that let something appear. */
export interface Condition {
  file: string;
  line: number;
  column: number;
  values: ValueCause[];
}

/** Why something is in the output. */
export interface Cause {
  /** The innermost text or action that wrote it. */
  template: Place | null;
  /** The calls that led there, from the rendered file inwards. */
  stack: Call[];
  /** The values behind it, most specific first. */
  values: ValueCause[];
  /** How many values more there are. */
  more?: number;
  /** The conditions around it. */
  guards: Condition[];
  /** What the pipeline itself wrote: `separator`, `source-comment`. */
  generated?: string | null;
}

/** An object of Kubernetes. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  namespace: string | null;
  name: string | null;
}

/** A place in the rendered output. */
export interface RenderedPlace {
  document: string;
  /** Number of the document among those of its template, from 1. */
  n: number;
  line: number;
  column: number;
  end_line: number;
  end_column: number;
}

/** A run in which a finding holds. */
export interface Target {
  kube_version: string;
  helm_version: string;
  values_set: string | null;
}

/** A replacement of text. */
export interface Edit extends Place {
  new: string;
}

/** A way to mend a finding. */
export interface Fix {
  title: string;
  safe: boolean;
  edits: Edit[];
}

/** A code that findings can have. */
export interface RuleInfo {
  /** `schema/wrong-type` */
  code: string;
  /** How much its findings weigh, unless one says otherwise. */
  level: Severity;
  since: string;
  /** One line on what it says; `docs/codes.md` says more. */
  summary: string;
  /** Names that other tools have for it. */
  aliases: string[];
}

export type Severity = "error" | "warning" | "note";

/** A finding. */
export interface Diagnostic {
  /** `schema/wrong-type` */
  code: string;
  severity: Severity;
  message: string;
  help: string | null;
  notes: string[];
  /** What is wrong, as data; the message is made of the first. */
  facts: Fact[];
  chart: string | null;
  object: ObjectRef | null;
  /** JSON pointer in the object. */
  pointer: string | null;
  rendered: RenderedPlace | null;
  cause: Cause | null;
  targets: Target[];
  fixes: Fix[];
}

/** Everything that a check found, in order: the first finding is the one to look at first. */
export interface Report {
  version: number;
  diagnostics: Diagnostic[];
  summary: { errors: number; warnings: number; notes: number; charts: number; documents: number };
}
