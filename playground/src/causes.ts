import type { Cause, Diagnostic, ValueCause } from "chartlens";
import { h } from "./dom.js";
import { type Project, type Target, targetOf } from "./project.js";

/** A place to go to. */
export interface Goal {
  target: Target;
  line: number;
  column: number;
}

type Go = (goal: Goal) => void;

/** Where a value was set, if that is a text that can be opened. */
export function goalOfValue(project: Project, value: ValueCause): Goal | undefined {
  const target = value.file === null ? undefined : targetOf(project, value.file, value.layer);
  return target && !value.missing ? { target, line: value.line, column: value.column } : undefined;
}

/** Where a template stands. */
export function goalOf(project: Project, place: { file: string; line: number; column: number }): Goal | undefined {
  const target = targetOf(project, place.file);
  return target && { target, line: place.line, column: place.column };
}

/** Where a person should look at: in the template, else in the values. */
export function goalOfFinding(project: Project, found: Diagnostic): Goal | undefined {
  const cause = found.cause;
  if (cause?.template) return goalOf(project, cause.template);
  const value = cause?.values[0];
  return value && goalOfValue(project, value);
}

function step(text: string, title: string, goal: Goal | undefined, go: Go, className: string): HTMLElement {
  if (!goal) return h("span", { className: `step ${className}`, title }, text);
  return h("button", { type: "button", className: `step ${className}`, title, onclick: () => go(goal) }, text);
}

const short = (file: string): string => file.split("/").at(-1) ?? file;

/** A cause as a breadcrumb: the calls, the template line, then the values behind it. */
export function breadcrumb(project: Project, cause: Cause, go: Go): HTMLElement {
  if (cause.generated) return h("p", { className: "crumbs" }, "Helm itself writes this line");
  const steps: HTMLElement[] = cause.stack.map((call) =>
    step(`${short(call.file)}:${call.line} ${call.call}`, `${call.file}:${call.line}`, goalOf(project, call), go, "call"),
  );
  if (cause.template) {
    const { file, line } = cause.template;
    steps.push(step(`${short(file)}:${line}`, `${file}:${line}`, goalOf(project, cause.template), go, "template"));
  }
  for (const value of cause.values) steps.push(valueStep(project, value, go));
  for (const guard of cause.guards.slice(0, 2)) {
    const text = guard.values[0]?.path ?? `line ${guard.line}`;
    steps.push(step(`if ${text}`, `${guard.file}:${guard.line}`, goalOf(project, guard), go, "guard"));
  }
  const list = h("ol", { className: "crumbs" }, ...steps.map((one) => h("li", {}, one)));
  return steps.length > 0 ? list : h("p", { className: "crumbs" }, "nothing is known of this place");
}

function valueStep(project: Project, value: ValueCause, go: Go): HTMLElement {
  const place = value.missing ? "not set" : value.file === null ? `--${value.layer}` : `${short(value.file)}:${value.line}`;
  const lost = (value.overrode ?? []).map((one) => `${short(one.file ?? one.layer)}:${one.line}`);
  const title = lost.length > 0 ? `${place}, over ${lost.join(", ")}` : place;
  return step(`${value.path} ← ${place}`, title, goalOfValue(project, value), go, "value");
}
