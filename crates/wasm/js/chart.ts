import { isPlain, kindOf } from "./arguments.js";
import { Handle, raw, run } from "./engine.js";
import { UsageError } from "./errors.js";
import { type CheckOptions, type RenderOptions, toEngine } from "./options.js";
import { type Answer, type Question, Rendered } from "./rendered.js";
import type { Report } from "./report.js";

/** The files of a chart by their paths from its folder. */
export type Files = { readonly [path: string]: string | Uint8Array } | ReadonlyMap<string, string | Uint8Array>;

/** Where a chart comes from: its files, or the bytes of a `.tgz`. */
export type ChartSource = Files | Uint8Array | ArrayBuffer;

/** A source, copied and in the engine's form. */
type Kept = { archive: Uint8Array } | (KeptFiles & { isFolder?: boolean });

/** @internal Files, copied and in the engine's form. */
export interface KeptFiles {
  names: string[];
  contents: Uint8Array[];
  /** Those that were given as texts. */
  texts: (string | null)[];
}

const encoder = new TextEncoder();

function keep(source: ChartSource): Kept {
  if (typeof source === "string") throw new UsageError(`chart: expected files or the bytes of a .tgz, found ${kindOf(source)}: paths are not read`);
  if (source instanceof Uint8Array) return { archive: source.slice() };
  if (source instanceof ArrayBuffer) return { archive: new Uint8Array(source.slice(0)) };
  return keepFiles(source);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

/** @internal Files; those that are as they were `before` are the same arrays. */
export function keepFiles(source: Files, before?: KeptFiles): KeptFiles {
  if (!(source instanceof Map || isPlain(source))) {
    throw new UsageError(`chart: expected files or the bytes of a .tgz, found ${kindOf(source)}`);
  }
  const files: [string, unknown][] = source instanceof Map ? [...source] : Object.entries(source);
  const contents = files.map(([name, content], at) => {
    const known = before?.names[at] === name ? before.contents[at] : undefined;
    if (typeof content === "string") return known && before?.texts[at] === content ? known : encoder.encode(content);
    if (content instanceof Uint8Array) return known && isSame(known, content) ? known : content.slice();
    throw new UsageError(`file ${JSON.stringify(name)}: expected text or a Uint8Array, found ${kindOf(content)}`);
  });
  const texts = files.map(([, content]) => (typeof content === "string" ? content : null));
  return { names: files.map(([name]) => name), contents, texts };
}

/** What a check found, and what it rendered for the first target. */
export interface Inspection {
  report: Report;
  /** The chart's name. */
  chart: string;
  rendered: Rendered | null;
}

/** @internal Takes an inspection apart; after a crash it is made again. */
export function inspected(inspect: () => raw.Inspection): Inspection {
  const inspection = run(inspect);
  const report = JSON.parse(run(() => inspection.report)) as Report;
  const { chart } = inspection;
  const made = run(() => inspection.rendered());
  inspection.free();
  if (!made) return { report, chart, rendered: null };
  const again = (): raw.Rendered => {
    const inspection = inspect();
    const rendered = inspection.rendered();
    inspection.free();
    // The first time there was one, and the same options give the same.
    return rendered!;
  };
  return { report, chart, rendered: new Rendered(new Handle(again, made)) };
}

/** A loaded chart. */
export class Chart {
  readonly name: string;
  readonly version: string;
  readonly appVersion: string;
  readonly description: string;
  readonly #handle: Handle<raw.Chart>;

  /** @internal */
  constructor(kept: Kept) {
    this.#handle = new Handle(() => {
      if ("archive" in kept) return raw.Chart.fromArchive(kept.archive);
      return kept.isFolder
        ? raw.Chart.fromFolder(kept.names, kept.contents)
        : raw.Chart.fromFiles(kept.names, kept.contents);
    });
    const [name, version, appVersion, description] = run(() => this.#handle.get().metadata());
    this.name = name ?? "";
    this.version = version ?? "";
    this.appVersion = appVersion ?? "";
    this.description = description ?? "";
  }

  /** Renders the chart as `helm template` does. */
  render(options: RenderOptions = {}): Rendered {
    const json = toEngine(options);
    run(() => this.#handle.get());
    return new Rendered(new Handle(() => this.#handle.lend((chart) => chart.render(json))));
  }

  /** What the templates write before it is split into documents: name and text of each file. */
  renderFiles(options: RenderOptions = {}): [name: string, text: string][] {
    const json = toEngine(options);
    return JSON.parse(run(() => this.#handle.get().renderFiles(json))) as [string, string][];
  }

  /** Renders the chart and checks what comes out. */
  check(options: CheckOptions = {}): Report {
    const json = toEngine(options);
    return JSON.parse(run(() => this.#handle.get().check(json))) as Report;
  }

  /**
   * Checks the chart and keeps what it rendered for the first target, with causes: for editors, which show both. A
   * template that fails is a finding, and `rendered` has what the others wrote.
   */
  inspect(options: CheckOptions = {}): Inspection {
    const json = toEngine(options);
    return inspected(() => this.#handle.lend((chart) => chart.inspect(json)));
  }

  /** Answers a question about a render. */
  trace(question: Question, options: RenderOptions = {}): Answer {
    const rendered = this.render({ ...options, trace: true });
    try {
      return rendered.trace(question);
    } finally {
      rendered.free();
    }
  }

  /** Gives its memory back now rather than with the garbage. */
  free(): void {
    this.#handle.free();
  }
}

/** Loads a chart from its files or from a `.tgz`. */
export function load(source: ChartSource): Chart {
  return new Chart(keep(source));
}

/** Loads a chart from all files of its folder, as Helm does: what .helmignore names is left out. */
export function loadFolder(files: Files): Chart {
  return new Chart({ ...keepFiles(files), isFolder: true });
}

/** Checks a chart, or files that may be none: that is a finding then. */
export function check(target: Chart | ChartSource, options: CheckOptions = {}): Report {
  if (target instanceof Chart) return target.check(options);
  const kept = keep(target);
  const json = toEngine(options);
  const report = run(() =>
    "archive" in kept ? raw.checkArchive(kept.archive, json) : raw.checkFiles(kept.names, kept.contents, json),
  );
  return JSON.parse(report) as Report;
}

/** Answers a question about a render of a chart. */
export function trace(target: Chart | ChartSource, question: Question, options: RenderOptions = {}): Answer {
  if (target instanceof Chart) return target.trace(question, options);
  const chart = load(target);
  try {
    return chart.trace(question, options);
  } finally {
    chart.free();
  }
}
