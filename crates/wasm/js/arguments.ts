import { UsageError } from "./errors.js";

/** Kinds of arguments, in the words of errors. */
const KINDS = {
  "a text": (value: unknown) => typeof value === "string",
  "a list of texts": (value: unknown) => Array.isArray(value) && value.every((one) => typeof one === "string"),
  "true or false": (value: unknown) => typeof value === "boolean",
  "an object": isPlain,
} as const;

/** What fields of an object are to be. */
export type Kinds = Readonly<Record<string, keyof typeof KINDS>>;

/** Refuses fields of another kind, with their names. */
export function expectKinds(given: object, kinds: Kinds, within = ""): void {
  for (const [name, value] of Object.entries(given)) {
    const kind = kinds[name];
    if (kind === undefined || value === undefined || KINDS[kind](value)) continue;
    throw new UsageError(`${within}${name}: expected ${kind}, found ${kindOf(value)}`);
  }
}

/** What an argument is, in words. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value === "string") return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "function") return `the function ${value.name}`.trimEnd();
  if (Array.isArray(value)) return "an array";
  const made = typeof value === "object" ? (value.constructor?.name ?? "Object") : typeof value;
  return made === "Object" ? "an object" : `a ${made}`;
}

/** Whether it is an object with names and values, and no list, map, bytes or the like. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return !(value instanceof Map || value instanceof Set || value instanceof Promise || value instanceof ArrayBuffer || ArrayBuffer.isView(value));
}
