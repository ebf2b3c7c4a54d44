import { byId } from "./dom.js";
import { preferences, remember } from "./preferences.js";

/** An edge between panes. Its share is the percentage of the room that the panes on both sides have together. */
interface Edge {
  name: string;
  /** Whether it is moved left and right. */
  isUpright: boolean;
  /** The first and the last pane of the room. */
  between: readonly [string, string];
  /** Whether the share is that of the last pane. */
  fromEnd: boolean;
  least: number;
  most: number;
  /** What the style sheet reads. */
  sizes(share: number): Record<string, string>;
}

const EDGES: readonly Edge[] = [
  { name: "files", isUpright: true, between: ["files", "output"], fromEnd: false, least: 8, most: 40, sizes: (share) => ({ files: `${share}%` }) },
  {
    name: "edit",
    isUpright: true,
    between: ["edit", "output"],
    fromEnd: false,
    least: 15,
    most: 85,
    sizes: (share) => ({ edit: `${share}fr`, output: `${100 - share}fr` }),
  },
  { name: "problems", isUpright: false, between: ["edit", "problems"], fromEnd: true, least: 8, most: 80, sizes: (share) => ({ problems: `${share}%` }) },
];

/** One press of an arrow key moves an edge by so many percent. */
const STEP = 2;

/** Panes can be made larger and smaller, with the mouse and with arrow keys; a double click or Home gives the first size back. */
export function setUpEdges(): void {
  for (const edge of EDGES) {
    const handle = byId(`edge-${edge.name}`);
    handle.setAttribute("aria-valuemin", String(edge.least));
    handle.setAttribute("aria-valuemax", String(edge.most));
    apply(edge, preferences().edges[edge.name]);
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) move(edge, shareAt(edge, edge.isUpright ? event.clientX : event.clientY));
    });
    handle.addEventListener("dblclick", () => move(edge, undefined));
    handle.addEventListener("keydown", (event) => pressed(edge, event));
  }
}

function pressed(edge: Edge, event: KeyboardEvent): void {
  const [less, more] = edge.isUpright ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  const step = event.key === less ? -STEP : event.key === more ? STEP : 0;
  if (step === 0 && event.key !== "Home") return;
  event.preventDefault();
  move(edge, step === 0 ? undefined : shown(edge) + (edge.fromEnd ? -step : step));
}

/** The share that an edge at this place of the window gives. */
function shareAt({ between, isUpright, fromEnd }: Edge, at: number): number {
  const [first, last] = between.map((id) => byId(id).getBoundingClientRect()) as [DOMRect, DOMRect];
  const [start, end] = isUpright ? [first.left, last.right] : [first.top, last.bottom];
  return ((fromEnd ? end - at : at - start) * 100) / (end - start || 1);
}

/** The share that an edge has. */
function shown(edge: Edge): number {
  const { left, top } = byId(`edge-${edge.name}`).getBoundingClientRect();
  return shareAt(edge, edge.isUpright ? left : top);
}

function move(edge: Edge, share: number | undefined): void {
  const { [edge.name]: _, ...others } = preferences().edges;
  const edges = share === undefined ? others : { ...others, [edge.name]: share };
  remember({ edges });
  apply(edge, share);
}

function apply(edge: Edge, wanted: number | undefined): void {
  const share = Math.round(Math.min(Math.max(wanted ?? 0, edge.least), edge.most) * 10) / 10;
  const { style } = byId("panes");
  for (const [name, size] of Object.entries(edge.sizes(share))) {
    if (wanted === undefined) style.removeProperty(`--${name}`);
    else style.setProperty(`--${name}`, size);
  }
  byId(`edge-${edge.name}`).setAttribute("aria-valuenow", String(Math.round(shown(edge))));
}
