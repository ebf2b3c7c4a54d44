//! Text: sprig's string functions.
//!
//! Functions that keep text keep its causes: they copy through a builder. Where letters change but
//! the length does not, each byte keeps the cause of the byte it replaces.

use super::convert::numbered;
use super::{Cx, FuncError, Rest, Text, case, functions};
use crate::text::{Str, TextBuilder, decode_rune, is_print, lossy, push_escaped, rune_count};
use crate::value::{ListType, Repr, Value};
use memchr::memmem;

/// Cuts `text` at each `separator` (`strings.genSplit`); `limit` below 0 is none.
fn split_text(cx: &mut Cx<'_>, text: &Text, separator: &[u8], limit: i64) -> Result<Vec<Text>, FuncError> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let mut at = 0;
    while parts.len() + 1 < limit {
        cx.tick()?;
        let rest = text.get(at..).unwrap_or_default();
        // An empty separator cuts after every character.
        let (end, next) = if separator.is_empty() {
            let (_, size) = decode_rune(rest);
            if size == 0 || size == rest.len() {
                break;
            }
            (at + size, at + size)
        } else {
            match memmem::find(rest, separator) {
                Some(i) => (at + i, at + i + separator.len()),
                None => break,
            }
        };
        parts.push(cx.slice(text, at, end));
        at = next;
    }
    if !(separator.is_empty() && at == text.len()) {
        parts.push(cx.slice(text, at, text.len()));
    }
    Ok(parts)
}

/// Text whose bytes stand where those of `source` stood, if the length is the same.
fn recased(source: &Text, new: Vec<u8>) -> Text {
    let origin = if new.len() == source.len() { source.origin } else { Default::default() };
    Text { str: Str::from(new), origin }
}

/// Writes `strings.Repeat(" ", n)` before every line.
fn indent_into(cx: &Cx<'_>, b: &mut TextBuilder, spaces: i64, text: &Text) -> Result<(), FuncError> {
    let spaces = usize::try_from(spaces).map_err(|_| FuncError::new("strings: negative Repeat count"))?;
    let lines = memchr::memchr_iter(b'\n', text).count() + 1;
    let len = (spaces as u64).saturating_mul(lines as u64).saturating_add(text.len() as u64);
    cx.budget.check_string(len)?;
    b.reserve(len as usize + 1);
    let mut at = 0;
    loop {
        push_blanks(b, spaces);
        match memchr::memchr(b'\n', text.get(at..).unwrap_or_default()) {
            Some(i) => {
                b.copy(&text.str, text.origin, at, at + i + 1);
                at += i + 1;
            }
            None => break,
        }
    }
    b.copy(&text.str, text.origin, at, text.len());
    Ok(())
}

fn push_blanks(b: &mut TextBuilder, mut count: usize) {
    const BLANKS: &[u8] = &[b' '; 64];
    while let Some(rest) = count.checked_sub(BLANKS.len()) {
        b.push(BLANKS);
        count = rest;
    }
    b.push(BLANKS.get(..count).unwrap_or_default());
}

/// Appends a Go string literal (`%q`), keeping what needs no escape.
fn quote_into(b: &mut TextBuilder, text: &Text) {
    b.reserve(text.len() + 2);
    b.push("\"");
    let mut kept = 0;
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\' {
            at += 1;
            continue;
        }
        let (c, size) = decode_rune(text.get(at..).unwrap_or_default());
        let invalid = size == 1 && byte >= 0x80;
        if !invalid && byte >= 0x80 && is_print(c) {
            at += size;
            continue;
        }
        b.copy(&text.str, text.origin, kept, at);
        let mut escaped = String::new();
        if invalid {
            escaped = format!("\\x{byte:02x}");
        } else {
            push_escaped(&mut escaped, c, '"', false);
        }
        b.push(escaped);
        at += size;
        kept = at;
    }
    b.copy(&text.str, text.origin, kept, text.len());
    b.push("\"");
}

/// Go's panic for a slice expression out of range.
fn out_of_range(what: String) -> FuncError {
    FuncError::new(format!("runtime error: slice bounds out of range [{what}]"))
}

