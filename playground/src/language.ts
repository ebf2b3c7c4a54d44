import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from "@codemirror/language";
import { tags } from "@lezer/highlight";

/** Where a line of YAML with template actions stands. */
interface State {
  /** Inside `{{ … }}`, and inside a comment there. */
  action: boolean;
  comment: boolean;
  /** Whether a key may follow. */
  start: boolean;
}

const WORDS = new Set(["if", "else", "end", "range", "with", "define", "template", "block", "break", "continue"]);

function inAction(stream: StringStream, state: State): string | null {
  if (state.comment) {
    if (stream.match(/^.*?\*\//)) state.comment = false;
    else stream.skipToEnd();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^-?\}\}/)) {
    state.action = false;
    return "brace";
  }
  if (stream.match("/*")) {
    state.comment = true;
    return "comment";
  }
  if (stream.match(/^("(\\.|[^"\\])*"?|`[^`]*`?|'(\\.|[^'\\])*'?)/)) return "string";
  if (stream.match(/^-?\d[\w.]*/)) return "number";
  if (stream.match(/^\$\w*/)) return "variableName";
  if (stream.match(/^(\.\w+)+/) || stream.match(/^\./)) return "propertyName";
  const word = stream.match(/^\w+/) as RegExpMatchArray | null;
  if (word) {
    if (WORDS.has(word[0])) return "keyword";
    return /^(true|false|nil)$/.test(word[0]) ? "atom" : "function";
  }
  stream.next();
  return "operator";
}

function inText(stream: StringStream, state: State): string | null {
  if (stream.sol()) state.start = true;
  if (stream.match(/^\{\{-?/)) {
    state.action = true;
    return "brace";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^(---|\.\.\.)\s*$/)) return "meta";
  if (stream.peek() === "#" && (stream.sol() || /\s/.test(stream.string[stream.pos - 1] ?? " "))) {
    if (!stream.match(/^#.*?(?=\{\{)/)) stream.skipToEnd();
    return "comment";
  }
  if (state.start && stream.match(/^- /)) return "operator";
  if (state.start && stream.match(/^(("[^"]*"|'[^']*'|[^\s#:{}[\],&*!|>'"%@`][^:#{]*?))(?=\s*:(\s|$))/)) {
    state.start = false;
    return "typeName";
  }
  state.start = false;
  if (stream.match(/^("(\\.|[^"\\{]|\{(?!\{))*"?|'([^'{]|\{(?!\{))*'?)/)) return "string";
  if (stream.match(/^-?\d[\d._]*(?=\s|$|[,\]}])/)) return "number";
  if (stream.match(/^(true|false|null|yes|no|~)(?=\s|$|[,\]}])/)) return "atom";
  if (stream.match(/^[,:[\]|>&*!-]/)) return "operator";
  if (!stream.match(/^[^\s{,\]}:]+/)) stream.next();
  return null;
}

const templateYaml = StreamLanguage.define<State>({
  name: "template-yaml",
  startState: () => ({ action: false, comment: false, start: true }),
  token: (stream, state) => (state.action ? inAction(stream, state) : inText(stream, state)),
  languageData: { commentTokens: { line: "#" } },
  tokenTable: { function: tags.function(tags.variableName) },
});

const style = HighlightStyle.define([
  { tag: tags.typeName, color: "var(--key)" },
  { tag: tags.string, color: "var(--string)" },
  { tag: [tags.number, tags.atom], color: "var(--number)" },
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.keyword, color: "var(--keyword)", fontWeight: "600" },
  { tag: tags.function(tags.variableName), color: "var(--function)" },
  { tag: [tags.propertyName, tags.variableName], color: "var(--value)" },
  { tag: [tags.brace, tags.meta], color: "var(--brace)" },
]);

/** YAML with Go templates in it. */
export const language = [templateYaml, syntaxHighlighting(style)];
