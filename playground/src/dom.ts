type Child = Node | string | null | undefined | false;

/** An element with properties, attributes (with a dash or `role`) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Record<string, unknown> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.includes("-") || name === "role") element.setAttribute(name, String(value));
    else Object.assign(element, { [name]: value });
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The element with an id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no #${id}`);
  return found as T;
}

/** Says something to screen readers. */
export function announce(text: string): void {
  byId("live").textContent = text;
}

/** Shows something above the panes until it is closed; nothing closes it. */
export function notice(text: string): void {
  byId("notice-text").textContent = text;
  byId("notice").hidden = text === "";
}

/** Says something beside what was pressed, until the next press. */
export function beside(id: string, text: string): void {
  const element = byId(id);
  element.textContent = text;
  element.hidden = false;
  announce(text);
  document.addEventListener("pointerdown", () => (element.hidden = true), { once: true });
}

/** Asks for a line of text; undefined where nothing was given. */
export function ask(title: string, text = ""): Promise<string | undefined> {
  const dialog = byId<HTMLDialogElement>("ask");
  const input = byId<HTMLInputElement>("ask-text");
  byId("ask-title").textContent = title;
  input.hidden = false;
  input.value = text;
  return opened(dialog, () => input.value.trim() || undefined);
}

/** Asks whether to do something. */
export async function confirmed(title: string): Promise<boolean> {
  byId("ask-title").textContent = title;
  byId("ask-text").hidden = true;
  return (await opened(byId<HTMLDialogElement>("ask"), () => "yes")) === "yes";
}

function opened(dialog: HTMLDialogElement, value: () => string | undefined): Promise<string | undefined> {
  dialog.returnValue = "";
  dialog.showModal();
  const input = byId<HTMLInputElement>("ask-text");
  if (!input.hidden) input.select();
  else byId("ask-ok").focus();
  // Enter is to mean the second button, not the first.
  input.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    dialog.close("ok");
  };
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "ok" ? value() : undefined);
  });
}
