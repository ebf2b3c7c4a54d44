//! Any text is checked to the end, findings lie inside it, and the verdict is the same for the same data in other
//! words.

#![no_main]

use chartlens::budget::{Budget, CancelToken, Limits};
use chartlens::kube::crds::Crds;
use chartlens::text::TextBuilder;
use chartlens::validate::{Options, Validator};
use chartlens::value::Heap;
use chartlens::yaml::{self, Dialect, Numbers};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, OnceLock};

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {group: e.com, names: {kind: Foo}, versions: \
    [{name: v1, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, required: [a], properties: {a: {type: integer}, \
    b: {type: array, items: {type: string}}}, x-kubernetes-validations: [{rule: 'self.a > 1'}]}}}}}]}\n";

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| {
        let mut crds = Crds::default();
        crds.add(&yaml::parse(CRD.as_bytes()).expect("a CRD"), &Budget::default()).expect("a CRD");
        Validator::new("1.31", Arc::new(crds), Options::default()).expect("schemas of 1.31")
    })
}

/// Code and place of each finding that depends on the data alone.
fn verdict(text: &[u8]) -> Option<Vec<(&'static str, String)>> {
    let mut limits = Limits::default();
    limits.fuel = 5_000_000;
    let document = yaml::parse(text).ok()?;
    let findings = validator().check(&document, text, &Budget::new(limits, CancelToken::default())).ok()?;
    assert!(findings.iter().all(|finding| finding.range.start <= finding.range.end));
    let data = findings.iter().filter(|finding| !finding.code.starts_with("yaml/"));
    let mut all: Vec<_> = data.map(|finding| (finding.code, finding.pointer.clone())).collect();
    all.sort();
    Some(all)
}

/// The same data as another text.
fn reworded(text: &[u8]) -> Option<Vec<u8>> {
    // Go writes a key that is only called like a merge without quotes, and so makes it one.
    if text.windows(2).any(|two| two == b"<<") {
        return None;
    }
    let mut heap = Heap::new();
    let value = yaml::from_text(&mut heap, text, Numbers::Exact).ok()?;
    let mut out = TextBuilder::new(false);
    yaml::emit(&heap, &Budget::default(), &value, Dialect::Yaml, &mut out).ok()?;
    Some(out.as_bytes().to_vec())
}

fuzz_target!(|input: &[u8]| {
    let Some(first) = verdict(input) else { return };
    let Some(other) = reworded(input) else { return };
    if let Some(second) = verdict(&other) {
        assert_eq!(first, second, "{}", String::from_utf8_lossy(&other));
    }
});