/// `goutils.AbbreviateFull` for a width of at least 4.
fn abbreviate(cx: &mut Cx<'_>, text: &Text, offset: usize, width: usize) -> Text {
    let len = text.len();
    if len <= width {
        return text.clone();
    }
    let mut b = cx.builder();
    let mut offset = offset.min(len);
    if len - offset < width - 3 {
        offset = len - (width - 3);
    }
    if offset <= 4 {
        b.copy(&text.str, text.origin, 0, width - 3);
        b.push("...");
    } else if width < 7 {
        return Text::default();
    } else if offset + width - 3 < len {
        b.push("...");
        // The inner width is at least 4 here.
        b.copy(&text.str, text.origin, offset, offset + width - 6);
        b.push("...");
    } else {
        b.push("...");
        b.copy(&text.str, text.origin, len - (width - 3), len);
    }
    cx.text(b)
}

/// `goutils.WrapCustom`
fn wrap_text(cx: &mut Cx<'_>, text: &Text, width: i64, line_end: &[u8], long_words: bool) -> Result<Text, FuncError> {
    let line_end = if line_end.is_empty() { b"\n" } else { line_end };
    let width = usize::try_from(width).unwrap_or(1).max(1);
    let mut b = cx.builder();
    let mut at = 0;
    while text.len() - at > width {
        cx.tick()?;
        if text.get(at) == Some(&b' ') {
            at += 1;
            continue;
        }
        let window = text.get(at..at + width + 1).unwrap_or_default();
        let end = if let Some(i) = memchr::memrchr(b' ', window) {
            at + i
        } else if long_words {
            b.copy(&text.str, text.origin, at, at + width);
            b.push(line_end);
            at += width;
            continue;
        } else {
            match memchr::memchr(b' ', text.get(at + width..).unwrap_or_default()) {
                Some(i) => at + width + i,
                None => break,
            }
        };
        b.copy(&text.str, text.origin, at, end);
        b.push(line_end);
        at = end + 1;
        cx.budget.check_string(b.len() as u64)?;
    }
    b.copy(&text.str, text.origin, at, text.len());
    Ok(cx.text(b))
}

/// `strings.Trim` with a set of characters: where the kept text starts and ends.
fn trimmed(text: &[u8], cut: impl Fn(char) -> bool) -> (usize, usize) {
    let mut start = 0;
    loop {
        let (c, size) = decode_rune(text.get(start..).unwrap_or_default());
        if size == 0 || !cut(c) {
            break;
        }
        start += size;
    }
    let mut end = text.len();
    while end > start {
        // The last character starts at most four bytes back; a byte that starts none counts alone.
        let mut size = 1;
        for n in 2..=4.min(end - start) {
            let (_, len) = decode_rune(text.get(end - n..end).unwrap_or_default());
            if len == n {
                size = n;
            }
        }
        let (c, _) = decode_rune(text.get(end - size..end).unwrap_or_default());
        if !cut(c) {
            break;
        }
        end -= size;
    }
    (start, end)
}

fn trim_set(cx: &mut Cx<'_>, set: &Text, text: &Text) -> Text {
    let set: Vec<char> = lossy(set).chars().collect();
    let (start, end) = trimmed(text, |c| set.contains(&c));
    cx.slice(text, start, end)
}

fn map_chars(cx: &mut Cx<'_>, text: &Text, map: impl Fn(char) -> char) -> Result<Text, FuncError> {
    cx.budget.check_string(text.len() as u64)?;
    Ok(recased(text, lossy(text).chars().map(map).collect::<String>().into_bytes()))
}

