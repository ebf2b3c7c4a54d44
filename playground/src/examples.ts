import { type Layer, type Project, projectOf } from "./project.js";

/** An example to start from. */
interface Example {
  title: string;
  folder: string;
  layers?: Layer[];
}

const EXAMPLES: Example[] = [
  { title: "Web service", folder: "web", layers: [{ name: "prod.yaml", text: "# What is different in production.\nreplicaCount: 3\n" }] },
  { title: "Broken: find the faults", folder: "broken", layers: [{ name: "prod.yaml", text: "service:\n  port: \"8080\"\n" }] },
  { title: "Jinja templates", folder: "jinja" },
];

const texts = import.meta.glob("../../examples/**/*", { query: "?raw", import: "default", eager: true }) as Record<string, string>;

/** Their titles. */
export const titles = EXAMPLES.map((example) => example.title);

/** One of them. */
export function example(number: number): Project {
  const { folder, layers } = EXAMPLES[number] ?? (EXAMPLES[0] as Example);
  const prefix = `../../examples/${folder}/`;
  const names = Object.keys(texts).filter((name) => name.startsWith(prefix));
  const files = Object.fromEntries(names.map((name) => [name.slice(prefix.length), texts[name] ?? ""]));
  return projectOf(files, structuredClone(layers ?? []));
}
