import type { Text } from "@codemirror/state";

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
