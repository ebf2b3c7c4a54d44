import { h } from "./dom.js";

/** A row of a tree. */
interface Row {
  name: string;
  shown: string;
  depth: number;
  isFolder: boolean;
  marks: number;
  isDead: boolean;
}

/** What a tree tells. */
export interface TreeListener {
  opened(name: string): void;
  renamed(name: string): void;
  removed(name: string): void;
}

/** A list of names as a tree of folders, for mouse, keyboard and screen readers. */
export class Tree {
  readonly #list: HTMLElement;
  readonly #listener: TreeListener;
  readonly #closed = new Set<string>();
  #names: string[] = [];
  #marks = new Map<string, number>();
  #dead = new Set<string>();
  #selected = "";

  constructor(list: HTMLElement, listener: TreeListener) {
    this.#list = list;
    this.#listener = listener;
    list.addEventListener("click", (event) => this.#clicked(event));
    list.addEventListener("keydown", (event) => this.#pressed(event));
  }

  /** Shows names; `dead` are those that cannot be opened, `marks` say how many problems a file has. */
  show(names: string[], selected: string, marks: Map<string, number>, dead = new Set<string>()): void {
    [this.#names, this.#selected, this.#marks, this.#dead] = [names, selected, marks, dead];
    this.#draw();
  }

  #rows(): Row[] {
    const rows: Row[] = [];
    const seen = new Set<string>();
    const order = [...this.#names].sort((a, b) => compare(a, b));
    for (const name of order) {
      const parts = name.split("/");
      const isHidden = parts.some((_, i) => i > 0 && this.#closed.has(parts.slice(0, i).join("/")));
      parts.slice(0, -1).forEach((shown, depth) => {
        const folder = parts.slice(0, depth + 1).join("/");
        const above = parts.some((_, i) => i > 0 && i <= depth && this.#closed.has(parts.slice(0, i).join("/")));
        if (seen.has(folder) || above) return;
        seen.add(folder);
        rows.push({ name: folder, shown, depth, isFolder: true, marks: 0, isDead: false });
      });
      if (isHidden) continue;
      const [shown, depth] = [parts.at(-1) ?? name, parts.length - 1];
      rows.push({ name, shown, depth, isFolder: false, marks: this.#marks.get(name) ?? 0, isDead: this.#dead.has(name) });
    }
    return rows;
  }

  #draw(): void {
    const focused = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[role=treeitem]");
    const focus = focused && this.#list.contains(focused) ? focused.dataset["name"] : undefined;
    const rows = this.#rows();
    const stop = rows.find((row) => row.name === (focus ?? this.#selected)) ?? rows[0];
    this.#list.replaceChildren(
      ...rows.map((row) => {
        const item = h(
          "li",
          {
            role: "treeitem",
            tabIndex: row === stop ? 0 : -1,
            "aria-level": row.depth + 1,
            "aria-selected": row.name === this.#selected,
            "aria-expanded": row.isFolder ? !this.#closed.has(row.name) : undefined,
            "aria-disabled": row.isDead || undefined,
            className: row.isFolder ? "folder" : "file",
            title: row.isDead ? `${row.name} is no text` : row.name,
          },
          h("span", { className: "name" }, row.shown),
          row.marks > 0 && h("span", { className: "marks", "aria-label": `${row.marks} problems` , role: "img" }, String(row.marks)),
        );
        item.style.setProperty("--depth", String(row.depth));
        item.dataset["name"] = row.name;
        return item;
      }),
    );
    if (focus !== undefined) this.#item(focus)?.focus();
  }

  #item(name: string): HTMLElement | undefined {
    return [...this.#list.children].find((item) => (item as HTMLElement).dataset["name"] === name) as HTMLElement | undefined;
  }

  #open(item: HTMLElement): void {
    const name = item.dataset["name"] ?? "";
    if (item.classList.contains("folder")) {
      if (!this.#closed.delete(name)) this.#closed.add(name);
      this.#draw();
    } else if (!this.#dead.has(name)) this.#listener.opened(name);
  }

  #clicked(event: MouseEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]");
    if (!item) return;
    item.focus();
    this.#open(item);
  }

  #pressed(event: KeyboardEvent): void {
    const item = (event.target as HTMLElement).closest<HTMLElement>("[role=treeitem]");
    if (!item) return;
    const items = [...this.#list.children] as HTMLElement[];
    const at = items.indexOf(item);
    const name = item.dataset["name"] ?? "";
    const [isFolder, isClosed] = [item.classList.contains("folder"), this.#closed.has(name)];
    const actions: Record<string, () => void> = {
      ArrowDown: () => items[at + 1]?.focus(),
      ArrowUp: () => items[at - 1]?.focus(),
      Home: () => items[0]?.focus(),
      End: () => items.at(-1)?.focus(),
      ArrowRight: () => (isFolder && isClosed ? this.#open(item) : isFolder && items[at + 1]?.focus()),
      ArrowLeft: () => (isFolder && !isClosed ? this.#open(item) : this.#item(name.split("/").slice(0, -1).join("/"))?.focus()),
      Enter: () => this.#open(item),
      " ": () => this.#open(item),
      F2: () => !isFolder && this.#listener.renamed(name),
      Delete: () => !isFolder && this.#listener.removed(name),
    };
    const action = actions[event.key];
    if (!action || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
    // One row of a tree is in the order of tabs.
    const focused = document.activeElement as HTMLElement | null;
    if (!focused || !this.#list.contains(focused)) return;
    for (const other of this.#list.children) (other as HTMLElement).tabIndex = other === focused ? 0 : -1;
  }
}

/** Files of a folder before its folders, Chart.yaml and values.yaml first. */
function compare(a: string, b: string): number {
  const [x, y] = [a.split("/"), b.split("/")];
  for (let i = 0; ; i += 1) {
    const [p, q] = [x[i] ?? "", y[i] ?? ""];
    const [isFileP, isFileQ] = [i === x.length - 1, i === y.length - 1];
    if (isFileP !== isFileQ) return isFileP ? -1 : 1;
    if (p !== q) return rank(p) - rank(q) || (p < q ? -1 : 1);
    if (isFileP) return 0;
  }
}

const FIRST = ["Chart.yaml", "values.yaml", "values.schema.json"];
const rank = (name: string): number => (FIRST.indexOf(name) + FIRST.length + 1) % (FIRST.length + 1);
