/**
 * chartlens in browsers and Node: renders Helm charts as Helm does, checks them against Kubernetes, and shows what
 * caused every byte.
 *
 * @example
 * import { init, load } from "chartlens";
 * await init();
 * const chart = load({ "Chart.yaml": "…", "templates/a.yaml": "…" });
 * console.log(String(chart.render({ name: "web" })), chart.check().diagnostics);
 */

export type { Asset } from "./assets.js";
export { Chart, type ChartSource, type Files, type Inspection, check, load, loadFolder, trace } from "./chart.js";
export {
  AssetError,
  ChartError,
  ChartlensError,
  CrashError,
  RenderError,
  SchemasError,
  UsageError,
  ValuesError,
} from "./errors.js";
export { type InitOptions, init, kubeVersions, loadDeferred, loadSchemas, rules, version } from "./init.js";
export { type CheckOptions, type Flags, type Limits, type RenderOptions, type Values, ValuesFile } from "./options.js";
export { type Answer, Document, type Hook, type Line, type Question, Rendered } from "./rendered.js";
export type * from "./facts.js";
export type * from "./report.js";
export {
  type CodeAction,
  type Completion,
  type FileFinding,
  type Hover,
  type InlayHint,
  type Location,
  type Position,
  type PreviewDocument,
  type Range,
  type TextEdit,
  Workspace,
} from "./workspace.js";
