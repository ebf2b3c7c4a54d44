// The engine's answers as the editor's features.

import type { Completion, Position, Range, TextEdit } from "chartlens";
import * as vscode from "vscode";
import { type Charts, type Place, uriOf } from "./charts";

const SELECTOR: vscode.DocumentSelector = [
  { language: "helm" },
  { language: "yaml" },
  { pattern: "**/values.schema.json" },
  { pattern: "**/.helmignore" },
  { pattern: "**/templates/**" },
];

const KINDS: Record<Completion["kind"], vscode.CompletionItemKind> = {
  value: vscode.CompletionItemKind.Property,
  field: vscode.CompletionItemKind.Field,
  function: vscode.CompletionItemKind.Function,
  helper: vscode.CompletionItemKind.Method,
  variable: vscode.CompletionItemKind.Variable,
  keyword: vscode.CompletionItemKind.Keyword,
  constant: vscode.CompletionItemKind.EnumMember,
};

export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

function edit(charts: Charts, { root }: Place, edits: TextEdit[]): vscode.WorkspaceEdit {
  const made = new vscode.WorkspaceEdit();
  for (const [uri, one] of charts.edits(root, edits)) {
    made.replace(vscode.Uri.parse(uri), toRange(one.range), one.new);
  }
  return made;
}

/** Completion, hovers, definitions, references, rename, hints and actions. */
export function registerFeatures(charts: Charts): vscode.Disposable[] {
  const { engine } = charts;
  /** What is asked of a document, with its text as it is now. */
  const ask = async <T>(document: vscode.TextDocument, answer: (place: Place) => T): Promise<T | undefined> => {
    const place = await charts.edit(document.uri.toString(true), document.getText());
    return place && answer(place);
  };
  const at = ({ line, character }: vscode.Position): Position => ({ line, character });
  const location = ({ root }: Place) => (found: { file: string; range: Range }) =>
    new vscode.Location(vscode.Uri.parse(uriOf(root, found.file)), toRange(found.range));
  return [
    vscode.languages.registerCompletionItemProvider(
      SELECTOR,
      {
        provideCompletionItems: (document, position) =>
          ask(document, ({ path }) => engine.completion(path, at(position)).map((found) => {
            const item = new vscode.CompletionItem(found.label, KINDS[found.kind]);
            item.detail = found.detail;
            item.documentation = new vscode.MarkdownString(found.documentation);
            item.insertText = found.insert;
            item.range = toRange(found.range);
            item.tags = found.deprecated ? [vscode.CompletionItemTag.Deprecated] : [];
            return item;
          })),
      },
      ".", "$", '"', " ", "/",
    ),
    vscode.languages.registerHoverProvider(SELECTOR, {
      provideHover: (document, position) =>
        ask(document, ({ path }) => {
          const found = engine.hover(path, at(position));
          return found && new vscode.Hover(new vscode.MarkdownString(found.text), toRange(found.range));
        }),
    }),
    vscode.languages.registerDefinitionProvider(SELECTOR, {
      provideDefinition: (document, position) =>
        ask(document, (place) => engine.definition(place.path, at(position)).map(location(place))),
    }),
    vscode.languages.registerReferenceProvider(SELECTOR, {
      provideReferences: (document, position) =>
        ask(document, (place) => engine.references(place.path, at(position)).map(location(place))),
    }),
    vscode.languages.registerRenameProvider(SELECTOR, {
      provideRenameEdits: (document, position, name) =>
        ask(document, (place) => edit(charts, place, engine.rename(place.path, at(position), name))),
    }),
    vscode.languages.registerInlayHintsProvider(SELECTOR, {
      provideInlayHints: (document, range) =>
        ask(document, ({ path }) => {
          const shown = engine.inlayHints(path).map((hint) => {
            const made = new vscode.InlayHint(new vscode.Position(hint.position.line, hint.position.character), hint.label);
            made.tooltip = hint.tooltip ?? undefined;
            return made;
          });
          return shown.filter((hint) => range.contains(hint.position));
        }),
    }),
    vscode.languages.registerCodeActionsProvider(SELECTOR, {
      provideCodeActions: (document, range) =>
        ask(document, (place) => engine.codeActions(place.path, { start: at(range.start), end: at(range.end) }).map((found) => {
          const kind = found.kind === "quickfix" ? vscode.CodeActionKind.QuickFix : vscode.CodeActionKind.Refactor;
          const action = new vscode.CodeAction(found.title, kind);
          action.edit = edit(charts, place, found.edits);
          action.isPreferred = found.preferred;
          return action;
        })),
    }),
  ];
}
