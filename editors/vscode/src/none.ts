// In place of the edition for browsers in a package that was made without the engine.

import * as vscode from "vscode";

export function activate(): void {
  void vscode.window.showWarningMessage("This package of chartlens was made without the engine for browsers: install one that has it.");
}
