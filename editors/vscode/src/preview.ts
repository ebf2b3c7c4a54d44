// The text of a preview, and the way between its lines and those of templates.

import type { Document, Location, Part, Position, Preview } from "./protocol";

/** A part of the whole preview: its lines are those of the shown text. */
export interface Shown extends Part {
  document: Document;
  firstLine: number;
}

/** What is said of a document whose later parts are left out. */
const CUT = "# too long: there is no way back from its later parts to what wrote them";

/** A preview as one text. */
export class Rendered {
  readonly text: string;
  readonly parts: Shown[] = [];

  constructor(preview: Preview) {
    let text = "";
    let line = 0;
    for (const document of preview.documents) {
      const head = ["---", `# Source: ${document.source}`, ...(document.isCut ? [CUT] : [])];
      const body = document.text.endsWith("\n") ? document.text : `${document.text}\n`;
      const firstLine = line + head.length;
      for (const part of document.parts) {
        this.parts.push({ ...part, document, firstLine });
      }
      text += `${head.join("\n")}\n${body}`;
      line = firstLine + body.split("\n").length - 1;
    }
    this.text = text || "# nothing is rendered by this file\n";
  }

  /** The part at a position of the shown text. */
  at(position: Position): Shown | undefined {
    return this.parts.find((part) => {
      const line = position.line - part.firstLine;
      const { start, end } = part.range;
      const behind = line > start.line || (line === start.line && position.character >= start.character);
      const before = line < end.line || (line === end.line && position.character < end.character);
      return behind && before;
    });
  }

  /** Where the shown text says what a line of a template wrote. */
  line(location: Location): number | undefined {
    const line = location.range.start.line;
    const written = this.parts.filter((part) => {
      const at = part.at;
      return at?.uri === location.uri && at.range.start.line <= line && line <= at.range.end.line;
    });
    // A text of many lines wrote the line as far below its start as the template's.
    const lines = written.map((part) => {
      const within = Math.min(line - (part.at?.range.start.line ?? 0), part.range.end.line - part.range.start.line);
      return part.firstLine + part.range.start.line + within;
    });
    return lines.length > 0 ? Math.min(...lines) : undefined;
  }
}
