// The preview: rendered documents beside their templates, which scroll together.

import * as vscode from "vscode";
import { Rendered } from "./preview";
import type { Preview } from "./protocol";

export const SCHEME = "chartlens-preview";

/** Shows the previews that `ask` gives; whoever calls this disposes of them. */
export function registerPreviews(ask: (uri: string) => Promise<Preview | null | undefined>): vscode.Disposable[] {
  const previews = new Previews(ask);
  return [
    previews,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, previews),
    vscode.languages.registerHoverProvider({ scheme: SCHEME }, previews),
    vscode.commands.registerCommand("chartlens.showPreview", () => previews.show()),
  ];
}

/** The rendered documents beside their templates. */
class Previews implements vscode.TextDocumentContentProvider, vscode.HoverProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly rendered = new Map<string, Rendered>();
  private readonly listeners: vscode.Disposable[];
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether a scroll was this class's own doing. */
  private follows = false;

  readonly onDidChange = this.changed.event;

  /** `ask` gives what the file with a URI renders. */
  constructor(private readonly ask: (uri: string) => Promise<Preview | null | undefined>) {
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
    if (!editor || editor.document.uri.scheme === SCHEME) {
      return;
    }
    const document = await vscode.workspace.openTextDocument(previewUri(editor.document.uri));
    await vscode.languages.setTextDocumentLanguage(document, "yaml");
    await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const rendered = new Rendered((await this.ask(uri.query)) ?? { documents: [] });
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
