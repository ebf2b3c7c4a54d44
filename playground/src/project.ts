/** A values file of the user. */
export interface Layer {
  name: string;
  text: string;
}

/** What is rendered: a chart, the user's values, and the release. */
export interface Project {
  files: Record<string, string | Uint8Array>;
  layers: Layer[];
  release: string;
  namespace: string;
  /** Versions of Kubernetes, the first one is rendered for; none for Helm's own. */
  versions: string[];
  helm: "3" | "4";
}

/** A text that can be edited: a file of the chart or one of the user's. */
export interface Target {
  kind: "file" | "layer";
  name: string;
}

/** An empty project around files. */
export function projectOf(files: Project["files"], layers: Layer[] = []): Project {
  return { files, layers, release: "demo", namespace: "default", versions: [], helm: "4" };
}

/** Its text; undefined where it is not there or no text. */
export function textOf(project: Project, target: Target): string | undefined {
  if (target.kind === "layer") return project.layers.find((layer) => layer.name === target.name)?.text;
  const content = project.files[target.name];
  return typeof content === "string" ? content : undefined;
}

/** Changes its text. */
export function setText(project: Project, target: Target, text: string): void {
  if (target.kind === "file") project.files[target.name] = text;
  else for (const layer of project.layers) if (layer.name === target.name) layer.text = text;
}

/** Where causes point with a file name: the user's values come first, for their names are the user's. */
export function targetOf(project: Project, file: string, layer?: string): Target | undefined {
  const inLayers = project.layers.some((one) => one.name === file);
  if (inLayers && (layer === "file" || !(file in project.files))) return { kind: "layer", name: file };
  return file in project.files ? { kind: "file", name: file } : undefined;
}

/** The name under which the engine knows a text; undefined where a file of the chart has the same name as the user's. */
export function engineName(project: Project, target: Target): string | undefined {
  return target.kind === "layer" && target.name in project.files ? undefined : target.name;
}

/** The file to show first. */
export function firstFile(project: Project): Target {
  const names = Object.keys(project.files).filter((name) => typeof project.files[name] === "string");
  const template = names.filter((name) => /^templates\/[^_].*\.ya?ml/.test(name)).sort();
  const name = template.find((one) => one.includes("deployment")) ?? template[0] ?? names[0];
  return { kind: "file", name: name ?? "Chart.yaml" };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Text where bytes are that, else the bytes. */
export function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    const text = decoder.decode(bytes);
    return text.includes("\0") ? bytes : text;
  } catch {
    return bytes;
  }
}
