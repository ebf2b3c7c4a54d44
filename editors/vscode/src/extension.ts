// The extension: a client of `chartlens lsp`, a preview, and two pickers.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from "vscode-languageclient/node";
import { Rendered } from "./preview";
import type { Preview, Targets } from "./protocol";
import { command } from "./server";

const SCHEME = "chartlens-preview";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  client = newClient(context);
  const previews = new Previews();
  const status = new Status();
  context.subscriptions.push(
    previews,
    status,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, previews),
    vscode.languages.registerHoverProvider({ scheme: SCHEME }, previews),
    vscode.commands.registerCommand("chartlens.showPreview", () => previews.show()),
    vscode.commands.registerCommand("chartlens.showTrace", showTrace),
    vscode.commands.registerCommand("chartlens.pickValuesSet", () => status.pickValuesSet()),
    vscode.commands.registerCommand("chartlens.pickKubeVersion", () => status.pickKubeVersion()),
    vscode.commands.registerCommand("chartlens.restart", () => client?.restart()),
  );
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function newClient(context: vscode.ExtensionContext): LanguageClient {
  const settings = vscode.workspace.getConfiguration("chartlens");
  const log = settings.get<string>("logFile", "");
  const server: ServerOptions = {
    command: command(settings.get<string>("path", ""), context.extensionPath),
    args: ["lsp", ...(log ? ["--log", log] : [])],
    transport: TransportKind.stdio,
  };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "helm" },
      { scheme: "file", language: "yaml" },
      { scheme: "file", pattern: "**/values.schema.json" },
      { scheme: "file", pattern: "**/chartlens.toml" },
      { scheme: "file", pattern: "**/templates/**" },
    ],
    initializationOptions: {
      valuesSet: settings.get<string>("valuesSet") || null,
      kubeVersion: settings.get<string>("kubeVersion") || null,
    },
    synchronize: { configurationSection: "chartlens" },
    middleware: { executeCommand: run },
  };
  return new LanguageClient("chartlens", "chartlens", server, options);
}

/** Commands of lenses open views; the others are the server's. */
async function run(name: string, args: unknown[], next: (name: string, args: unknown[]) => unknown): Promise<unknown> {
  const [uri, at] = args as [string, { line: number; character: number }];
  if (name === "chartlens.render") {
    return vscode.commands.executeCommand("chartlens.showPreview");
  }
  const result = await next(name, args);
  if (name === "chartlens.references" && client) {
    const locations = (result as Parameters<typeof client.protocol2CodeConverter.asLocation>[0][]).map((location) =>
      client?.protocol2CodeConverter.asLocation(location),
    );
    const position = new vscode.Position(at.line, at.character);
    return vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), position, locations);
  }
  return result;
}

async function showTrace(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor || !client) {
    return;
  }
  const { line, character } = editor.selection.active;
  const params = { command: "chartlens.trace", arguments: [editor.document.uri.toString(), { line, character }] };
  const text = await client.sendRequest<string | null>("workspace/executeCommand", params);
  const document = await vscode.workspace.openTextDocument({ content: text ?? "", language: "plaintext" });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
}

