//! Checking manifests: any text comes to an end, and the same data in other words has the same verdict.

use chartlens::budget::{Budget, CancelToken, Limits};
use chartlens::kube::crds::Crds;
use chartlens::text::TextBuilder;
use chartlens::validate::{Options, Validator, api::CHECKS};
use chartlens::value::Heap;
use chartlens::yaml::{self, Dialect, Numbers};
use std::sync::Arc;

const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: e.com
  names: {kind: Foo}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [a]
            properties: {a: {type: integer}, b: {type: array, items: {type: string}, x-kubernetes-list-type: set}}
            x-kubernetes-validations: [{rule: 'self.a > 1'}]
";

fn validator(version: &str) -> Validator {
    let mut crds = Crds::default();
    crds.add(&yaml::parse(CRD.as_bytes()).expect("YAML"), &Budget::default()).expect("a CRD");
    Validator::new(version, Arc::new(crds), Options::default()).expect("schemas")
}

/// Code and place of each finding that depends on the data alone.
fn verdict(validator: &Validator, text: &[u8]) -> Option<Vec<(&'static str, String)>> {
    let mut limits = Limits::default();
    limits.fuel = 5_000_000;
    let document = yaml::parse(text).ok()?;
    let findings = validator.check(&document, text, &Budget::new(limits, CancelToken::default())).ok()?;
    assert!(findings.iter().all(|f| f.range.start <= f.range.end && f.range.end <= text.len()), "{findings:?}");
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

/// Small changes to texts, the same in every run.
struct Changes(u64);

impl Changes {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most.max(1) as u64) as usize
    }

    fn change(&mut self, text: &mut Vec<u8>) {
        const BITS: &[&[u8]] = &[
            b"null",
            b"~",
            b"- ",
            b": ",
            b"{}",
            b"[]",
            b"\"",
            b"'",
            b"1",
            b"-1",
            b"1e9",
            b"true",
            b"x",
            b"&a ",
            b"*a",
            b"\n",
            b"  ",
            b"!!str ",
            b"<<: ",
            b"0x1",
            b"99999999999999999999",
            b".5",
            b"spec",
            b"containers",
            b"metadata",
            b"name",
            b",",
        ];
        let at = self.below(text.len() + 1);
        match self.below(4) {
            0 => drop(text.splice(at..at, BITS[self.below(BITS.len())].iter().copied())),
            1 => drop(text.drain(at..(at + self.below(12)).min(text.len()))),
            2 => {
                let from = self.below(text.len() + 1);
                let part = text[from..(from + self.below(40)).min(text.len())].to_vec();
                drop(text.splice(at..at, part));
            }
            _ => {
                let bit = BITS[self.below(BITS.len())].to_vec();
                drop(text.splice(at..(at + self.below(8)).min(text.len()), bit));
            }
        }
    }
}

#[test]
fn the_same_data_has_the_same_verdict() {
    let validator = validator("1.31");
    let custom = "apiVersion: e.com/v1\nkind: Foo\nmetadata: {name: a}\nspec: {a: 2, b: [x, x]}\n";
    let texts = CHECKS.iter().flat_map(|check| [check.accepted, check.rejected]).chain([custom, CRD]);
    let mut changes = Changes(0x9e37_79b9_7f4a_7c15);
    let mut compared = 0;
    for text in texts {
        for _ in 0..25 {
            let mut text = text.as_bytes().to_vec();
            for _ in 0..=changes.below(4) {
                changes.change(&mut text);
            }
            let Some(first) = verdict(&validator, &text) else { continue };
            let Some(other) = reworded(&text) else { continue };
            let shown = String::from_utf8_lossy(&text).into_owned();
            assert_eq!(Some(first), verdict(&validator, &other), "{shown}\n---\n{}", String::from_utf8_lossy(&other));
            compared += 1;
        }
    }
    assert!(compared > 800, "{compared}");
}

#[test]
fn hostile_manifests_come_to_an_end() {
    let validator = validator("1.37");
    let deep = "a: {".repeat(9_000) + &"}".repeat(9_000);
    let spec = format!("apiVersion: e.com/v1\nkind: Foo\nmetadata: {{name: a}}\nspec: {{a: 2, {deep}}}\n");
    let wide = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{}", "  k: v\n".repeat(20_000));
    let many = format!("apiVersion: v1\nkind: List\nitems:\n{}", "- {kind: A}\n".repeat(20_000));
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    for text in [spec.as_bytes(), wide.as_bytes(), many.as_bytes(), &binary, b"", b"\0", b"---\n---\n"] {
        let small = std::thread::Builder::new().stack_size(512 << 10);
        std::thread::scope(|scope| {
            let work = || drop(verdict(&validator, text));
            small.spawn_scoped(scope, work).expect("a thread").join().expect("no panic");
        });
    }
}

#[test]
fn contradictory_crds_only_refuse() {
    let budget = Budget::default();
    for schema in [
        "{type: [object, string], properties: [a], required: {a: b}, items: 3, enum: x}",
        "{allOf: [{type: string}, {type: integer}], pattern: '(', maxLength: -1, minimum: high}",
        "{type: array, items: {type: array, items: {not: {}}}, x-kubernetes-list-type: map}",
        "{x-kubernetes-validations: [{rule: 3}, {message: x}, {rule: ''}, 7]}",
    ] {
        let crd = CRD.replace(
            "type: object\n            required: [a]",
            &format!("allOf: [{schema}]\n            required: [a]"),
        );
        let mut crds = Crds::default();
        crds.add(&yaml::parse(crd.as_bytes()).expect("YAML"), &budget).expect("a CRD");
        let validator = Validator::new("1.31", Arc::new(crds), Options::default()).expect("schemas");
        for spec in ["{a: 2}", "[[1]]", "x", "7", "~"] {
            let text = format!("apiVersion: e.com/v1\nkind: Foo\nmetadata: {{name: a}}\nspec: {spec}\n");
            assert!(verdict(&validator, text.as_bytes()).is_some());
        }
    }
}
