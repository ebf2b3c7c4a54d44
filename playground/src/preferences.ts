/** How the page looks, as the user left it. Nothing of charts is remembered. */
export interface Preferences {
  theme: "system" | "light" | "dark";
  /** Whether long lines are wrapped. */
  wrap: boolean;
  /** Shares of panes, by the name of the edge that was moved. */
  edges: Readonly<Record<string, number>>;
}

const KEY = "chartlens";
const NONE: Preferences = { theme: "system", wrap: false, edges: {} };

/** What is remembered; where nothing may be kept, or what was kept is damaged, what the page begins with. */
export function preferences(): Preferences {
  try {
    return { ...NONE, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return NONE;
  }
}

/** Remembers a change. */
export function remember(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...preferences(), ...change }));
  } catch {
    // A browser that keeps nothing shows the page as it comes the next time.
  }
}
