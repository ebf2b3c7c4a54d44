import { createTarGzip, parseTarGzip } from "nanotar";
import { type Project, textOrBytes } from "./project.js";

/** What is opened may have so many bytes: Helm takes no more in one chart. */
const MAX_BYTES = 100 << 20;
/** One file of it may have so many. */
const MAX_FILE = 5 << 20;

type Files = Project["files"];

/** The files of a chart in a `.tgz`, without the folder around them. */
export async function unpack(bytes: Uint8Array): Promise<Files> {
  if (bytes.length > MAX_BYTES / 2) throw new Error("the archive is larger than 50 MB");
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) throw new Error("the file is no gzipped archive");
  const entries = await parseTarGzip(await inflatable(bytes));
  const files: Files = {};
  for (const entry of entries) {
    if (!entry.data || entry.name.endsWith("/")) continue;
    files[withoutFolder(entry.name)] = textOrBytes(entry.data);
  }
  return chart(files);
}

/** The bytes, if what they hold is not too much: a small archive may be large inside. */
async function inflatable(bytes: Uint8Array): Promise<Uint8Array> {
  const inside = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("gzip"));
  let total = 0;
  const reader = inside.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    total += part.value.length;
    if (total > MAX_BYTES) {
      await reader.cancel();
      throw new Error("the archive holds more than 100 MB");
    }
  }
  return bytes;
}

/** The chart as a `.tgz`, in a folder with its name. */
export async function pack(name: string, files: Files): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([path, data]) => ({ name: `${name}/${path}`, data }));
  return createTarGzip(entries);
}

/** The files of what was dropped: a folder or an archive. */
export async function dropped(items: DataTransferItemList): Promise<Files | undefined> {
  // Entries are there only until the first wait.
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files = [...items].map((item) => item.getAsFile()).filter((file) => file !== null);
  const folder = entries.find((entry) => entry.isDirectory);
  if (folder) return readFolder(folder as FileSystemDirectoryEntry);
  const [file] = files;
  return file && opened(file);
}

/** The files of an archive that was picked. */
export async function opened(file: File): Promise<Files> {
  if (file.size > MAX_BYTES / 2) throw new Error(`${file.name} is larger than 50 MB`);
  return unpack(new Uint8Array(await file.arrayBuffer()));
}

async function readFolder(folder: FileSystemDirectoryEntry): Promise<Files> {
  const found: Files = {};
  let total = 0;
  const walk = async (entry: FileSystemEntry): Promise<void> => {
    if (entry.isFile) {
      const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
      total += file.size;
      if (total > MAX_BYTES) throw new Error("the folder holds more than 100 MB");
      if (file.size > MAX_FILE) throw new Error(`${entry.fullPath} is larger than 5 MB`);
      found[withoutFolder(entry.fullPath.slice(1))] = textOrBytes(new Uint8Array(await file.arrayBuffer()));
      return;
    }
    if (entry.name === ".git" || entry.name === "node_modules") return;
    const reader = (entry as FileSystemDirectoryEntry).createReader();
    const next = () => new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    for (let some = await next(); some.length > 0; some = await next()) {
      for (const one of some) await walk(one);
    }
  };
  await walk(folder);
  return chart(found);
}

function withoutFolder(path: string): string {
  const clean = path.replace(/^\.\//, "");
  return clean.slice(clean.indexOf("/") + 1);
}

function chart(files: Files): Files {
  if (!("Chart.yaml" in files)) throw new Error("there is no Chart.yaml in it");
  return files;
}
