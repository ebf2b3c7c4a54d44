import { StateEffect, StateField } from "@codemirror/state";
import { type EditorView, type Tooltip, repositionTooltips, showTooltip } from "@codemirror/view";
import type { CodeAction, Range } from "chartlens";
import type { Assistant } from "./assist.js";
import { announce, h } from "./dom.js";
import { positionAt } from "./places.js";

const setMenu = StateEffect.define<Tooltip | null>();

/** The menu of what could be done; it closes as soon as the text or the cursor moves. */
export const actionMenu = StateField.define<Tooltip | null>({
  create: () => null,
  update(menu, transaction) {
    for (const effect of transaction.effects) if (effect.is(setMenu)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : menu;
  },
  provide: (field) => showTooltip.from(field),
});

/** Buttons with what mends a finding in an editor, once the engine has said it. */
export function fixes(view: EditorView, assistant: Assistant, code: string, range: Range): HTMLElement {
  const box = h("div", { className: "fixes" });
  void assistant.actions(range).then((actions) => {
    const own = actions.filter((action) => action.code === code && action.kind === "quickfix");
    box.append(...buttons(own, (action) => assistant.apply(action.edits)));
    repositionTooltips(view);
  });
  return box;
}

/** A button for each action. */
function buttons(actions: readonly CodeAction[], run: (action: CodeAction) => void): HTMLElement[] {
  return actions.map((action) =>
    h("button", { type: "button", className: action.preferred ? "preferred" : "", onclick: () => run(action) }, action.title),
  );
}

/** Opens the menu for what is selected. */
export function openActions(view: EditorView, assistant: Assistant): boolean {
  const { doc, selection } = view.state;
  const { from, to } = selection.main;
  const range = { start: positionAt(doc, from), end: positionAt(doc, to) };
  void assistant.actions(range).then((actions) => {
    if (view.state.doc !== doc) return;
    if (actions.length === 0) announce("there is nothing to do here");
    else view.dispatch({ effects: setMenu.of({ pos: from, create: () => menu(view, actions, assistant) }) });
  });
  return true;
}

function menu(view: EditorView, actions: readonly CodeAction[], assistant: Assistant): { dom: HTMLElement; mount(): void } {
  const close = (): void => {
    view.dispatch({ effects: setMenu.of(null) });
    view.focus();
  };
  const items = buttons(actions, (action) => {
    close();
    assistant.apply(action.edits);
  });
  for (const item of items) item.setAttribute("role", "menuitem");
  const move = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Escape") close();
    else if (step !== 0) items[(items.indexOf(document.activeElement as HTMLElement) + step + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const dom = h("div", { role: "menu", "aria-label": "What could be done", className: "action-menu", onkeydown: move }, ...items);
  return { dom, mount: () => items[0]?.focus() };
}