functions! {
    pub static STRINGS;

    /// A greeting, there to try a template out.
    ///
    /// `{{ hello }}` gives `Hello!`
    "hello" => fn hello(_cx) -> &'static str {
        "Hello!"
    }

    /// Shortens text to a width of at least 4, the end as three dots.
    ///
    /// `{{ abbrev 8 "hello world" }}` gives `hello...`
    "abbrev" => fn abbrev(cx, width: i64, text: Text) -> Text {
        if width < 4 {
            return text;
        }
        abbreviate(cx, &text, 0, width as usize)
    }

    /// Shortens text on both sides: from an offset, to a width.
    ///
    /// `{{ abbrevboth 5 10 "1234 5678 9123" }}` gives `...5678...`
    "abbrevboth" => fn abbrevboth(cx, left: i64, right: i64, text: Text) -> Text {
        if right < 4 || (left > 0 && right < 7) {
            return text;
        }
        abbreviate(cx, &text, left.max(0) as usize, right as usize)
    }

    /// The first bytes of a text, or the last ones for a negative number.
    ///
    /// `{{ trunc 5 "hello world" }}` gives `hello`; `{{ trunc -5 "hello world" }}` gives `world`
    "trunc" [Scalar] => fn trunc(cx, count: i64, text: Text) -> Text {
        let len = text.len() as i64;
        if count < 0 && len.saturating_add(count) > 0 {
            return cx.slice(&text, (len + count) as usize, text.len());
        }
        if count >= 0 && len > count {
            return cx.slice(&text, 0, count as usize);
        }
        text
    }

    /// Removes white space from both ends.
    ///
    /// `{{ trim "  hello " }}` gives `hello`
    "trim" [Scalar] => fn trim(cx, text: Text) -> Text {
        let (start, end) = trimmed(&text, char::is_whitespace);
        cx.slice(&text, start, end)
    }

    /// Capital letters.
    ///
    /// `{{ upper "hello" }}` gives `HELLO`
    "upper" [Scalar] => fn upper(cx, text: Text) -> Result<Text, FuncError> {
        if text.is_ascii() {
            return Ok(recased(&text, text.to_ascii_uppercase()));
        }
        map_chars(cx, &text, case::to_upper)
    }

    /// Small letters.
    ///
    /// `{{ lower "HELLO" }}` gives `hello`
    "lower" [Scalar] => fn lower(cx, text: Text) -> Result<Text, FuncError> {
        if text.is_ascii() {
            return Ok(recased(&text, text.to_ascii_lowercase()));
        }
        map_chars(cx, &text, case::to_lower)
    }

    /// A capital letter at the start of each word.
    ///
    /// `{{ title "hello world" }}` gives `Hello World`
    "title" [Scalar] => fn title(cx, text: Text) -> Result<Text, FuncError> {
        cx.budget.check_string(text.len() as u64)?;
        Ok(recased(&text, case::title(&text).into_bytes()))
    }

    /// A small letter at the start of each word.
    ///
    /// `{{ untitle "Hello World" }}` gives `hello world`
    "untitle" => fn untitle(cx, text: Text) -> Result<Text, FuncError> {
        cx.budget.check_string(text.len() as u64)?;
        Ok(recased(&text, case::uncapitalize(&text).into_bytes()))
    }

    /// The bytes from a start up to an end; a negative end is the end of the text.
    ///
    /// `{{ substr 0 5 "hello world" }}` gives `hello`
    "substr" => fn substr(cx, start: i64, end: i64, text: Text) -> Result<Text, FuncError> {
        let len = text.len() as i64;
        if start < 0 {
            if end < 0 {
                return Err(out_of_range(format!(":{end}")));
            }
            if end > len {
                let bounds = out_of_range(format!(":{end}"));
                return Err(FuncError::new(format!("{} with length {len}", bounds.message)));
            }
            return Ok(cx.slice(&text, 0, end as usize));
        }
        let end = if end < 0 || end > len { len } else { end };
        if start > end {
            return Err(out_of_range(format!("{start}:{end}")));
        }
        Ok(cx.slice(&text, start as usize, end as usize))
    }

    /// The text again and again.
    ///
    /// `{{ repeat 3 "ab" }}` gives `ababab`
    "repeat" => fn repeat(cx, count: i64, text: Text) -> Result<Text, FuncError> {
        let count = u64::try_from(count).map_err(|_| FuncError::new("strings: negative Repeat count"))?;
        let Some(len) = count.checked_mul(text.len() as u64).filter(|n| *n <= i64::MAX as u64) else {
            return Err(FuncError::new("strings: Repeat output length overflow"));
        };
        cx.budget.check_string(len)?;
        let mut b = cx.builder();
        b.reserve(len as usize);
        if !text.is_empty() {
            for _ in 0..count {
                cx.tick()?;
                b.copy_all(&text.str, text.origin);
            }
        }
        Ok(cx.text(b))
    }

    /// Removes the given characters from both ends.
    ///
    /// `{{ trimAll "$" "$5.00$" }}` gives `5.00`
    "trimAll" | "trimall" => fn trim_all(cx, set: Text, text: Text) -> Text {
        trim_set(cx, &set, &text)
    }

    /// Removes an ending, if the text has it.
    ///
    /// `{{ trimSuffix "-" "hello-" }}` gives `hello`
    "trimSuffix" [Scalar] => fn trim_suffix(cx, suffix: Text, text: Text) -> Text {
        if text.ends_with(&suffix) {
            return cx.slice(&text, 0, text.len() - suffix.len());
        }
        text
    }

    /// Removes a beginning, if the text has it.
    ///
    /// `{{ trimPrefix "v" "v1.2" }}` gives `1.2`
    "trimPrefix" [Scalar] => fn trim_prefix(cx, prefix: Text, text: Text) -> Text {
        if text.starts_with(&prefix) {
            return cx.slice(&text, prefix.len(), text.len());
        }
        text
    }

    /// Removes all white space. Meant for ASCII: other characters are taken apart into bytes.
    ///
    /// `{{ nospace "h e l l o" }}` gives `hello`
    "nospace" => fn nospace(cx, text: Text) -> Result<Text, FuncError> {
        cx.budget.check_string(text.len() as u64 * 2)?;
        if !text.iter().any(|b| char::from(*b).is_whitespace()) {
            return Ok(text);
        }
        let mut b = cx.builder();
        for (i, &byte) in text.iter().enumerate() {
            let c = char::from(byte);
            if c.is_whitespace() {
                continue;
            }
            if byte < 0x80 {
                b.copy(&text.str, text.origin, i, i + 1);
            } else {
                b.push(c.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        Ok(cx.text(b))
    }

    /// The first letter of each word.
    ///
    /// `{{ initials "First Try" }}` gives `FT`
    "initials" => fn initials(cx, text: Text) -> Result<String, FuncError> {
        cx.budget.check_string(text.len() as u64)?;
        Ok(case::initials(&text))
    }

    /// Swaps capital and small letters.
    ///
    /// `{{ swapcase "This Is A.Test" }}` gives `tHIS iS a.tEST`
    "swapcase" => fn swapcase(cx, text: Text) -> Result<Text, FuncError> {
        cx.budget.check_string(text.len() as u64)?;
        Ok(recased(&text, case::swap_case(&text).into_bytes()))
    }

    /// Words joined by underscores.
    ///
    /// `{{ snakecase "FirstName" }}` gives `first_name`
    "snakecase" => fn snakecase(cx, text: Text) -> Result<String, FuncError> {
        cx.budget.check_string(text.len() as u64 * 2)?;
        Ok(case::split_words(&text, '_'))
    }

    /// Words joined by hyphens.
    ///
    /// `{{ kebabcase "FirstName" }}` gives `first-name`
    "kebabcase" => fn kebabcase(cx, text: Text) -> Result<String, FuncError> {
        cx.budget.check_string(text.len() as u64 * 2)?;
        Ok(case::split_words(&text, '-'))
    }

    /// Words joined without a mark, each with a capital letter.
    ///
    /// `{{ camelcase "http_server" }}` gives `HttpServer`
    "camelcase" => fn camelcase(cx, text: Text) -> Result<String, FuncError> {
        cx.budget.check_string(text.len() as u64 * 2)?;
        Ok(case::pascal_case(&text))
    }

    /// Breaks a line at blanks so that no line is longer than a width; long words stay whole.
    ///
    /// `{{ wrap 80 .Values.text }}`
    "wrap" => fn wrap(cx, width: i64, text: Text) -> Result<Text, FuncError> {
        wrap_text(cx, &text, width, b"", false)
    }

    /// Breaks a line with a mark of one's own; long words are cut.
    ///
    /// `{{ wrapWith 5 "\t" "Hello World" }}`
    "wrapWith" => fn wrap_with(cx, width: i64, mark: Text, text: Text) -> Result<Text, FuncError> {
        wrap_text(cx, &text, width, &mark, true)
    }

    /// Whether a text contains another.
    ///
    /// `{{ contains "cat" "concatenate" }}` gives `true`
    "contains" [Scalar] => fn contains(_cx, part: Text, text: Text) -> bool {
        memmem::find(&text, &part).is_some()
    }

    /// Whether a text begins with another.
    ///
    /// `{{ hasPrefix "cat" "catch" }}` gives `true`
    "hasPrefix" [Scalar] => fn has_prefix(_cx, prefix: Text, text: Text) -> bool {
        text.starts_with(&prefix)
    }

    /// Whether a text ends with another.
    ///
    /// `{{ hasSuffix "tch" "catch" }}` gives `true`
    "hasSuffix" [Scalar] => fn has_suffix(_cx, suffix: Text, text: Text) -> bool {
        text.ends_with(&suffix)
    }

    /// The values in double quotes, with escapes; nil values are left out.
    ///
    /// `{{ .Values.name | quote }}`
    "quote" [Scalar] => fn quote(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        for value in values.0.iter().filter(|v| !v.is_nil()) {
            let text = cx.strval(value)?;
            if !b.is_empty() {
                b.push(" ");
            }
            quote_into(&mut b, &text);
            cx.budget.check_string(b.len() as u64)?;
        }
        Ok(cx.text(b))
    }

    /// The values in single quotes, without escapes; nil values are left out.
    ///
    /// `{{ .Values.name | squote }}`
    "squote" [Scalar] => fn squote(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        for value in values.0.iter().filter(|v| !v.is_nil()) {
            if !b.is_empty() {
                b.push(" ");
            }
            b.push("'");
            b = crate::value::fmt::display_to(b, &cx.heap, cx.budget, value)?;
            b.push("'");
        }
        Ok(cx.text(b))
    }

    /// The values joined by blanks; nil values are left out.
    ///
    /// `{{ cat "hello" "beautiful" "world" }}` gives `hello beautiful world`
    "cat" => fn cat(cx, values: Rest<Value>) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        for (i, value) in values.0.iter().filter(|v| !v.is_nil()).enumerate() {
            if i > 0 {
                b.push(" ");
            }
            b = crate::value::fmt::display_to(b, &cx.heap, cx.budget, value)?;
        }
        Ok(cx.text(b))
    }

    /// Puts blanks before every line.
    ///
    /// `{{ .Values.text | indent 4 }}`
    "indent" [Scalar] => fn indent(cx, spaces: i64, text: Text) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        indent_into(cx, &mut b, spaces, &text)?;
        Ok(cx.text(b))
    }

    /// Starts a new line and puts blanks before every line.
    ///
    /// `{{ toYaml .Values.labels | nindent 4 }}`
    "nindent" [Scalar] => fn nindent(cx, spaces: i64, text: Text) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        b.push("\n");
        indent_into(cx, &mut b, spaces, &text)?;
        Ok(cx.text(b))
    }

    /// Replaces every occurrence of a text by another.
    ///
    /// `{{ .Chart.Version | replace "+" "_" }}`
    "replace" [Scalar] => fn replace(cx, old: Text, new: Text, text: Text) -> Result<Text, FuncError> {
        let mut b = cx.builder();
        b.reserve(text.len());
        let mut at = 0;
        if old.is_empty() {
            // Go inserts before every character and at the end.
            if new.is_empty() {
                return Ok(text);
            }
            let count = rune_count(&text) as u64 + 1;
            cx.budget.check_string(count.saturating_mul(new.len() as u64))?;
            loop {
                cx.tick()?;
                b.copy_all(&new.str, new.origin);
                let (_, size) = decode_rune(text.get(at..).unwrap_or_default());
                if size == 0 {
                    return Ok(cx.text(b));
                }
                b.copy(&text.str, text.origin, at, at + size);
                at += size;
            }
        }
        for found in memmem::find_iter(&text, &old.str) {
            cx.tick()?;
            b.copy(&text.str, text.origin, at, found);
            b.copy_all(&new.str, new.origin);
            at = found + old.len();
            cx.budget.check_string(b.len() as u64)?;
        }
        if at == 0 {
            return Ok(text.clone());
        }
        b.copy(&text.str, text.origin, at, text.len());
        Ok(cx.text(b))
    }

    /// The first text for the number one, otherwise the second.
    ///
    /// `{{ len .Values.hosts | plural "host" "hosts" }}`
    "plural" => fn plural(_cx, one: Text, many: Text, count: i64) -> Text {
        if count == 1 { one } else { many }
    }

    /// The value as text.
    ///
    /// `{{ 5 | toString }}`
    "toString" [Scalar] => fn to_string(cx, value: Value) -> Result<Text, FuncError> {
        cx.strval(&value)
    }

    /// The elements of a list as texts.
    ///
    /// `{{ list 1 2 | toStrings }}`
    "toStrings" => fn to_strings(cx, value: Value) -> Result<Value, FuncError> {
        if let Repr::List(id) = value.repr
            && cx.heap.list(id).ty == crate::value::ListType::Str
        {
            return Ok(value);
        }
        let texts = cx.strslice(&value)?;
        cx.strings(texts)
    }

    /// The elements of a list joined to one text.
    ///
    /// `{{ list "a" "b" | join "," }}` gives `a,b`
    "join" => fn join(cx, separator: Text, value: Value) -> Result<Text, FuncError> {
        let texts = cx.strslice(&value)?;
        let len = texts.iter().map(|t| (t.len() + separator.len()) as u64).fold(0, u64::saturating_add);
        cx.budget.check_string(len)?;
        let mut b = cx.builder();
        b.reserve(len as usize);
        for (i, text) in texts.iter().enumerate() {
            if i > 0 {
                b.copy_all(&separator.str, separator.origin);
            }
            b.copy_all(&text.str, text.origin);
        }
        Ok(cx.text(b))
    }

    /// The elements of a list as texts, in the order of their bytes.
    ///
    /// `{{ list "b" "a" | sortAlpha }}` gives `[a b]`
    "sortAlpha" => fn sort_alpha(cx, value: Value) -> Result<Value, FuncError> {
        // Go sorts a `[]string` in its place: all who hold it see it sorted.
        if let Repr::List(id) = value.repr
            && cx.heap.list(id).ty == ListType::Str
        {
            cx.budget.spend(cx.heap.list(id).items.len() as u64 * 8)?;
            cx.heap.sort_texts(id);
            return Ok(value);
        }
        let mut texts = match value.repr {
            Repr::List(_) | Repr::Bytes(_) => cx.strslice(&value)?,
            _ => vec![cx.strval(&value)?],
        };
        cx.budget.spend(texts.len() as u64 * 8)?;
        texts.sort_by(|a, b| a.str.cmp(&b.str));
        cx.strings(texts)
    }

    /// Cuts a text at a separator into a map with the keys `_0`, `_1`, ….
    ///
    /// `{{ (split "." "1.2.3")._1 }}` gives `2`
    "split" [Scalar] => fn split(cx, separator: Text, text: Text) -> Result<Value, FuncError> {
        let parts = split_text(cx, &text, &separator, -1)?;
        numbered(cx, parts)
    }

    /// Cuts a text at a separator into at most so many parts, as a map with the keys `_0`, `_1`, ….
    ///
    /// `{{ (splitn "/" 2 "a/b/c")._1 }}` gives `b/c`
    "splitn" => fn splitn(cx, separator: Text, count: i64, text: Text) -> Result<Value, FuncError> {
        let parts = split_text(cx, &text, &separator, count)?;
        numbered(cx, parts)
    }

    /// Cuts a text at a separator into a list.
    ///
    /// `{{ splitList "," "a,b" }}` gives `[a b]`
    "splitList" [Scalar] => fn split_list(cx, separator: Text, text: Text) -> Result<Value, FuncError> {
        let parts = split_text(cx, &text, &separator, -1)?;
        cx.strings(parts)
    }
}