/** The rendered documents beside their templates. */
class Previews implements vscode.TextDocumentContentProvider, vscode.HoverProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly rendered = new Map<string, Rendered>();
  private readonly listeners: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  /** Whether a scroll was this class's own doing. */
  private follows = false;

  readonly onDidChange = this.changed.event;

  constructor() {
    this.listeners = [
      vscode.workspace.onDidChangeTextDocument(() => this.refreshSoon()),
      vscode.window.onDidChangeTextEditorSelection((event) => this.follow(event)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.follow(editor && { textEditor: editor })),
    ];
  }

  dispose(): void {
    this.listeners.forEach((listener) => listener.dispose());
    this.changed.dispose();
    clearTimeout(this.timer);
  }

  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || editor.document.uri.scheme !== "file") {
      return;
    }
    const document = await vscode.workspace.openTextDocument(previewUri(editor.document.uri));
    await vscode.languages.setTextDocumentLanguage(document, "yaml");
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const params = { textDocument: { uri: uri.query } };
    const preview = await client?.sendRequest<Preview | null>("chartlens/preview", params);
    const rendered = new Rendered(preview ?? { documents: [] });
    this.rendered.set(uri.toString(), rendered);
    return rendered.text;
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const part = this.rendered.get(document.uri.toString())?.at(position);
    if (!part) {
      return undefined;
    }
    const lines = part.at ? [`written by ${vscode.workspace.asRelativePath(vscode.Uri.parse(part.at.uri))}:${part.at.range.start.line + 1}`] : [];
    lines.push(...part.values.map((value) => `value \`${value}\``));
    return new vscode.Hover(new vscode.MarkdownString(lines.join("\n\n")));
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const shown = vscode.workspace.textDocuments.filter((document) => document.uri.scheme === SCHEME);
      shown.forEach((document) => this.changed.fire(document.uri));
    }, 150);
  }

  private async follow(event: { textEditor: vscode.TextEditor } | undefined): Promise<void> {
    const wanted = vscode.workspace.getConfiguration("chartlens").get<boolean>("preview.followCursor", true);
    if (!event || !wanted || this.follows) {
      return;
    }
    this.follows = true;
    try {
      const editor = event.textEditor;
      await (editor.document.uri.scheme === SCHEME ? this.toTemplate(editor) : this.toPreview(editor));
    } finally {
      this.follows = false;
    }
  }

  private async toTemplate(editor: vscode.TextEditor): Promise<void> {
    const at = this.rendered.get(editor.document.uri.toString())?.at(editor.selection.active)?.at;
    const open = at && vscode.window.visibleTextEditors.find((other) => other.document.uri.toString() === vscode.Uri.parse(at.uri).toString());
    if (open && at) {
      reveal(open, at.range.start.line);
    }
  }

  private async toPreview(editor: vscode.TextEditor): Promise<void> {
    const uri = editor.document.uri.toString();
    for (const other of vscode.window.visibleTextEditors.filter((other) => other.document.uri.scheme === SCHEME)) {
      const position = editor.selection.active;
      const line = this.rendered.get(other.document.uri.toString())?.line({ uri, range: { start: position, end: position } });
      if (line !== undefined) {
        reveal(other, line);
      }
    }
  }
}

function reveal(editor: vscode.TextEditor, line: number): void {
  const range = new vscode.Range(line, 0, line, 0);
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

function previewUri(uri: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `${uri.path} (rendered)`, query: uri.toString() });
}

/** The set of values and the version of Kubernetes in the status bar. */
class Status implements vscode.Disposable {
  private readonly values = item("chartlens.pickValuesSet", "the set of values that previews and hovers are about");
  private readonly version = item("chartlens.pickKubeVersion", "the version of Kubernetes that completion is about");
  private readonly listener = vscode.window.onDidChangeActiveTextEditor(() => this.refresh());

  constructor() {
    void this.refresh();
  }

  dispose(): void {
    [this.values, this.version, this.listener].forEach((part) => part.dispose());
  }

  async pickValuesSet(): Promise<void> {
    const targets = await this.targets();
    const names = targets?.valuesSets ?? [];
    if (names.length === 0) {
      await vscode.window.showInformationMessage("chartlens.toml names no sets of values.");
      return;
    }
    await this.pick("chartlens.selectValuesSet", names);
  }

  async pickKubeVersion(): Promise<void> {
    await this.pick("chartlens.selectKubeVersion", (await this.targets())?.kubeVersions ?? []);
  }

  private async pick(name: string, choices: string[]): Promise<void> {
    const chosen = await vscode.window.showQuickPick(choices);
    if (chosen) {
      await client?.sendRequest("workspace/executeCommand", { command: name, arguments: [chosen] });
      await this.refresh();
    }
  }

  private async targets(): Promise<Targets | undefined> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (!uri || uri.scheme !== "file" || !client?.isRunning()) {
      return undefined;
    }
    return (await client.sendRequest<Targets | null>("chartlens/targets", { textDocument: { uri: uri.toString() } })) ?? undefined;
  }

  private async refresh(): Promise<void> {
    const targets = await this.targets();
    if (!targets) {
      this.values.hide();
      this.version.hide();
      return;
    }
    this.values.text = `$(layers) ${targets.valuesSets[0] ?? "default values"}`;
    this.version.text = `$(server) ${targets.kubeVersion}`;
    this.values.show();
    this.version.show();
  }
}

function item(name: string, tooltip: string): vscode.StatusBarItem {
  const made = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right);
  made.command = name;
  made.tooltip = `chartlens: ${tooltip}`;
  return made;
}
