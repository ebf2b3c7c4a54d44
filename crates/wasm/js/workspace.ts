import { type Files, type Inspection, type KeptFiles, inspected, keepFiles } from "./chart.js";
import { Handle, raw, run } from "./engine.js";
import { type CheckOptions, toEngine } from "./options.js";

/** A place as editors count: lines and code units of UTF-16, both from 0. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

/** A range in a file; files are named from the chart's folder. */
export interface Location {
  file: string;
  range: Range;
}

/** A replacement of text in a file. */
export interface TextEdit extends Location {
  new: string;
}

/** Something that could be written. */
export interface Completion {
  /** What is shown, and compared with what is typed. */
  label: string;
  kind: "value" | "field" | "function" | "helper" | "variable" | "keyword" | "constant";
  /** One line: a type, a value, a signature. */
  detail: string;
  /** More, in Markdown. */
  documentation: string;
  /** What it replaces. */
  range: Range;
  /** What is written. */
  insert: string;
  deprecated: boolean;
}

/** What there is to say of a place, in Markdown. */
export interface Hover {
  range: Range;
  text: string;
}

/** A text that is shown beside others and is not there. */
export interface InlayHint {
  position: Position;
  label: string;
  /** More, where there is more. */
  tooltip: string | null;
}

/** Something that could be done. */
export interface CodeAction {
  title: string;
  kind: "quickfix" | "refactor";
  edits: TextEdit[];
  /** The code of the finding that it mends, where it does. */
  code: string | null;
  /** Whether it is what one most likely wants. */
  preferred: boolean;
}

/** A finding in one file: on the template line, with the values keys beside. */
export interface FileFinding {
  range: Range;
  severity: "error" | "warning" | "note";
  code: string;
  /** Where the code is documented. */
  url: string | null;
  message: string;
  /** What else had a part in it. */
  related: (Location & { message: string })[];
  tags: ("unnecessary" | "deprecated")[];
}

/** A rendered document, and what wrote each part of it. */
export interface PreviewDocument {
  source: string;
  number: number;
  text: string;
  parts: { range: Range; at: Location | null; values: string[] }[];
  /** Whether its later parts are left out: a preview has 10,000. */
  isCut: boolean;
}

/** The files that are other ones than before, where no file came, went, or says which files count. */
function othersOf(files: KeptFiles, before: KeptFiles): KeptFiles | undefined {
  const { names } = files;
  if (names.length !== before.names.length || names.some((name, at) => name !== before.names[at])) return undefined;
  const others = names.flatMap((name, at) => (files.contents[at] === before.contents[at] ? [] : [at]));
  if (others.some((at) => names[at] === ".helmignore")) return undefined;
  const of = <T>(all: readonly T[]) => others.flatMap((at) => all.slice(at, at + 1));
  return { names: of(names), contents: of(files.contents), texts: of(files.texts) };
}

/** Charts, texts that are being edited over them, and what editors ask of both: the language server's answers. */
export class Workspace {
  readonly #charts = new Map<string, KeptFiles & { json: string }>();
  readonly #edited = new Map<string, string>();
  readonly #handle = new Handle(() => this.#made());

  /** After a crash all is handed in again. */
  #made(): raw.Workspace {
    const made = new raw.Workspace();
    for (const [root, { names, contents, json }] of this.#charts) made.setChart(root, names, contents, json);
    for (const [path, text] of this.#edited) made.edit(path, text);
    return made;
  }

  /** A chart from all files of its folder, in place of what was there. Paths of its files begin with `root` and a slash. */
  setChart(root: string, files: Files, options: CheckOptions = {}): void {
    const before = this.#charts.get(root);
    const chart = { ...keepFiles(files, before), json: toEngine(options) };
    // Values for tests are read when a chart is set.
    const others = before?.json === chart.json && !options.ciValues ? othersOf(chart, before) : undefined;
    run(() => {
      if (others) this.#handle.get().setFiles(root, others.names, others.contents);
      else this.#handle.get().setChart(root, chart.names, chart.contents, chart.json);
    });
    this.#charts.set(root, chart);
  }

  /** A text that is being edited, in place of the file. */
  edit(path: string, text: string): void {
    run(() => this.#handle.get().edit(path, text));
    this.#edited.set(path, text);
  }

  /** A text that is no longer being edited: the file counts again. */
  close(path: string): void {
    run(() => this.#handle.get().close(path));
    this.#edited.delete(path);
  }

  /** Checks the chart of a path and keeps what it rendered for the first target, with causes. */
  inspect(path: string): Inspection {
    return inspected(() => this.#handle.lend((workspace) => workspace.inspect(path)));
  }

  /** What could be written at a place. */
  completion(path: string, { line, character }: Position): Completion[] {
    return JSON.parse(run(() => this.#handle.get().completion(path, line, character))) as Completion[];
  }

  /** What there is to say of a place: the value, who set it, what it overrode; fields, functions, helpers. */
  hover(path: string, { line, character }: Position): Hover | null {
    return JSON.parse(run(() => this.#handle.get().hover(path, line, character))) as Hover | null;
  }

  /** Where what stands at a place is defined, the definition that counts first. */
  definition(path: string, { line, character }: Position): Location[] {
    return JSON.parse(run(() => this.#handle.get().definition(path, line, character))) as Location[];
  }

  /** Where what stands at a place is named, definitions first. */
  references(path: string, { line, character }: Position): Location[] {
    return JSON.parse(run(() => this.#handle.get().references(path, line, character))) as Location[];
  }

  /** The edits that give a value, a helper or a variable another name everywhere. Throws where it cannot have that name. */
  rename(path: string, { line, character }: Position, name: string): TextEdit[] {
    return JSON.parse(run(() => this.#handle.get().rename(path, line, character, name))) as TextEdit[];
  }

  /** The findings of the chart of a path, by file. */
  findings(path: string): Record<string, FileFinding[]> {
    return JSON.parse(run(() => this.#handle.get().findings(path))) as Record<string, FileFinding[]>;
  }

  /** The documents that a file renders, with what wrote each part. */
  preview(path: string): PreviewDocument[] {
    return JSON.parse(run(() => this.#handle.get().preview(path))) as PreviewDocument[];
  }

  /** What the actions of a template wrote, and which branches were not taken. */
  inlayHints(path: string): InlayHint[] {
    return JSON.parse(run(() => this.#handle.get().inlayHints(path))) as InlayHint[];
  }

  /** What could be done about a range: fixes of the findings on its lines, and small rewrites. */
  codeActions(path: string, { start, end }: Range): CodeAction[] {
    const ask = (): string =>
      this.#handle.get().codeActions(path, start.line, start.character, end.line, end.character);
    return JSON.parse(run(ask)) as CodeAction[];
  }

  /** Gives its memory back now rather than with the garbage. */
  free(): void {
    this.#handle.free();
  }
}
