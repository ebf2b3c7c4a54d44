import type { Cause, Diagnostic, Location, Report, TextEdit } from "chartlens";
import { fixes } from "./actions.js";
import { dropped, opened, pack } from "./archive.js";
import { assistant } from "./assistant.js";
import { type Goal, breadcrumb, goalOf, goalOfValue } from "./causes.js";
import { Controls } from "./controls.js";
import { announce, ask, beside, byId, confirmed, h, notice } from "./dom.js";
import { setUpEdges } from "./edges.js";
import { Editor, Output } from "./editors.js";
import { Client } from "./engine/client.js";
import type { Part, Result } from "./engine/messages.js";
import { example } from "./examples.js";
import { setUpLook } from "./look.js";
import { focus, setUpPanes, show } from "./panes.js";
import { edited, offsetAt, placeOf, positionAt } from "./places.js";
import { counts, marksOf, showProblems } from "./problems.js";
import { type Project, type Target, engineName, firstFile, projectOf, setText, targetOf, textOf } from "./project.js";
import { decode, encode, lengthOf } from "./share.js";
import { Tree } from "./tree.js";

const EMPTY: Report = { version: 1, diagnostics: [], summary: { errors: 0, warnings: 0, notes: 0, charts: 0, documents: 0 } };

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The page: one project, the text that is open, and the last result. */
export class App {
  #project: Project = projectOf({});
  #open: Target = { kind: "file", name: "" };
  #report = EMPTY;
  #parts: Part[] = [];
  #chart = "chart";
  /** Counts questions, so that only the last one's answer is shown. */
  #asked = 0;
  /** The line of the output whose cause is shown below it. */
  #explained = 0;

