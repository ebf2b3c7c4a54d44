// The extension: a client of `chartlens lsp`, a preview, and two pickers.

import * as fs from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from "vscode-languageclient/node";
import { registerPreviews } from "./previews";
import type { Preview, Targets } from "./protocol";
import { command } from "./server";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const starting = newClient(context);
  try {
    await starting.start();
  } catch (error) {
    await withoutServer(context, error);
    return;
  }
  client = starting;
  const status = new Status();
  context.subscriptions.push(
    status,
    ...registerPreviews((uri) => starting.sendRequest<Preview | null>("chartlens/preview", { textDocument: { uri } })),
    vscode.commands.registerCommand("chartlens.showTrace", showTrace),
    vscode.commands.registerCommand("chartlens.pickValuesSet", () => status.pickValuesSet()),
    vscode.commands.registerCommand("chartlens.pickKubeVersion", () => status.pickKubeVersion()),
    vscode.commands.registerCommand("chartlens.restart", () => starting.restart()),
  );
}

/** Where the command does not start, the engine of the browser edition does what it can. */
async function withoutServer(context: vscode.ExtensionContext, error: unknown): Promise<void> {
  const browser = path.join(context.extensionPath, "dist", "browser.js");
  const has = fs.existsSync(path.join(context.extensionPath, "engine"));
  const what = has ? "the engine of the package is used, which knows no chartlens.toml" : "install chartlens, or say where it is in `chartlens.path`";
  void vscode.window.showWarningMessage(`chartlens does not start (${String(error)}): ${what}.`);
  if (has) {
    await (require(browser) as { activate: typeof activate }).activate(context);
  }
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function newClient(context: vscode.ExtensionContext): LanguageClient {
  const settings = vscode.workspace.getConfiguration("chartlens");
  const log = settings.get<string>("logFile", "");
  const docs = settings.get<string>("fieldDocs", "");
  const server: ServerOptions = {
    command: command(settings.get<string>("path", ""), context.extensionPath),
    args: ["lsp", ...(log ? ["--log", log] : []), ...(docs ? ["--field-docs", docs] : [])],
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
