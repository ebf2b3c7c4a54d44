//! How deep an expression nests, before anything recurses over it.

/// The server reads nothing longer (`expressionSizeCodePointLimit` of cel-go's parser).
const LONGEST: usize = 100_000;

/// The server reads nothing deeper (`maxRecursionDepth` of cel-go's parser); where the stack does not grow, less fits.
const DEEPEST: usize = if cfg!(target_family = "wasm") { 40 } else { 250 };

/// How deep an expression nests.
///
/// # Errors
///
/// Why the server does not read it, being longer or deeper than it takes.
pub fn bounded(text: &str) -> Result<usize, String> {
    let long = text.chars().count();
    if long > LONGEST {
        return Err(format!("it has {long} characters, and the server reads {LONGEST} at the most"));
    }
    match depth(text) {
        depth if depth > DEEPEST => Err(format!("it nests deeper than {DEEPEST}")),
        depth => Ok(depth),
    }
}

/// What stands between two brackets: how deep the part at hand is, and the deepest of the parts before it.
#[derive(Default)]
struct Level {
    part: usize,
    deepest: usize,
}

/// How deep the syntax tree is at the most: brackets hold what is in them, operators and fields what is on their left.
fn depth(text: &str) -> usize {
    let mut around: Vec<Level> = Vec::new();
    let mut level = Level::default();
    let mut deepest = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = after_text(rest) {
            rest = after;
            continue;
        }
        rest = rest.strip_prefix(first).unwrap_or_default();
        match first {
            '(' | '[' | '{' => {
                level.part += 1;
                around.push(std::mem::take(&mut level));
            }
            ')' | ']' | '}' => {
                if let Some(outer) = around.pop() {
                    let inner = level.part.max(level.deepest) + 1;
                    level = Level { part: outer.part.max(inner), ..outer };
                }
            }
            '.' | '+' | '-' | '*' | '/' | '%' | '<' | '>' | '=' | '?' => level.part += 1,
            // Arguments and alternatives stand beside each other.
            ',' | '&' | '|' => {
                level.deepest = level.deepest.max(level.part);
                level.part = 0;
            }
            _ => {}
        }
        deepest = deepest.max(level.part).max(around.len() + 1);
    }
    deepest
}

/// What follows the text or the comment that starts here, if one does; nothing where it never ends.
fn after_text(rest: &str) -> Option<&str> {
    if rest.starts_with("//") {
        return Some(rest.split_once('\n').map_or("", |(_, after)| after));
    }
    let (raw, quoted) = match rest.strip_prefix(['r', 'R']) {
        Some(quoted) => (true, quoted),
        None => (false, rest),
    };
    let mark = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|mark| quoted.starts_with(mark))?;
    let mut rest = quoted.strip_prefix(mark)?;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix(mark) {
            return Some(after);
        }
        let mut chars = rest.chars();
        chars.nth(usize::from(first == '\\' && !raw));
        rest = chars.as_str();
    }
    Some("")
}

#[cfg(test)]
mod tests {
    use super::{bounded, depth};

    #[test]
    fn brackets_operators_and_fields_nest_and_lists_do_not() {
        assert_eq!(depth("self"), 1);
        assert_eq!(depth("((1))"), 3);
        assert_eq!(depth("self.a.b.c"), 3);
        assert_eq!(depth("1 + 2 + 3 + (4 + (5))"), 4);
        assert_eq!(depth("(1 + 2 + 3) + 4"), 4);
        assert_eq!(depth("[1, 2, 3, 4, 5, 6]"), 2);
        assert_eq!(depth("a || b || c || d"), 1);
        assert_eq!(depth(r#"size('((((' + "...\"..." + r'\' + '''a'b''') // (((("#), 4);
    }

    #[test]
    fn what_is_read_is_bounded() {
        for (open, close) in
            [("(", ")"), ("size(", ")"), ("[", "]"), ("{1: ", "}"), ("a{b: ", "}"), ("true ? true : ", "")]
        {
            let nested = |times: usize| format!("{}true{}", open.repeat(times), close.repeat(times));
            assert!(bounded(&nested(80)).is_ok(), "{open}");
            assert!(bounded(&nested(300)).is_err() && bounded(&open.repeat(20_000)).is_err(), "{open}");
        }
        for chain in [".a", "[0]", " + 1", " == 1"] {
            assert!(bounded(&format!("self{}", chain.repeat(100))).is_ok(), "{chain}");
            assert!(bounded(&format!("self{}", chain.repeat(20_000))).is_err(), "{chain}");
        }
        assert!(bounded(&format!("true{}", " || true".repeat(2_000))).is_ok());
        assert!(bounded(&format!("true{}", " || true".repeat(20_000))).is_err());
    }

    #[test]
    fn an_error_far_to_the_right_is_told() {
        let error = super::super::compile(&format!("1{}+ +", " ".repeat(70_000))).err().unwrap();
        assert!(error.starts_with("ERROR: <input>:1:7000"), "{error}");
    }

    /// Whatever is read is compiled, weighed and run with little stack.
    #[test]
    fn what_is_as_deep_as_it_may_be_is_run() {
        let run = || {
            for (open, close) in [("(", ")"), ("size([", "])"), ("true ? true : ", ""), ("!(", ")"), ("1+", "")] {
                for times in [40, 90, 120, 240] {
                    let text = format!("{}1{}", open.repeat(times), close.repeat(times));
                    if let Ok(program) = super::super::compile(&text) {
                        let budget = crate::budget::Budget::default();
                        let _ = super::super::answer(&program, &super::super::context([]), 1, &budget);
                    }
                }
            }
        };
        std::thread::Builder::new().stack_size(512 * 1024).spawn(run).unwrap().join().unwrap();
    }
}
