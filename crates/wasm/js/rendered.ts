import { type Kinds, expectKinds, isPlain, kindOf } from "./arguments.js";
import { Handle, raw, run } from "./engine.js";
import { UsageError } from "./errors.js";
import type { Cause, ValueCause } from "./report.js";

/** What makes a document a hook. */
export interface Hook {
  events: string[];
  weight: number;
  deletePolicies: string[];
  outputLogPolicies: string[];
}

/** A question about a render. Exactly one of the fields is to be there. */
export interface Question {
  /** What caused this place: `SOURCE[#N]:LINE[:COLUMN]`, or a line of the whole text. */
  at?: string | number;
  /** Which lines does this value reach: `image.tag`. */
  value?: string;
  /** Which lines did this template line write: `templates/service.yaml:3`. */
  template?: string;
  /** Where was every value set, what did it override, was it read? */
  explainValues?: boolean;
  /** Whether values whose names look secret are shown. */
  showSecrets?: boolean;
}

const KINDS: Kinds = { value: "a text", template: "a text", explainValues: "true or false", showSecrets: "true or false" };

/** A line of a rendered document. */
export interface Line {
  document: string;
  n: number;
  line: number;
  text: string;
}

/** An answer: which of the fields there are is up to the question. */
export interface Answer {
  /** To `value` and `template`. */
  reached?: Line[];
  /** To `explainValues`. */
  values?: { path: string; value: string; cause: ValueCause | null; read: boolean }[];
  /** To `at`. */
  document?: string;
  n?: number;
  line?: number;
  text?: string;
  cause?: Cause;
}

type Described = Omit<Document, "cause" | "object" | "namespace" | "text">;

interface Description {
  documents: Described[];
  hooks: Described[];
  notes: string;
  crds: [name: string, text: string][];
  log: string[];
}

/** A rendered document. */
export class Document {
  readonly apiVersion!: string;
  readonly kind!: string;
  readonly name!: string;
  /** The template, as the `# Source:` line names it. */
  readonly source!: string;
  /** Number of the document among those of its source, from 1. */
  readonly n!: number;
  /** What makes it a hook; null for manifests. */
  readonly hook!: Hook | null;
  readonly #handle: Handle<raw.Rendered>;
  readonly #index: number;
  #text: string | undefined;

  /** @internal */
  constructor(handle: Handle<raw.Rendered>, index: number, described: Described) {
    this.#handle = handle;
    this.#index = index;
    Object.assign(this, described);
  }

  /** The text, without the lines that Helm puts before it. */
  get text(): string {
    this.#text ??= run(() => this.#handle.get().text(this.hook !== null, this.#index));
    return this.#text;
  }

  /** `metadata.namespace`, or null where the document has none. */
  get namespace(): string | null {
    return run(() => this.#handle.get().namespace(this.hook !== null, this.#index)) ?? null;
  }

  /** The document as plain objects, lists, numbers and text. */
  get object(): unknown {
    return JSON.parse(run(() => this.#handle.get().object(this.hook !== null, this.#index)));
  }

  /** What caused a character: line and column in `text`, from 1, columns in characters. */
  cause(line: number, column: number): Cause {
    return JSON.parse(run(() => this.#handle.get().causeIn(this.hook !== null, this.#index, line, column))) as Cause;
  }

  toString(): string {
    return this.text;
  }
}

/** A rendered chart. Its text is what `helm template` prints. */
export class Rendered {
  /** The manifests, in the order of installation. */
  readonly documents: readonly Document[];
  readonly hooks: readonly Document[];
  /** The text of NOTES.txt. */
  readonly notes: string;
  /** The files under crds/: the name of each and its text. */
  readonly crds: readonly [name: string, text: string][];
  /** What Helm says on standard error, line by line. */
  readonly log: readonly string[];
  readonly #handle: Handle<raw.Rendered>;

  /** @internal */
  constructor(handle: Handle<raw.Rendered>) {
    const found = JSON.parse(run(() => handle.get().describe())) as Description;
    this.#handle = handle;
    this.documents = found.documents.map((described, index) => new Document(handle, index, described));
    this.hooks = found.hooks.map((described, index) => new Document(handle, index, described));
    this.notes = found.notes;
    this.crds = found.crds;
    this.log = found.log;
  }

  /** What `helm template` prints, byte for byte. */
  bytes(): Uint8Array {
    return run(() => this.#handle.get().output());
  }

  /** What `helm template` prints. */
  toString(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** What caused a character of the whole text: line and column from 1, columns in characters. */
  cause(line: number, column: number): Cause {
    return JSON.parse(run(() => this.#handle.get().cause(line, column))) as Cause;
  }

  /** Answers a question. */
  trace(question: Question): Answer {
    if (!isPlain(question)) throw new UsageError(`question: expected an object such as { value: "image.tag" }, found ${kindOf(question)}`);
    expectKinds(question, KINDS);
    const asked = question.at === undefined ? question : { ...question, at: String(question.at) };
    return JSON.parse(run(() => this.#handle.get().trace(JSON.stringify(asked)))) as Answer;
  }

  /** Gives its memory back now rather than with the garbage. */
  free(): void {
    this.#handle.free();
  }
}
