import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { type Diagnostic as Mark, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { TextEdit } from "chartlens";
import { type Assistant, assist, refreshHints } from "./assist.js";
import { language } from "./language.js";
import { offsetOf, placeOf, spanOf } from "./places.js";

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--paper)", color: "var(--ink)" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontSize: "13px", lineHeight: "1.55" },
  ".cm-gutters": { backgroundColor: "var(--paper)", color: "var(--muted)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-linked": { backgroundColor: "var(--linked)" },
  "&.cm-focused": { outline: "none" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "& .cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-selectionMatch": { backgroundColor: "var(--selection)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--border)", borderRadius: "6px" },
  ".cm-hint": {
    display: "inline-block",
    maxWidth: "22em",
    marginLeft: "0.5em",
    overflow: "hidden",
    textOverflow: "ellipsis",
    verticalAlign: "bottom",
    color: "var(--muted)",
    fontSize: "12px",
    fontStyle: "italic",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", maxWidth: "min(520px, 90vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--linked)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-completionMatchedText": { color: "var(--accent)", textDecoration: "none", fontWeight: "600" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--border)" },
  ".cm-panel.cm-search": { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 6px", padding: "6px 32px 6px 12px", font: "12px/1.5 system-ui, sans-serif" },
  ".cm-panel.cm-search br": { flexBasis: "100%", content: "''" },
  ".cm-panel.cm-search .cm-textfield": {
    flex: "1 1 12em",
    margin: "0",
    padding: "3px 8px",
    border: "1px solid var(--border)",
    borderRadius: "6px",
    backgroundColor: "var(--paper)",
    color: "var(--ink)",
    font: "12px/1.5 var(--mono)",
  },
  ".cm-panel.cm-search .cm-button": {
    margin: "0",
    padding: "2px 9px",
    border: "1px solid var(--border)",
    borderRadius: "6px",
    background: "var(--raised)",
    color: "var(--ink)",
    font: "12px/1.5 system-ui, sans-serif",
    textTransform: "none",
  },
  ".cm-panel.cm-search .cm-button:hover": { borderColor: "var(--muted)" },
  ".cm-panel.cm-search label": { display: "inline-flex", alignItems: "center", gap: "4px", margin: "0", color: "var(--muted)", fontSize: "12px" },
  ".cm-panel.cm-search [name=close]": { right: "10px", top: "6px", color: "var(--muted)", fontSize: "16px", cursor: "pointer" },
  ".cm-searchMatch": { backgroundColor: "var(--found)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--found)", outline: "2px solid var(--accent)" },
});

/** On what the page itself does. */
const byPage = Annotation.define<true>();
const link = StateEffect.define<number[]>();

/** Lines that belong to where the cursor stands in the other pane. */
const linked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(link)) continue;
      const { doc } = transaction.state;
      const lines = [...new Set(effect.value)].filter((line) => line <= doc.lines).sort((a, b) => a - b);
      now = Decoration.set(lines.map((line) => Decoration.line({ class: "cm-linked" }).range(doc.line(line).from)));
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Whether long lines are wrapped. */
const wrapping = new Compartment();

function wrap(view: EditorView, isWrapped: boolean): void {
  view.dispatch({ effects: wrapping.reconfigure(isWrapped ? EditorView.lineWrapping : []) });
}

