// The extension where no server can be run: the engine as WebAssembly, behind the same features.

import { Workspace, init } from "chartlens";
import * as vscode from "vscode";
import { registerPreviews } from "../previews";
import { Charts, type Tree, uriOf } from "./charts";
import { registerFeatures, toRange } from "./features";

/** So many milliseconds after the last key a chart is checked. */
const PAUSE = 200;

/** Folders that hold no part of a chart. */
const ELSEWHERE = new Set([".git", "node_modules"]);

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const asset = (name: string) => vscode.workspace.fs.readFile(vscode.Uri.joinPath(context.extensionUri, "engine", name));
  const [wasm, deferred, schemas] = await Promise.all(["chartlens_bg.wasm", "deferred.wasm", "schemas.bin"].map(asset));
  await init({ wasm: wasm as BufferSource, deferred: deferred as BufferSource, schemas: schemas as BufferSource });
  const charts = new Charts(new Workspace(), tree, options);
  const checks = new Checks(charts);
  const none = () => vscode.window.showInformationMessage("This needs the command chartlens, which cannot be run here.");
  context.subscriptions.push(
    checks,
    ...registerFeatures(charts),
    ...registerPreviews((uri) => preview(charts, uri)),
    vscode.commands.registerCommand("chartlens.restart", () => checks.restart()),
    ...["showTrace", "pickValuesSet", "pickKubeVersion"].map((name) => vscode.commands.registerCommand(`chartlens.${name}`, none)),
  );
  await checks.start();
}

function options(): { kubeVersion?: string } {
  const kubeVersion = vscode.workspace.getConfiguration("chartlens").get<string>("kubeVersion");
  return kubeVersion ? { kubeVersion } : {};
}

/** The files of the editor. */
const tree: Tree = {
  async has(uri) {
    return vscode.workspace.fs.stat(vscode.Uri.parse(uri)).then(
      () => true,
      () => false,
    );
  },
  async read(folder) {
    const files = new Map<string, Uint8Array>();
    const walk = async (at: vscode.Uri, path: string): Promise<void> => {
      for (const [name, type] of await vscode.workspace.fs.readDirectory(at)) {
        const inner = vscode.Uri.joinPath(at, name);
        if (type & vscode.FileType.Directory) {
          if (!ELSEWHERE.has(name)) {
            await walk(inner, `${path}${name}/`);
          }
        } else {
          files.set(path + name, await vscode.workspace.fs.readFile(inner));
        }
      }
    };
    await walk(vscode.Uri.parse(folder), "");
    return files;
  },
};

async function preview(charts: Charts, uri: string) {
  const place = await charts.place(vscode.Uri.parse(uri).toString(true));
  if (!place) {
    return null;
  }
  const documents = charts.engine.preview(place.path).map((document) => ({
    ...document,
    parts: document.parts.map((part) => {
      const at = part.at && { uri: vscode.Uri.parse(uriOf(place.root, part.at.file)).toString(), range: part.at.range };
      return { ...part, at };
    }),
  }));
  return { documents };
}

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

const TAGS = { unnecessary: vscode.DiagnosticTag.Unnecessary, deprecated: vscode.DiagnosticTag.Deprecated };

/** Hands texts to the engine as they are typed, and shows what it finds. */
class Checks implements vscode.Disposable {
  private readonly found = vscode.languages.createDiagnosticCollection("chartlens");
  private readonly shown = new Map<string, vscode.Uri[]>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly watcher = vscode.workspace.createFileSystemWatcher("**/*.{yaml,yml,tpl,txt,json,tgz}");
  private readonly listeners: vscode.Disposable[];

  constructor(private readonly charts: Charts) {
    const again = (uri: vscode.Uri) => void this.charts.changed(uri.toString(true)).then(() => this.soon(uri));
    this.listeners = [
      this.watcher,
      this.watcher.onDidChange(again),
      this.watcher.onDidCreate(again),
      this.watcher.onDidDelete(again),
      vscode.workspace.onDidOpenTextDocument((document) => this.edited(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.edited(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.charts.close(uri.toString(true)).then(() => this.soon(uri))),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration("chartlens") && void this.restart()),
    ];
  }

  async start(): Promise<void> {
    await Promise.all(vscode.workspace.textDocuments.map((document) => this.edited(document)));
  }

  async restart(): Promise<void> {
    await this.charts.reload();
    vscode.workspace.textDocuments.forEach(({ uri }) => this.soon(uri));
  }

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
    this.timers.forEach((timer) => clearTimeout(timer));
    this.found.dispose();
  }

  private async edited(document: vscode.TextDocument): Promise<void> {
    if (await this.charts.edit(document.uri.toString(true), document.getText())) {
      await this.soon(document.uri);
    }
  }

  private async soon(uri: vscode.Uri): Promise<void> {
    const place = await this.charts.place(uri.toString(true));
    if (place) {
      clearTimeout(this.timers.get(place.root));
      this.timers.set(place.root, setTimeout(() => this.check(place.root), PAUSE));
    }
  }

  private check(root: string): void {
    const found = this.charts.findings(root);
    const uris: vscode.Uri[] = [];
    for (const [file, findings] of found) {
      const uri = vscode.Uri.parse(file);
      uris.push(uri);
      this.found.set(uri, findings.map((finding) => {
        const made = new vscode.Diagnostic(toRange(finding.range), finding.message, SEVERITIES[finding.severity]);
        made.source = "chartlens";
        made.code = finding.url ? { value: finding.code, target: vscode.Uri.parse(finding.url) } : finding.code;
        made.tags = finding.tags.map((tag) => TAGS[tag]);
        made.relatedInformation = finding.related.map((related) => {
          const at = new vscode.Location(vscode.Uri.parse(uriOf(root, related.file)), toRange(related.range));
          return new vscode.DiagnosticRelatedInformation(at, related.message);
        });
        return made;
      }));
    }
    const gone = this.shown.get(root) ?? [];
    gone.filter((uri) => !uris.some((other) => other.toString() === uri.toString())).forEach((uri) => this.found.delete(uri));
    this.shown.set(root, uris);
  }
}
