import type { Position, Range, TextEdit } from "chartlens";
import { Text } from "@codemirror/state";

/** Offset of a line and a column, which counts characters, in a text of the editor, which counts UTF-16. */
export function offsetOf(text: Text, line: number, column: number): number {
  const found = text.line(Math.min(Math.max(line, 1), text.lines));
  if (line > text.lines) return found.to;
  let offset = 0;
  for (const character of found.text) {
    if (column <= 1) break;
    offset += character.length;
    column -= 1;
  }
  return found.from + offset;
}

/** Line and column of an offset. */
export function placeOf(text: Text, offset: number): { line: number; column: number } {
  const line = text.lineAt(offset);
  return { line: line.number, column: [...line.text.slice(0, offset - line.from)].length + 1 };
}

/** Offset of a position. */
export function offsetAt(text: Text, { line, character }: Position): number {
  if (line >= text.lines) return text.length;
  const { from, to } = text.line(line + 1);
  return Math.min(from + character, to);
}

/** Position of an offset. */
export function positionAt(text: Text, offset: number): Position {
  const { number, from } = text.lineAt(offset);
  return { line: number - 1, character: offset - from };
}

/** Offsets of a range. */
export function spanOf(text: Text, { start, end }: Range): { from: number; to: number } {
  return { from: offsetAt(text, start), to: offsetAt(text, end) };
}

/** A text with edits, which do not overlap. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  const doc = Text.of(text.split("\n"));
  const changes = edits.map((edit) => ({ ...spanOf(doc, edit.range), insert: edit.new })).sort((a, b) => b.from - a.from);
  return changes.reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}
