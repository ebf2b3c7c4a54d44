import type { Diagnostic, Report } from "chartlens";
import type { Diagnostic as Mark } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { type Goal, goalOfFinding, goalOfValue } from "./causes.js";
import { announce, byId, h } from "./dom.js";
import { offsetOf } from "./places.js";
import type { Project, Target } from "./project.js";

/** More are not listed: what is beyond them follows from them. */
const MAX_SHOWN = 200;

/** A JSON pointer as people write paths: `spec.containers[0].image`. */
function pathOf(pointer: string): string {
  const steps = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const written = steps.map((step) => {
    if (/^\d+$/.test(step)) return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return written.join("").replace(/^\./, "");
}

function about(found: Diagnostic): string {
  const { object, targets } = found;
  const name = object ? `${object.kind} ${object.name ?? ""}`.trim() : "";
  const versions = [...new Set(targets.map((target) => target.kube_version))].join(", ");
  return [name, pathOf(found.pointer ?? ""), versions && `Kubernetes ${versions}`].filter((part) => part !== "").join(" · ");
}

/** Shows the list of problems, and says how many there are. */
export function showProblems(project: Project, report: Report, go: (goal: Goal | undefined, found: Diagnostic) => void): void {
  const { diagnostics, summary } = report;
  const rows = diagnostics.slice(0, MAX_SHOWN).map((found) => {
    const goal = goalOfFinding(project, found);
    const place = found.cause?.template ?? found.cause?.values[0] ?? null;
    return h(
      "li",
      { className: found.severity },
      h(
        "button",
        { type: "button", onclick: () => go(goal, found) },
        h("span", { className: "severity" }, found.severity),
        h("span", { className: "message" }, found.message),
        h("span", { className: "place" }, place ? `${place.file ?? ""}:${place.line}` : ""),
        found.help && h("span", { className: "help" }, found.help),
        h("span", { className: "about" }, [found.code, about(found)].filter(Boolean).join(" · ")),
      ),
    );
  });
  const list = byId("problem-list");
  list.replaceChildren(...rows);
  if (rows.length === 0) list.append(h("li", { className: "none" }, "Nothing is wrong with this chart."));
  if (diagnostics.length > MAX_SHOWN) list.append(h("li", { className: "none" }, `and ${diagnostics.length - MAX_SHOWN} more`));
  for (const count of document.querySelectorAll<HTMLElement>("[data-count]")) {
    count.textContent = String(diagnostics.length);
    count.className = `count ${summary.errors > 0 ? "error" : summary.warnings > 0 ? "warning" : "ok"}`;
  }
  const [first] = diagnostics;
  const shown = first ? `: ${first.message}` : "";
  announce(diagnostics.length === 1 ? `1 problem${shown}` : `${diagnostics.length} problems${shown}`);
}

/** How many problems each file has, for the tree. */
export function counts(project: Project, report: Report, kind: Target["kind"]): Map<string, number> {
  const found = new Map<string, number>();
  for (const diagnostic of report.diagnostics) {
    const target = goalOfFinding(project, diagnostic)?.target;
    if (target?.kind === kind) found.set(target.name, (found.get(target.name) ?? 0) + 1);
  }
  return found;
}

/** The problems of one text as the editor shows them, with what mends them: where the template is wrong, and the values that it came from. */
export function marksOf(project: Project, report: Report, target: Target, text: Text, mends: (found: Diagnostic, from: number, to: number) => HTMLElement): Mark[] {
  const marks: Mark[] = [];
  const isHere = (goal: Goal | undefined): goal is Goal => goal?.target.kind === target.kind && goal.target.name === target.name;
  for (const found of report.diagnostics) {
    const severity = found.severity === "note" ? "info" : found.severity;
    const goal = goalOfFinding(project, found);
    const add = (from: number, to: number, strength: Mark["severity"]): void => {
      const end = Math.max(to, Math.min(from + 1, text.length));
      const start = Math.min(from, end);
      const renderMessage = (): HTMLElement => explained(found, mends(found, start, end));
      marks.push({ from: start, to: end, severity: strength, message: found.message, renderMessage });
    };
    if (isHere(goal)) {
      const from = offsetOf(text, goal.line, goal.column);
      const end = found.cause?.template ?? found.cause?.values[0];
      const to = end ? offsetOf(text, end.end_line, end.end_column) : from;
      add(...narrow(text, from, to), severity);
    }
    for (const value of found.cause?.template ? found.cause.values.slice(0, 3) : []) {
      const place = goalOfValue(project, value);
      if (isHere(place)) add(...narrow(text, offsetOf(text, place.line, place.column), offsetOf(text, value.end_line, value.end_column)), "hint");
    }
  }
  return marks.sort((a, b) => a.from - b.from);
}

/** Without white space at the ends, and of several lines the first. */
function narrow(text: Text, from: number, to: number): [number, number] {
  const part = text.sliceString(from, to);
  const blank = part.length - part.trimStart().length;
  const start = blank < part.length ? from + blank : from;
  const line = text.lineAt(start);
  const end = Math.min(to, line.to);
  return [start, Math.max(start, end - (text.sliceString(start, end).length - text.sliceString(start, end).trimEnd().length))];
}

function explained(found: Diagnostic, mends: HTMLElement): HTMLElement {
  const values = (found.cause?.values ?? []).slice(0, 3).map((value) => {
    const place = value.missing ? "not set" : `${value.file ?? value.layer}:${value.line}`;
    return h("div", { className: "why" }, `from ${value.path} (${place})`);
  });
  return h(
    "div",
    { className: "explained" },
    h("div", { className: "message" }, found.message),
    ...values,
    found.help && h("div", { className: "help" }, found.help),
    h("div", { className: "about" }, found.code),
    mends,
  );
}
