import { type Completion as Item, type CompletionContext, type CompletionResult, autocompletion } from "@codemirror/autocomplete";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, WidgetType, hoverTooltip, keymap } from "@codemirror/view";
import type { CodeAction, Completion, Hover, InlayHint, Location, Position, Range, TextEdit } from "chartlens";
import { actionMenu, openActions } from "./actions.js";
import { announce, h } from "./dom.js";
import { markdown } from "./markdown.js";
import { offsetAt, positionAt, spanOf } from "./places.js";

/** What an editor asks about its text, and has done. */
export interface Assistant {
  completion(at: Position): Promise<Completion[]>;
  hover(at: Position): Promise<Hover | null>;
  definition(at: Position): Promise<Location[]>;
  hints(): Promise<InlayHint[]>;
  actions(range: Range): Promise<CodeAction[]>;
  apply(edits: readonly TextEdit[]): void;
  go(place: Location): void;
}

/** The kinds of completions as the editor has icons for them. */
const ICONS: Record<Completion["kind"], string> = {
  value: "property",
  field: "property",
  function: "function",
  helper: "method",
  variable: "variable",
  keyword: "keyword",
  constant: "constant",
};

function item({ label, kind, detail, documentation, insert }: Completion): Item {
  const info = documentation === "" ? {} : { info: () => markdown(documentation) };
  return { label, type: ICONS[kind], detail, apply: insert, ...info };
}

/** While one types, only what begins a name is completed; on request anything. */
const BEGINS = /[\w.$"/-]$/;

function completing(assistant: Assistant) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos } = context;
    if (!context.explicit && !BEGINS.test(state.sliceDoc(Math.max(0, pos - 1), pos))) return null;
    const found = await assistant.completion(positionAt(state.doc, pos));
    const [first] = found;
    if (!first || context.aborted) return null;
    return { ...spanOf(state.doc, first.range), options: found.map(item), validFor: /^[\w$-]*$/ };
  };
}

function hovering(assistant: Assistant): Extension {
  return hoverTooltip(async (view, offset) => {
    const { doc } = view.state;
    const found = await assistant.hover(positionAt(doc, offset));
    if (!found || view.state.doc !== doc) return null;
    const { from, to } = spanOf(doc, found.range);
    return { pos: from, end: to, above: true, create: () => ({ dom: markdown(found.text) }) };
  });
}

async function toDefinition(assistant: Assistant, view: EditorView, offset: number): Promise<void> {
  const [first] = await assistant.definition(positionAt(view.state.doc, offset));
  if (first) assistant.go(first);
  else announce("nothing is known of a definition");
}

const setHints = StateEffect.define<readonly InlayHint[]>();

class HintWidget extends WidgetType {
  constructor(readonly hint: InlayHint) {
    super();
  }

  override eq(other: HintWidget): boolean {
    return other.hint.label === this.hint.label && other.hint.tooltip === this.hint.tooltip;
  }

  toDOM(): HTMLElement {
    return h("span", { className: "cm-hint", title: this.hint.tooltip ?? "", "aria-hidden": true }, this.hint.label);
  }
}

/** What actions wrote, behind them. */
const hints = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    let now = shown.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setHints)) continue;
      const { doc } = transaction.state;
      const widgets = effect.value.map((hint) =>
        Decoration.widget({ widget: new HintWidget(hint), side: 1 }).range(offsetAt(doc, hint.position)),
      );
      now = Decoration.set(widgets, true);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Asks for the hints anew; those of a text that has changed meanwhile are not shown. */
export async function refreshHints(view: EditorView, assistant: Assistant): Promise<void> {
  const { doc } = view.state;
  const found = await assistant.hints();
  if (view.state.doc === doc) view.dispatch({ effects: setHints.of(found) });
}

/** Completion, hovers, definitions, hints and actions. */
export function assist(assistant: Assistant): Extension {
  const atCursor = (view: EditorView): boolean => {
    void toDefinition(assistant, view, view.state.selection.main.head);
    return true;
  };
  const clicked = (event: MouseEvent, view: EditorView): boolean => {
    const offset = event.ctrlKey || event.metaKey ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
    if (offset === null) return false;
    event.preventDefault();
    void toDefinition(assistant, view, offset);
    return true;
  };
  return [
    autocompletion({ override: [completing(assistant)], icons: true }),
    hovering(assistant),
    hints,
    actionMenu,
    keymap.of([
      { key: "F12", run: atCursor },
      { key: "Mod-.", run: (view) => openActions(view, assistant) },
    ]),
    EditorView.domEventHandlers({ mousedown: clicked }),
  ];
}
