// As much of the editor as the browser edition of the extension asks for: files of a folder, documents, providers that a
// test calls.

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

class Uri {
  constructor(text) {
    this.text = text;
  }
  static parse(text) {
    return new Uri(text);
  }
  static from({ scheme, path: at, query }) {
    return Object.assign(new Uri(`${scheme}:${at}?${query}`), { query });
  }
  static joinPath(uri, ...parts) {
    return new Uri([uri.text, ...parts].join("/"));
  }
  get scheme() {
    return this.text.split(":")[0];
  }
  get path() {
    return this.text.replace(/^[a-z-]+:(\/\/)?/, "");
  }
  toString() {
    return this.text;
  }
}

class Position {
  constructor(line, character) {
    Object.assign(this, { line, character });
  }
}

class Range {
  constructor(line, character, endLine, endCharacter) {
    this.start = new Position(line, character);
    this.end = new Position(endLine, endCharacter);
  }
  contains({ line }) {
    return this.start.line <= line && line <= this.end.line;
  }
}

class Emitter {
  listeners = [];
  event = (listener) => {
    this.listeners.push(listener);
    return { dispose: () => undefined };
  };
  fire(value) {
    this.listeners.forEach((listener) => listener(value));
  }
  dispose() {}
}

class WorkspaceEdit {
  edits = [];
  replace(uri, range, text) {
    this.edits.push({ uri: uri.toString(), range, text });
  }
}

class Plain {
  constructor(...parts) {
    this.parts = parts;
  }
}

/** An editor with a folder; `providers` has what the extension registered, by the name of the feature. */
exports.editor = () => {
  const providers = new Map();
  const commands = new Map();
  const diagnostics = new Map();
  const events = { open: new Emitter(), change: new Emitter(), close: new Emitter(), created: new Emitter() };
  const documents = [];
  const disposable = { dispose: () => undefined };
  const register = (name) => (_selector, provider) => {
    providers.set(name, [...(providers.get(name) ?? []), provider]);
    return disposable;
  };
  const file = (uri) => new URL(uri.text).pathname;
  const vscode = {
    Uri, Position, Range, WorkspaceEdit,
    EventEmitter: Emitter,
    Location: class { constructor(uri, range) { Object.assign(this, { uri, range }); } },
    Diagnostic: class { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } },
    DiagnosticRelatedInformation: class { constructor(location, message) { Object.assign(this, { location, message }); } },
    Hover: class { constructor(contents, range) { Object.assign(this, { contents, range }); } },
    MarkdownString: class { constructor(value) { this.value = value; } },
    CompletionItem: class { constructor(label, kind) { Object.assign(this, { label, kind }); } },
    CodeAction: class { constructor(title, kind) { Object.assign(this, { title, kind }); } },
    InlayHint: class { constructor(position, label) { Object.assign(this, { position, label }); } },
    Selection: Plain,
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2 },
    DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
    CompletionItemKind: {}, CompletionItemTag: {}, ViewColumn: {}, TextEditorRevealType: {},
    CodeActionKind: { QuickFix: "quickfix", Refactor: "refactor" },
    FileType: { File: 1, Directory: 2 },
    window: {
      visibleTextEditors: [],
      onDidChangeTextEditorSelection: () => disposable,
      onDidChangeActiveTextEditor: () => disposable,
      showInformationMessage: () => undefined,
      showWarningMessage: () => undefined,
    },
    commands: {
      registerCommand: (name, run) => {
        commands.set(name, run);
        return disposable;
      },
    },
    languages: {
      createDiagnosticCollection: () => ({
        set: (uri, found) => diagnostics.set(uri.toString(), found),
        delete: (uri) => diagnostics.delete(uri.toString()),
        dispose: () => undefined,
      }),
      registerCompletionItemProvider: register("completion"),
      registerHoverProvider: register("hover"),
      registerDefinitionProvider: register("definition"),
      registerReferenceProvider: register("references"),
      registerRenameProvider: register("rename"),
      registerInlayHintsProvider: register("inlays"),
      registerCodeActionsProvider: register("actions"),
    },
    workspace: {
      textDocuments: documents,
      asRelativePath: (uri) => path.basename(uri.toString()),
      getConfiguration: () => ({ get: (_name, fallback) => fallback }),
      createFileSystemWatcher: () => ({
        onDidChange: () => disposable,
        onDidCreate: events.created.event,
        onDidDelete: () => disposable,
        dispose: () => undefined,
      }),
      onDidOpenTextDocument: events.open.event,
      onDidChangeTextDocument: events.change.event,
      onDidCloseTextDocument: events.close.event,
      onDidChangeConfiguration: () => disposable,
      registerTextDocumentContentProvider: (_scheme, provider) => {
        providers.set("preview", provider);
        return disposable;
      },
      fs: {
        stat: (uri) => fs.promises.stat(file(uri)),
        readFile: (uri) => fs.promises.readFile(file(uri)),
        readDirectory: async (uri) => {
          const entries = await fs.promises.readdir(file(uri), { withFileTypes: true });
          return entries.map((entry) => [entry.name, entry.isDirectory() ? 2 : 1]);
        },
      },
    },
  };
  const opened = (name) => documents.find((document) => document.uri.toString() === pathToFileURL(name).href);
  return {
    vscode, providers, commands, diagnostics, events,
    context: { subscriptions: [], extensionUri: new Uri(pathToFileURL(path.join(__dirname, "..")).href) },
    open(name) {
      let text = fs.readFileSync(name, "utf8");
      const document = { uri: new Uri(pathToFileURL(name).href), getText: () => text, set: (now) => (text = now) };
      documents.push(document);
      events.open.fire(document);
      return document;
    },
    type(name, text) {
      opened(name).set(text);
      events.change.fire({ document: opened(name) });
    },
  };
};
