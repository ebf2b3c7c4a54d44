// Charts for the engine: which chart a file is part of, and what the engine says of it.

import type { CheckOptions, FileFinding, TextEdit, Workspace } from "chartlens";

/** A file system as the editor has it; folders and files are named by URIs as texts. */
export interface Tree {
  /** Whether there is such a file. */
  has(uri: string): Promise<boolean>;
  /** All files below a folder by their paths from there. */
  read(folder: string): Promise<Map<string, Uint8Array>>;
}

/** What a file is called in its chart: the engine knows it by both, one behind the other. */
export interface Place {
  root: string;
  path: string;
}

/** Enough for any real chart, and an end of endless ones within seconds. */
const LIMITS = { fuel: 60_000_000, output: 64 << 20, string: 64 << 20, objects: 10_000_000 };

/** The charts whose files are open. */
export class Charts {
  private readonly loaded = new Map<string, Promise<void>>();
  private readonly texts = new Map<string, string>();

  constructor(
    readonly engine: Workspace,
    private readonly tree: Tree,
    private readonly options: () => CheckOptions,
  ) {}

  /** The chart around a file, loaded: of charts inside others the outermost. */
  async place(uri: string): Promise<Place | undefined> {
    const known = [...this.loaded.keys()].filter((root) => uri.startsWith(`${root}/`)).sort((a, b) => a.length - b.length)[0];
    const root = known ?? (await this.root(uri));
    if (root === undefined) {
      return undefined;
    }
    let loading = this.loaded.get(root);
    if (!loading) {
      loading = this.load(root);
      this.loaded.set(root, loading);
    }
    await loading;
    return { root, path: uri };
  }

  /** A text as it is typed, and its place. What is known of a text that is the same stays known. */
  async edit(uri: string, text: string): Promise<Place | undefined> {
    const place = await this.place(uri);
    if (place && this.texts.get(uri) !== text) {
      this.texts.set(uri, text);
      this.engine.edit(uri, text);
    }
    return place;
  }

  /** The file counts again. */
  async close(uri: string): Promise<void> {
    if (this.texts.delete(uri)) {
      this.engine.close(uri);
    }
  }

  /** Reads a chart again, for a file of it has changed. */
  async changed(uri: string): Promise<void> {
    const root = [...this.loaded.keys()].find((root) => uri.startsWith(`${root}/`));
    if (root !== undefined) {
      this.loaded.set(root, this.load(root));
      await this.loaded.get(root);
    }
  }

  /** Reads all charts again, for options have changed. */
  async reload(): Promise<void> {
    await Promise.all([...this.loaded.keys()].map((root) => this.changed(`${root}/`)));
  }

  /** The findings of a chart by the URIs of its files. */
  findings(root: string): Map<string, FileFinding[]> {
    const found = this.engine.findings(`${root}/Chart.yaml`);
    return new Map(Object.entries(found).map(([file, findings]) => [uriOf(root, file), findings]));
  }

  /** Edits by the URIs of their files. */
  edits(root: string, edits: TextEdit[]): [string, TextEdit][] {
    return edits.map((edit) => [uriOf(root, edit.file), edit]);
  }

  private async load(root: string): Promise<void> {
    this.engine.setChart(root, await this.tree.read(root), { name: "release-name", limits: LIMITS, ...this.options() });
  }

  private async root(uri: string): Promise<string | undefined> {
    let root = await this.nearest(parent(uri));
    while (root !== undefined) {
      const charts = parent(root);
      const outer = charts?.endsWith("/charts") ? parent(charts) : undefined;
      if (outer === undefined || !(await this.tree.has(`${outer}/Chart.yaml`))) {
        return root;
      }
      root = outer;
    }
    return root;
  }

  private async nearest(folder: string | undefined): Promise<string | undefined> {
    while (folder !== undefined && !(await this.tree.has(`${folder}/Chart.yaml`))) {
      folder = parent(folder);
    }
    return folder;
  }
}

/** The URI of a file of a chart. */
export function uriOf(root: string, file: string): string {
  return `${root}/${file}`;
}

/** The folder around; none around the root of a file system. */
function parent(uri: string): string | undefined {
  const path = uri.indexOf("/", uri.indexOf("://") + 3);
  const end = uri.lastIndexOf("/");
  return path >= 0 && end > path ? uri.slice(0, end) : undefined;
}
