import type { EditorQuestion } from "./engine/messages.js";
import type { Client } from "./engine/client.js";
import type { Assistant } from "./assist.js";

/** What the page does for an editor. */
export interface Page extends Pick<Assistant, "apply" | "go"> {
  /** The file that is open, as the engine knows it; undefined where it does not. */
  file(): string | undefined;
}

/** Asks the engine about the text that is open. */
export function assistant(client: Client, page: Page): Assistant {
  const ask = async (question: (file: string) => EditorQuestion) => {
    const file = page.file();
    const answer = file === undefined ? {} : await client.ask(question(file));
    // What was asked of another text is of no use.
    return page.file() === file ? answer : {};
  };
  return {
    completion: async (at) => (await ask((file) => ({ about: "completion", file, at }))).completions ?? [],
    hover: async (at) => (await ask((file) => ({ about: "hover", file, at }))).hover ?? null,
    definition: async (at) => (await ask((file) => ({ about: "definition", file, at }))).definitions ?? [],
    hints: async () => (await ask((file) => ({ about: "hints", file }))).hints ?? [],
    actions: async (range) => (await ask((file) => ({ about: "actions", file, range }))).actions ?? [],
    apply: (edits) => page.apply(edits),
    go: (place) => page.go(place),
  };
}
