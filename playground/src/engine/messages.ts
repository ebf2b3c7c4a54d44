import type { Cause, CodeAction, Completion, Hover, InlayHint, Location, Position, Range, Report } from "chartlens";
import type { Layer } from "../project.js";

/** What the page sends to the worker. */
export type Request =
  | { type: "start"; wasm: WebAssembly.Module; deferred: WebAssembly.Module; schemas: Uint8Array }
  | ({ type: "run"; id: number } & Run)
  | { type: "ask"; id: number; question: Question };

/** What to render and check. */
export interface Run {
  /** Files that are new or changed; null for those that are gone. */
  changed: Record<string, string | Uint8Array | null>;
  layers: Layer[];
  release: string;
  namespace: string;
  versions: string[];
  helm: "3" | "4";
}

/** A question about the last render. */
export type Question =
  | { about: "output"; line: number; column: number }
  | { about: "template"; file: string; line: number }
  | { about: "values"; file: string; line: number; isLayer: boolean }
  | EditorQuestion;

/** A question about a text as it is being edited: it is asked when the worker has that text. */
export type EditorQuestion =
  | { about: "completion" | "hover" | "definition"; file: string; at: Position }
  | { about: "actions"; file: string; range: Range }
  | { about: "hints"; file: string };

/** Whether a question is about a text as it is being edited. */
export const isOfEditor = (question: Question): question is EditorQuestion =>
  !["output", "template", "values"].includes(question.about);

/** An answer. */
export interface Answer {
  completions?: Completion[];
  hover?: Hover | null;
  definitions?: Location[];
  actions?: CodeAction[];
  hints?: InlayHint[];
  /** What caused the place in the output. */
  cause?: Cause;
  /** Lines of the output. */
  lines?: number[];
  /** The value that was asked about. */
  path?: string;
}

/** A document's place in the output. */
export interface Part {
  source: string;
  n: number;
  kind: string;
  name: string;
  /** The line of its first own line. */
  line: number;
}

/** What came of a run. */
export interface Result {
  report: Report;
  /** The rendered text; null where there is none. */
  output: string | null;
  parts: Part[];
  notes: string;
  chart: string;
  /** Milliseconds. */
  took: number;
}

/** What the worker sends to the page. */
export type Response =
  | { type: "ready"; versions: string[] }
  | { type: "done"; id: number; result: Result }
  | { type: "failed"; id: number; message: string }
  | { type: "answer"; id: number; answer: Answer };
