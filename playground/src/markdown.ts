import { h } from "./dom.js";

/** The Markdown that the engine writes: paragraphs, blocks of code, `code` and **names**. */
export function markdown(text: string): HTMLElement {
  const parts = text.split(/^```.*\n([\s\S]*?)^```$/m);
  const nodes = parts.flatMap((part, number) => (number % 2 === 1 ? [h("pre", { tabIndex: 0 }, part.trimEnd())] : paragraphs(part)));
  return h("div", { className: "markdown" }, ...nodes);
}

function paragraphs(text: string): HTMLElement[] {
  const found = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== "");
  return found.map((paragraph) => h("p", {}, ...inline(paragraph.trim())));
}

function inline(text: string): (HTMLElement | string)[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith("`") && part.length > 1) return h("code", {}, part.slice(1, -1));
    return part.startsWith("**") && part.length > 4 ? h("strong", {}, part.slice(2, -2)) : part;
  });
}
