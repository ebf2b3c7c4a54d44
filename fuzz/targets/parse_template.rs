//! Any text parses or fails with an error; the tree stays inside the text and can be printed; what it prints either
//! does not parse or prints the same again.

#![no_main]

use chartlens::host::HelmVersion;
use chartlens::machinery::{Callee, Parsed, parse};
use chartlens::text::{SourceMap, Str};
use libfuzzer_sys::fuzz_target;

fn read(text: &[u8]) -> Option<Parsed> {
    let mut sources = SourceMap::default();
    let file = sources.add("t", text);
    parse(Str::from("t"), text.into(), file, &|name| Callee::find(name, HelmVersion::V4)).ok()
}

fn shown(parsed: &Parsed) -> Option<String> {
    let main = parsed.definitions.iter().find(|definition| &*definition.name == b"t")?;
    Some(parsed.source.describe(main.root))
}

fuzz_target!(|text: &[u8]| {
    let Some(parsed) = read(text) else { return };
    for (id, node) in parsed.source.nodes() {
        let span = parsed.source.span(id);
        assert!(span.start <= span.end && span.end as usize <= text.len(), "{span:?} is not in the text");
        let _ = (parsed.source.slice(node), parsed.source.location(id), parsed.source.describe(id));
    }
    // Definitions and comments are no part of what a tree prints, nor are variables of other trees.
    if let Some(first) = shown(&parsed)
        && let Some(again) = read(first.as_bytes())
        && let Some(second) = shown(&again)
    {
        assert_eq!(first, second, "printing is not stable");
    }
});
