import { type Project, projectOf } from "./project.js";

/** A project as JSON has it. */
type Shared = Omit<Project, "files"> & { files: Record<string, string | { b64: string }> };

async function through(bytes: Uint8Array, stream: CompressionStream | DecompressionStream): Promise<Uint8Array> {
  const piped = new Blob([bytes as BlobPart]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

const toText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
const fromText = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

/** The part of a link behind `#` that holds a project. */
export async function encode(project: Project): Promise<string> {
  const files = Object.entries(project.files).map(([name, content]) => [
    name,
    typeof content === "string" ? content : { b64: btoa(toText(content)) },
  ]);
  const json = JSON.stringify({ ...project, files: Object.fromEntries(files) });
  const packed = await through(new TextEncoder().encode(json), new CompressionStream("deflate-raw"));
  return `chart=${btoa(toText(packed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Links longer than this are cut by some of the programs that they are sent through. */
const LONG = 8_000;

/** What there is to say of a link that was made: how long it is, where that may be too long. */
export function lengthOf(link: string): string {
  return link.length <= LONG ? "" : `${Math.ceil(link.length / 1000)} kB: some programs cut links longer than ${LONG / 1000} kB`;
}

/** The project in a link, if it is one that holds a project. What is damaged is an error. */
export async function decode(fragment: string): Promise<Project | undefined> {
  const encoded = fragment.match(/^#?chart=(.*)$/s)?.[1];
  if (encoded === undefined) return undefined;
  try {
    return projectIn(await unpacked(encoded));
  } catch {
    throw new Error("The link is damaged, and its chart cannot be read: it was likely cut or changed on its way.");
  }
}

async function unpacked(encoded: string): Promise<Partial<Shared>> {
  const packed = fromText(atob(encoded.replaceAll("-", "+").replaceAll("_", "/")));
  return JSON.parse(new TextDecoder().decode(await through(packed, new DecompressionStream("deflate-raw")))) as Partial<Shared>;
}

function projectIn(shared: Partial<Shared>): Project {
  if (typeof shared.files !== "object") throw new Error("there are no files");
  const files: Project["files"] = {};
  for (const [name, content] of Object.entries(shared.files)) {
    files[name] = typeof content === "string" ? content : fromText(atob(content.b64));
  }
  const empty = projectOf(files);
  return {
    files,
    layers: (shared.layers ?? []).map(({ name, text }) => ({ name: String(name), text: String(text) })),
    release: String(shared.release ?? empty.release),
    namespace: String(shared.namespace ?? empty.namespace),
    versions: (shared.versions ?? []).map(String),
    helm: shared.helm === "3" ? "3" : "4",
  };
}
