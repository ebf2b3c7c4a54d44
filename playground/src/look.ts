import { byId } from "./dom.js";
import { type Preferences, preferences, remember } from "./preferences.js";

/** The colours in the order in which the button goes through them, each with its sign. */
const THEMES: readonly (readonly [Preferences["theme"], string])[] = [
  ["system", "◐"],
  ["light", "○"],
  ["dark", "●"],
];

/** The switches of how the page looks: its colours, and whether long lines are wrapped. */
export function setUpLook(wrapped: (isWrapped: boolean) => void): void {
  let { theme } = preferences();
  showTheme(theme);
  byId("theme").addEventListener("click", () => {
    const at = THEMES.findIndex(([name]) => name === theme);
    [theme] = THEMES[(at + 1) % THEMES.length] ?? ["system"];
    remember({ theme });
    showTheme(theme);
  });
  const button = byId("wrap");
  const show = (isWrapped: boolean): void => {
    button.setAttribute("aria-pressed", String(isWrapped));
    wrapped(isWrapped);
  };
  show(preferences().wrap === true);
  button.addEventListener("click", () => {
    const isWrapped = button.getAttribute("aria-pressed") !== "true";
    remember({ wrap: isWrapped });
    show(isWrapped);
  });
}

function showTheme(theme: Preferences["theme"]): void {
  document.documentElement.dataset["theme"] = theme;
  const button = byId("theme");
  const label = `Colours: ${theme}`;
  button.textContent = THEMES.find(([name]) => name === theme)?.[1] ?? "◐";
  button.title = label;
  button.setAttribute("aria-label", label);
}
