import { byId } from "./dom.js";

/** The panes in the order in which F6 goes through them. */
const PANES = ["files", "edit", "output", "problems"] as const;
export type Pane = (typeof PANES)[number];

/** On narrow screens one pane is shown at a time; on wide ones all are. */
export function show(pane: Pane): void {
  document.body.dataset["pane"] = pane;
  for (const other of PANES) {
    const tab = byId(`tab-${other}`);
    tab.setAttribute("aria-selected", String(other === pane));
    tab.tabIndex = other === pane ? 0 : -1;
  }
}

/** The thing in a pane that the keyboard goes to. */
function target(pane: Pane): HTMLElement | null {
  return byId(pane).querySelector<HTMLElement>(".cm-content, [role=treeitem][tabindex='0'], li button");
}

/** Shows a pane and puts the keyboard there. */
export function focus(pane: Pane): void {
  show(pane);
  target(pane)?.focus();
}

/** Tabs, and F6 and Shift+F6 from pane to pane. */
export function setUpPanes(): void {
  for (const pane of PANES) byId(`tab-${pane}`).addEventListener("click", () => show(pane));
  document.querySelector("[role=tablist]")?.addEventListener("keydown", (event) => {
    const { key } = event as KeyboardEvent;
    const step = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = PANES.findIndex((pane) => document.activeElement?.id === `tab-${pane}`);
    const next = PANES[(at + step + PANES.length) % PANES.length] as Pane;
    show(next);
    byId(`tab-${next}`).focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "F6") return;
    event.preventDefault();
    const at = PANES.findIndex((pane) => byId(pane).contains(document.activeElement));
    const step = event.shiftKey ? -1 : 1;
    const start = at < 0 && event.shiftKey ? 0 : at;
    focus(PANES[(start + step + PANES.length) % PANES.length] as Pane);
  });
  show("edit");
}
