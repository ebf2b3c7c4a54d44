import type { Diagnostic } from "./report.js";

/** What every error of this package is. */
export class ChartlensError extends Error {
  /** The findings behind it, with their places; often there is none. */
  readonly diagnostics: Diagnostic[];
  /** The lines that Helm writes before the error. */
  readonly log: string[];

  constructor(message: string, diagnostics: Diagnostic[] = [], log: string[] = []) {
    super(message);
    this.name = new.target.name;
    this.diagnostics = diagnostics;
    this.log = log;
  }
}

/** A template fails, or writes what is no YAML. The message is Helm's. */
export class RenderError extends ChartlensError {}
/** Files are no chart, or the chart does not want to be rendered. */
export class ChartError extends ChartlensError {}
/** Values cannot be read, or the chart's schema refuses them. */
export class ValuesError extends ChartlensError {}
/** An argument makes no sense. */
export class UsageError extends ChartlensError {}
/** The schemas of Kubernetes, the engine or its deferred part are not there or cannot be read. */
export class AssetError extends ChartlensError {}
/** The schemas of Kubernetes are not loaded, or are no bundle of schemas. */
export class SchemasError extends AssetError {}
/**
 * The engine came to its end: out of stack, out of memory, or a fault of its own. The next call starts it anew, and
 * all charts and renders go on working.
 */
export class CrashError extends ChartlensError {}

const classes = { RenderError, ChartError, ValuesError, UsageError, SchemasError };

/** An error as the engine writes it. */
export function fromEngine(json: string): ChartlensError {
  const found = JSON.parse(json) as {
    class: keyof typeof classes;
    message: string;
    diagnostics: Diagnostic[];
    log: string[];
  };
  return new classes[found.class](found.message, found.diagnostics, found.log);
}