  readonly #client = new Client({
    ready: (versions) => this.#controls.offer(versions),
    done: (result) => this.#done(result),
    failed: (message) => this.#failed(message),
    busy: (isBusy) => byId("status").classList.toggle("busy", isBusy),
  });
  readonly #assistant = assistant(this.#client, {
    file: () => engineName(this.#project, this.#open),
    apply: (edits) => this.#apply(edits),
    go: (place) => this.#goToPlace(place),
  });
  readonly #editor = new Editor(
    byId("editor"),
    { changed: (text) => this.#edited(text), moved: (line) => void this.#followTemplate(line) },
    this.#assistant,
  );
  readonly #output = new Output(
    byId("rendered"),
    { moved: (line, column) => void this.#followOutput(line, column) },
    (line, column) => this.#hovered(line, column),
  );
  readonly #tree = new Tree(byId("tree"), this.#treeOf("file"));
  readonly #layers = new Tree(byId("layers"), this.#treeOf("layer"));
  readonly #controls = new Controls({
    changed: (change) => this.#configured(change),
    example: (number) => void this.#load(Promise.resolve(example(number)), number),
  });

  /** Shows the chart of the link, or the first example. */
  async start(): Promise<void> {
    setUpPanes();
    setUpEdges();
    setUpLook((isWrapped) => {
      this.#editor.wrap(isWrapped);
      this.#output.wrap(isWrapped);
    });
    this.#listen();
    let damage = "";
    const linked = await decode(location.hash).catch((error: unknown) => void (damage = messageOf(error)));
    if (linked) return this.#load(Promise.resolve(linked));
    await this.#load(Promise.resolve(example(0)), 0);
    if (damage) notice(`${damage} Here is an example instead.`);
  }

  #listen(): void {
    byId("open").addEventListener("click", () => byId<HTMLInputElement>("pick").click());
    byId("pick").addEventListener("change", (event) => {
      const input = event.target as HTMLInputElement;
      const [file] = input.files ?? [];
      if (file) void this.#load(opened(file).then((files) => projectOf(files)));
      input.value = "";
    });
    byId("save").addEventListener("click", () => void this.#save());
    byId("share").addEventListener("click", () => void this.#share());
    byId("file-add").addEventListener("click", () => void this.#add("file"));
    byId("layer-add").addEventListener("click", () => void this.#add("layer"));
    byId("notice-close").addEventListener("click", () => notice(""));
    window.addEventListener("hashchange", () => void this.#load(decode(location.hash).then((found) => found ?? this.#project)));
    window.addEventListener("dragover", (event) => this.#dragged(event, true));
    window.addEventListener("dragleave", (event) => event.relatedTarget === null && this.#dragged(event, false));
    window.addEventListener("drop", (event) => {
      this.#dragged(event, false);
      const found = event.dataTransfer && dropped(event.dataTransfer.items);
      if (found) void this.#load(found.then((files) => (files ? projectOf(files) : this.#project)));
    });
  }

  #dragged(event: DragEvent, isOver: boolean): void {
    event.preventDefault();
    byId("drop").hidden = !isOver;
  }

  /** Takes in a project, or says why it cannot; `number` is that of an example. */
  async #load(coming: Promise<Project>, number?: number): Promise<void> {
    notice("");
    try {
      const project = await coming;
      if (project === this.#project) return;
      this.#project = project;
    } catch (error) {
      notice(messageOf(error));
      return;
    }
    this.#editor.reset();
    this.#report = EMPTY;
    this.#parts = [];
    this.#output.show("");
    byId("cause").replaceChildren();
    this.#explained = 0;
    this.#controls.show(this.#project, number);
    this.#show(firstFile(this.#project));
    this.#client.run(this.#project);
  }

  /** Opens a text in the editor. */
  #show(target: Target): void {
    const text = textOf(this.#project, target);
    if (text === undefined) return;
    this.#open = target;
    this.#editor.open(`${target.kind}:${target.name}`, text);
    byId("edit-title").textContent = target.kind === "layer" ? `Your values: ${target.name}` : target.name;
    this.#showTrees();
    this.#mark();
  }

  #showTrees(): void {
    const { files, layers } = this.#project;
    const opened = (kind: Target["kind"]): string => (this.#open.kind === kind ? this.#open.name : "");
    const dead = new Set(Object.keys(files).filter((name) => typeof files[name] !== "string"));
    this.#tree.show(Object.keys(files), opened("file"), counts(this.#project, this.#report, "file"), dead);
    const names = layers.map((layer) => layer.name);
    this.#layers.show(names, opened("layer"), counts(this.#project, this.#report, "layer"));
  }

  #mark(): void {
    const { doc } = this.#editor.view.state;
    const mends = (found: Diagnostic, from: number, to: number): HTMLElement => {
      const range = { start: positionAt(doc, from), end: positionAt(doc, to) };
      return fixes(this.#editor.view, this.#assistant, found.code, range);
    };
    this.#editor.mark(marksOf(this.#project, this.#report, this.#open, doc, mends));
    this.#editor.hint();
  }

  #edited(text: string): void {
    setText(this.#project, this.#open, text);
    this.#client.run(this.#project);
  }

  /** Edits of one or several texts. */
  #apply(edits: readonly TextEdit[]): void {
    const files = new Set(edits.map((edit) => edit.file));
    for (const file of files) {
      const own = edits.filter((edit) => edit.file === file);
      const target = targetOf(this.#project, file) ?? { kind: "file", name: file };
      if (target.kind === this.#open.kind && target.name === this.#open.name) this.#editor.apply(own);
      else if (this.#has(target)) setText(this.#project, target, edited(textOf(this.#project, target) ?? "", own));
      else this.#project.files[file] = edited("", own);
    }
    announce(`changed ${[...files].join(", ")}`);
    this.#showTrees();
    this.#client.run(this.#project);
  }

  #goToPlace({ file, range }: Location): void {
    const target = targetOf(this.#project, file);
    if (!target) return announce(`${file} cannot be opened here`);
    this.#show(target);
    const { doc } = this.#editor.view.state;
    this.#go({ target, ...placeOf(doc, offsetAt(doc, range.start)) });
  }

  #configured(change: Partial<Project>): void {
    Object.assign(this.#project, change);
    this.#client.run(this.#project);
  }

  #done(result: Result): void {
    this.#report = result.report;
    this.#chart = result.chart || this.#chart;
    byId("files-title").replaceChildren("Chart ", h("b", {}, result.chart));
    document.title = result.chart ? `${result.chart} · chartlens playground` : "chartlens playground";
    byId("output").classList.toggle("stale", result.output === null);
    if (result.output !== null) {
      this.#parts = result.parts;
      this.#output.show(result.output);
    }
    byId("panes").classList.toggle("healthy", result.report.diagnostics.length === 0);
    const documents = result.parts.length === 1 ? "1 document" : `${result.parts.length} documents`;
    byId("status").textContent = result.output === null ? "does not render" : `${documents} · ${Math.round(result.took)} ms`;
    byId("status").classList.remove("failed");
    showProblems(this.#project, this.#report, (goal, found) => this.#goToProblem(goal, found));
    this.#showTrees();
    this.#mark();
  }

  #failed(message: string): void {
    byId("status").textContent = message;
    byId("status").classList.add("failed");
    announce(message);
  }

  #goToProblem(goal: Goal | undefined, found: Diagnostic): void {
    if (goal) this.#go(goal);
    if (found.rendered) this.#output.link(this.#linesOf(found.rendered));
  }

  #linesOf({ document, n, line, end_line }: NonNullable<Diagnostic["rendered"]>): number[] {
    const part = this.#parts.find((one) => one.source === document && one.n === n);
    const length = Math.min(end_line - line + 1, 50);
    return part ? Array.from({ length }, (_, i) => part.line + line - 1 + i) : [];
  }

  /** Goes to a place in a text, with the keyboard. */
  #go(goal: Goal): void {
    this.#show(goal.target);
    show("edit");
    this.#editor.go(goal.line, goal.column);
    this.#editor.view.focus();
    void this.#followTemplate(goal.line);
  }

  /** The cursor moved in the editor: the output follows. */
  async #followTemplate(line: number): Promise<void> {
    this.#editor.link([]);
    const { kind, name } = this.#open;
    const isValues = kind === "layer" || name === "values.yaml" || name.endsWith("/values.yaml");
    const number = (this.#asked += 1);
    const question = isValues
      ? ({ about: "values", file: name, line, isLayer: kind === "layer" } as const)
      : ({ about: "template", file: name, line } as const);
    const { lines } = await this.#client.ask(question);
    if (number === this.#asked && lines) this.#output.link(lines);
  }

  /** The cursor moved in the output: the editor follows, and the cause is shown. */
  async #followOutput(line: number, column: number): Promise<void> {
    this.#output.link([line], false);
    this.#explained = 0;
    const number = (this.#asked += 1);
    const at = this.#valueColumn(line, column);
    const { cause } = await this.#client.ask({ about: "output", line, column: at });
    if (number !== this.#asked) return;
    byId("cause").replaceChildren();
    if (!cause) return;
    this.#explained = line;
    byId("cause").append(breadcrumb(this.#project, cause, (goal) => this.#go(goal)));
    this.#showCause(cause);
  }

  /** At the start of a line its value is meant: what is left of the colon is the template's own. */
  #valueColumn(line: number, column: number): number {
    const { doc } = this.#output.view.state;
    const text = doc.line(Math.min(line, doc.lines)).text;
    const value = /^\s*(?:- )?[^\s:]+: +(?=\S)/.exec(text)?.[0].length ?? text.length - text.trimStart().length;
    return Math.max(1, Math.min(Math.max(column, value + 1), [...text].length));
  }

  #showCause(cause: Cause): void {
    const [value] = cause.values;
    const goal = (cause.template && goalOf(this.#project, cause.template)) ?? (value && goalOfValue(this.#project, value));
    if (!goal) return;
    this.#show(goal.target);
    const end = cause.template?.file === goal.target.name ? cause.template.end_line : goal.line;
    const { doc } = this.#editor.view.state;
    const lines = Array.from({ length: Math.min(end - goal.line + 1, 50) }, (_, i) => goal.line + i);
    // A text that begins with a line feed begins on the next line.
    const shown = lines.length > 1 && goal.column > (doc.line(Math.min(goal.line, doc.lines)).length || 1) ? lines.slice(1) : lines;
    this.#editor.go(shown[0] ?? goal.line, goal.column);
    this.#editor.link(shown);
  }

  /** The cause of a place that the mouse is on, unless it stands below already. */
  async #hovered(line: number, column: number): Promise<HTMLElement | null> {
    if (line === this.#explained) return null;
    const { cause } = await this.#client.ask({ about: "output", line, column });
    return cause ? breadcrumb(this.#project, cause, (goal) => this.#go(goal)) : null;
  }

  #treeOf(kind: Target["kind"]): { opened(name: string): void; renamed(name: string): void; removed(name: string): void } {
    return {
      opened: (name) => {
        this.#show({ kind, name });
        show("edit");
      },
      renamed: (name) => void this.#rename({ kind, name }),
      removed: (name) => void this.#remove({ kind, name }),
    };
  }

  #has({ kind, name }: Target): boolean {
    return kind === "file" ? name in this.#project.files : this.#project.layers.some((layer) => layer.name === name);
  }

  async #add(kind: Target["kind"]): Promise<void> {
    const name = await ask(kind === "file" ? "Path of the new file" : "Name of the values file", kind === "file" ? "templates/" : "values.yaml");
    if (!name) return;
    const target = { kind, name };
    if (!this.#has(target)) {
      if (kind === "file") this.#project.files[name] = "";
      else this.#project.layers.push({ name, text: "" });
      this.#client.run(this.#project);
    }
    this.#show(target);
    focus("edit");
  }

  async #rename(old: Target): Promise<void> {
    const name = await ask(`Rename ${old.name}`, old.name);
    const target = { kind: old.kind, name: name ?? old.name };
    if (!this.#has(target)) {
      if (old.kind === "file") {
        this.#project.files[target.name] = this.#project.files[old.name] ?? "";
        delete this.#project.files[old.name];
      } else for (const layer of this.#project.layers) if (layer.name === old.name) layer.name = target.name;
      this.#show(target);
      this.#client.run(this.#project);
    }
    focus("files");
  }

  async #remove(target: Target): Promise<void> {
    if (await confirmed(`Delete ${target.name}?`)) {
      if (target.kind === "file") delete this.#project.files[target.name];
      else this.#project.layers = this.#project.layers.filter((layer) => layer.name !== target.name);
      if (target.kind === this.#open.kind && target.name === this.#open.name) this.#show(firstFile(this.#project));
      this.#showTrees();
      this.#client.run(this.#project);
    }
    focus("files");
  }

  async #save(): Promise<void> {
    const bytes = await pack(this.#chart, this.#project.files);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([bytes as BlobPart], { type: "application/gzip" }));
    link.download = `${this.#chart}.tgz`;
    link.click();
    URL.revokeObjectURL(link.href);
    announce(`saved ${this.#chart}.tgz`);
  }

  async #share(): Promise<void> {
    const fragment = await encode(this.#project);
    history.replaceState(null, "", `#${fragment}`);
    const copied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    const said = [copied ? "link copied" : "the link is in the address bar", lengthOf(location.href)];
    beside("shared", said.filter((part) => part !== "").join(" · "));
  }
}
