/// <reference lib="webworker" />
import {
  type Cause,
  ChartlensError,
  CrashError,
  type Diagnostic,
  type Document,
  type Rendered,
  type Report,
  ValuesFile,
  Workspace,
  init,
  kubeVersions,
} from "chartlens";
import { type Answer, type EditorQuestion, type Part, type Question, type Request, type Response, type Result, type Run, isOfEditor } from "./messages.js";

/** Enough for any real chart, and an end of endless ones within seconds. */
const LIMITS = { fuel: 300_000_000, output: 64 << 20, string: 64 << 20, objects: 10_000_000 };
/** Equal charts render equally, whatever was typed in between. */
const FIXED = { seed: "playground", now: new Date() };

/** The folder of the chart in the workspace. */
const ROOT = "chart";

const workspace = new Workspace();
const files = new Map<string, string | Uint8Array>();
let documents: Document[] = [];
let parts: Part[] = [];
let rendered: Rendered | null = null;

function failed(error: ChartlensError): Report {
  const message = error instanceof CrashError ? `the engine was ended: ${error.message}` : error.message;
  const own: Diagnostic = {
    code: "render/error",
    severity: "error",
    message,
    help: null,
    notes: [],
    facts: [],
    chart: null,
    object: null,
    pointer: null,
    rendered: null,
    cause: null,
    targets: [],
    fixes: [],
  };
  const diagnostics = error.diagnostics.length > 0 ? error.diagnostics : [own];
  return { version: 1, diagnostics, summary: { errors: diagnostics.length, warnings: 0, notes: 0, charts: 1, documents: 0 } };
}

/** The documents one below the other, each under its source, as Helm prints them. */
function write(found: Rendered): string {
  documents = [...found.documents, ...found.hooks];
  parts = [];
  let [text, line] = ["", 1];
  for (const { source, n, kind, name, text: own } of documents) {
    const ended = own.endsWith("\n") ? own : `${own}\n`;
    parts.push({ source, n, kind, name, line: line + 2 });
    text += `---\n# Source: ${source}\n${ended}`;
    line += 2 + ended.split("\n").length - 1;
  }
  return text;
}

function run(run: Run): Result {
  const start = performance.now();
  for (const [name, content] of Object.entries(run.changed)) {
    if (content === null) files.delete(name);
    else files.set(name, content);
  }
  rendered?.free();
  rendered = null;
  [documents, parts] = [[], []];
  const done = (report: Report, output: string | null, chart = ""): Result => {
    const took = performance.now() - start;
    return { report, output, parts, notes: rendered?.notes ?? "", chart, took };
  };
  try {
    workspace.setChart(ROOT, files, {
      ...FIXED,
      limits: LIMITS,
      name: run.release || "release-name",
      namespace: run.namespace || "default",
      // The newest one, whatever Helm takes for it.
      kubeVersion: run.versions.length > 0 ? run.versions : [`${kubeVersions().at(-1)}.0`],
      helmVersion: run.helm,
      values: run.layers.map((layer) => new ValuesFile(layer.name, layer.text)),
    });
    const found = workspace.inspect(`${ROOT}/Chart.yaml`);
    rendered = found.rendered;
    return done(found.report, rendered && write(rendered), found.chart);
  } catch (error) {
    if (!(error instanceof ChartlensError)) throw error;
    return done(failed(error), null);
  }
}

/** What caused a place in the output, where each document stands below two lines of Helm's own. */
function causeOf(line: number, column: number): Cause | undefined {
  const index = parts.findLastIndex((part) => part.line - 2 <= line);
  const [part, document] = [parts[index], documents[index]];
  if (!part || !document) return undefined;
  if (line >= part.line) return document.cause(line - part.line + 1, column);
  const generated = line === part.line - 1 ? "source-comment" : "separator";
  return { template: null, stack: [], values: [], guards: [], generated };
}

function lines(reached: { document: string; n: number; line: number }[] | undefined): number[] {
  return (reached ?? []).flatMap(({ document, n, line }) => {
    const part = parts.find((one) => one.source === document && one.n === n);
    return part ? [part.line + line - 1] : [];
  });
}

function answerOfEditor(question: EditorQuestion): Answer {
  const path = `${ROOT}/${question.file}`;
  switch (question.about) {
    case "completion":
      return { completions: workspace.completion(path, question.at) };
    case "hover":
      return { hover: workspace.hover(path, question.at) };
    case "definition":
      return { definitions: workspace.definition(path, question.at) };
    case "actions":
      return { actions: workspace.codeActions(path, question.range) };
    case "hints":
      return { hints: workspace.inlayHints(path) };
  }
}

function answer(question: Question): Answer {
  if (isOfEditor(question)) return answerOfEditor(question);
  if (!rendered) return {};
  if (question.about === "output") {
    const cause = causeOf(question.line, question.column);
    return cause ? { cause } : {};
  }
  if (question.about === "template") {
    return { lines: lines(rendered.trace({ template: `${question.file}:${question.line}` }).reached) };
  }
  // Of the values on the line the one that is written there; what it became is asked for by its path.
  const { file, line, isLayer } = question;
  const here = (rendered.trace({ explainValues: true }).values ?? []).find(({ cause }) => {
    const places = cause ? [cause, ...(cause.overrode ?? [])] : [];
    return places.some((place) => place.file === file && place.line === line && (place.layer === "file") === isLayer);
  });
  return here ? { path: here.path, lines: lines(rendered.trace({ value: here.path }).reached) } : {};
}

async function receive(request: Request): Promise<Response> {
  if (request.type === "start") {
    const { wasm, deferred, schemas } = request;
    await init({ wasm, deferred, schemas: schemas as Uint8Array<ArrayBuffer> });
    return { type: "ready", versions: kubeVersions() };
  }
  const { id } = request;
  try {
    if (request.type === "run") return { type: "done", id, result: run(request) };
    return { type: "answer", id, answer: answer(request.question) };
  } catch (error) {
    // A question about what is no longer there has no answer.
    if (request.type === "ask" && error instanceof ChartlensError) return { type: "answer", id, answer: {} };
    return { type: "failed", id, message: String(error) };
  }
}

self.onmessage = async (event: MessageEvent<Request>) => self.postMessage(await receive(event.data));
