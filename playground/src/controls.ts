import { byId, h } from "./dom.js";
import { titles } from "./examples.js";
import type { Project } from "./project.js";

/** What the controls tell. */
export interface ControlListener {
  changed(change: Partial<Project>): void;
  example(number: number): void;
}

/** Release, namespace, versions and examples in the bar. */
export class Controls {
  #versions: string[] = [];
  #chosen: string[] = [];
  readonly #listener: ControlListener;

  constructor(listener: ControlListener) {
    this.#listener = listener;
    const select = byId<HTMLSelectElement>("example");
    const own = h("option", { value: "", hidden: true }, "own chart");
    select.append(own, ...titles.map((title, number) => h("option", { value: String(number) }, title)));
    select.addEventListener("change", () => listener.example(Number(select.value)));
    const text = (id: string, change: (value: string) => Partial<Project>): void => {
      const input = byId<HTMLInputElement>(id);
      input.addEventListener("input", () => listener.changed(change(input.value)));
    };
    text("release", (release) => ({ release }));
    text("namespace", (namespace) => ({ namespace }));
    text("helm", (helm) => ({ helm: helm === "3" ? "3" : "4" }));
    const menu = byId<HTMLDetailsElement>("versions");
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary")?.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!menu.contains(event.target as Node)) menu.open = false;
    });
  }

  /** Shows what a project says, and which of the examples it is, if it is one. */
  show(project: Project, example: number | undefined): void {
    byId<HTMLSelectElement>("example").value = String(example ?? "");
    byId<HTMLInputElement>("release").value = project.release;
    byId<HTMLInputElement>("namespace").value = project.namespace;
    byId<HTMLSelectElement>("helm").value = project.helm;
    this.#chosen = project.versions;
    this.#draw();
  }

  /** Offers versions of Kubernetes. */
  offer(versions: string[]): void {
    this.#versions = [...versions].reverse();
    this.#draw();
  }

  #draw(): void {
    const [newest] = this.#versions;
    byId("versions-shown").textContent = this.#chosen.join(", ") || (newest ? `newest (${newest})` : "newest");
    const list = byId("versions-list");
    const boxes = this.#versions.map((version) => {
      const box = h("input", {
        type: "checkbox",
        checked: this.#chosen.includes(version),
        onchange: () => this.#choose(version, box.checked),
      });
      return h("label", {}, box, version);
    });
    if (list.children.length !== boxes.length + 1) list.replaceChildren(h("legend", {}, "Check for"), ...boxes);
    else list.querySelectorAll("input").forEach((box, i) => (box.checked = this.#chosen.includes(this.#versions[i] ?? "")));
  }

  #choose(version: string, isChosen: boolean): void {
    const others = this.#chosen.filter((one) => one !== version);
    const chosen = isChosen ? [...others, version] : others;
    // Newest first: that one is shown.
    this.#chosen = this.#versions.filter((one) => chosen.includes(one));
    this.#draw();
    this.#listener.changed({ versions: this.#chosen });
  }
}