const basics = (label: string): Extension => [
  wrapping.of([]),
  EditorView.cspNonce.of("editor"),
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  theme,
  language,
  lineNumbers(),
  drawSelection(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  search({ top: true }),
  highlightSelectionMatches(),
  linked,
];

/** What an editor tells. */
export interface EditorListener {
  changed?(text: string): void;
  /** The cursor was moved by the user. */
  moved(line: number, column: number): void;
}

/** Told of what the user does, not of what the page does. */
const listening = (listener: EditorListener): Extension =>
  EditorView.updateListener.of((update) => {
    const byUser = update.transactions.some((one) => one.isUserEvent("select") || one.isUserEvent("input") || one.isUserEvent("delete"));
    const isEdit = update.docChanged && update.transactions.some((one) => one.annotation(byPage) === undefined);
    if (isEdit) listener.changed?.(update.state.doc.toString());
    if (!byUser || !(update.selectionSet || update.docChanged)) return;
    const { line, column } = placeOf(update.state.doc, update.state.selection.main.head);
    listener.moved(line, column);
  });

/** The editor of templates and values. */
export class Editor {
  readonly view: EditorView;
  readonly #assistant: Assistant;
  readonly #extensions: Extension;
  /** Cursor, history and text of what was open before, by name. */
  readonly #states = new Map<string, { state: EditorState; scroll: StateEffect<unknown> }>();
  #name = "";
  #isWrapped = false;

  constructor(parent: HTMLElement, listener: EditorListener, assistant: Assistant) {
    this.#assistant = assistant;
    this.#extensions = [
      basics("Editor"),
      history(),
      bracketMatching(),
      indentUnit.of("  "),
      EditorState.tabSize.of(2),
      lintGutter(),
      keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap]),
      assist(assistant),
      listening(listener),
    ];
    this.view = new EditorView({ parent, state: this.#state("") });
  }

  #state(text: string): EditorState {
    return EditorState.create({ doc: text, extensions: this.#extensions });
  }

  /** Shows a text under a name, with the cursor, the history and the place on the screen that it had. */
  open(name: string, text: string): void {
    if (name === this.#name && text === this.view.state.doc.toString()) return;
    this.#states.set(this.#name, { state: this.view.state, scroll: this.view.scrollSnapshot() });
    const known = this.#states.get(name);
    const isKnown = known?.state.doc.toString() === text;
    this.view.setState(isKnown ? known.state : this.#state(text));
    this.#name = name;
    wrap(this.view, this.#isWrapped);
    this.view.dispatch({ effects: isKnown ? known.scroll : EditorView.scrollIntoView(0, { y: "start", yMargin: 0 }) });
  }

  /** Wraps long lines, or lets them go on. */
  wrap(isWrapped: boolean): void {
    this.#isWrapped = isWrapped;
    wrap(this.view, isWrapped);
  }

  /** Forgets all texts. */
  reset(): void {
    this.#states.clear();
    this.#name = "";
  }

  /** Shows what is wrong. */
  mark(marks: Mark[]): void {
    this.view.dispatch(setDiagnostics(this.view.state, marks));
  }

  /** Shows what the actions wrote. */
  hint(): void {
    void refreshHints(this.view, this.#assistant);
  }

  /** Changes the text as if the user did. */
  apply(edits: readonly TextEdit[]): void {
    const { doc } = this.view.state;
    const changes = edits.map((edit) => ({ ...spanOf(doc, edit.range), insert: edit.new }));
    this.view.dispatch({ changes, userEvent: "input.fix" });
    this.view.focus();
  }

  /** Marks lines and brings the first into view. */
  link(lines: number[], scroll = true): void {
    linkLines(this.view, lines, scroll);
  }

  /** Puts the cursor somewhere. */
  go(line: number, column: number): void {
    goTo(this.view, line, column);
  }
}

/** The rendered documents, read-only. */
export class Output {
  readonly view: EditorView;
  #text = "";

  constructor(parent: HTMLElement, listener: EditorListener, hover: (line: number, column: number) => Promise<HTMLElement | null>) {
    const tooltip = hoverTooltip(async (view, offset) => {
      const { line, column } = placeOf(view.state.doc, offset);
      const dom = await hover(line, column);
      return dom && { pos: offset, above: true, create: () => ({ dom }) };
    });
    const extensions = [
      basics("Rendered documents"),
      EditorState.readOnly.of(true),
      keymap.of([...defaultKeymap, ...searchKeymap]),
      tooltip,
      listening(listener),
    ];
    this.view = new EditorView({ parent, state: EditorState.create({ extensions }) });
  }

  /** Wraps long lines, or lets them go on. */
  wrap(isWrapped: boolean): void {
    wrap(this.view, isWrapped);
  }

  /** Shows a text; what is the same before and behind a change stays where it is. */
  show(text: string): void {
    const old = this.#text;
    if (old === text) return;
    this.#text = text;
    const from = common(old, text, (one, length) => one.slice(0, length));
    const room = Math.min(old.length, text.length) - from;
    const tail = Math.min(common(old, text, (one, length) => one.slice(one.length - length)), room);
    const [end, to] = [old.length - tail, text.length - tail];
    const changes = { from, to: end, insert: text.slice(from, to) };
    this.view.dispatch({ changes, annotations: byPage.of(true) });
  }

  /** Marks lines and brings the first into view. */
  link(lines: number[], scroll = true): void {
    linkLines(this.view, lines, scroll);
  }

  /** Puts the cursor somewhere. */
  go(line: number): void {
    goTo(this.view, line, 1);
  }
}

/** How long a part of two texts is the same, by halving: comparing whole texts is quicker than their characters. */
function common(a: string, b: string, part: (text: string, length: number) => string): number {
  let [low, high] = [0, Math.min(a.length, b.length)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (part(a, middle) === part(b, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

function linkLines(view: EditorView, lines: number[], scroll: boolean): void {
  const effects: StateEffect<unknown>[] = [link.of(lines)];
  const [first] = lines;
  if (scroll && first !== undefined && first <= view.state.doc.lines && !isVisible(view, first)) {
    effects.push(EditorView.scrollIntoView(view.state.doc.line(first).from, { y: "center" }));
  }
  view.dispatch({ effects, annotations: byPage.of(true) });
}

function isVisible(view: EditorView, line: number): boolean {
  const block = view.lineBlockAt(view.state.doc.line(line).from);
  const { scrollTop, clientHeight } = view.scrollDOM;
  return block.top >= scrollTop && block.bottom <= scrollTop + clientHeight;
}

function goTo(view: EditorView, line: number, column: number): void {
  const anchor = offsetOf(view.state.doc, line, column);
  const effects = EditorView.scrollIntoView(anchor, { y: "center" });
  view.dispatch({ selection: { anchor }, effects, annotations: byPage.of(true) });
}
