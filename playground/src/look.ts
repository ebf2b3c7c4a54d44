import { byId } from "./dom.js";
import { type Preferences, preferences, remember } from "./preferences.js";

const THEMES: readonly Preferences["theme"][] = ["system", "light", "dark"];

/** The switches of how the page looks: its colours, and whether long lines are wrapped. */
export function setUpLook(wrapped: (isWrapped: boolean) => void): void {
  const select = byId<HTMLSelectElement>("theme");
  const { theme, wrap } = preferences();
  select.value = THEMES.includes(theme) ? theme : "system";
  document.documentElement.dataset["theme"] = select.value;
  select.addEventListener("change", () => {
    document.documentElement.dataset["theme"] = select.value;
    remember({ theme: select.value as Preferences["theme"] });
  });
  const button = byId("wrap");
  const show = (isWrapped: boolean): void => {
    button.setAttribute("aria-pressed", String(isWrapped));
    wrapped(isWrapped);
  };
  show(wrap === true);
  button.addEventListener("click", () => {
    const isWrapped = button.getAttribute("aria-pressed") !== "true";
    remember({ wrap: isWrapped });
    show(isWrapped);
  });
}
