//! The validator of values.schema.json against another one, the crate `jsonschema`: over random schemas and values both
//! say the same.

use chartlens::chart::{ArchiveLimits, File, load_files};
use chartlens::host::{HelmVersion, Host};
use chartlens::render::{RenderErrorKind, RenderOptions, render};
use serde_json::{Value, json};

/// A generator of numbers that gives the same every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one<'t>(&mut self, of: &[&'t str]) -> &'t str {
        of[self.below(of.len() as u64) as usize]
    }
}

const NAMES: &[&str] = &["a", "b", "c"];

fn value(dice: &mut Dice, depth: u32) -> Value {
    match dice.below(if depth > 2 { 6 } else { 8 }) {
        0 => json!(dice.below(5)),
        1 => json!(-1.5),
        2 => json!(dice.below(2) == 0),
        3 => json!("x"),
        4 => json!("longer text"),
        5 => json!(""),
        6 => (0..dice.below(4)).map(|_| value(dice, depth + 1)).collect(),
        _ => {
            let count = dice.below(4);
            let entries = (0..count).map(|_| (dice.one(NAMES).to_owned(), value(dice, depth + 1)));
            Value::Object(entries.collect())
        }
    }
}

fn schema(dice: &mut Dice, depth: u32) -> Value {
    if depth > 3 {
        return json!(dice.below(5) != 0);
    }
    let mut found = serde_json::Map::new();
    for _ in 0..1 + dice.below(3) {
        let inner = |dice: &mut Dice| schema(dice, depth + 1);
        let (keyword, value) = match dice.below(22) {
            0 | 1 => ("type", json!(dice.one(&["string", "integer", "number", "boolean", "array", "object"]))),
            2 | 3 => {
                let count = 1 + dice.below(3);
                ("properties", Value::Object((0..count).map(|_| (dice.one(NAMES).to_owned(), inner(dice))).collect()))
            }
            4 => ("required", json!([dice.one(NAMES)])),
            5 => ("enum", json!([1, "x", value(dice, 2)])),
            6 => ("const", value(dice, 2)),
            7 => ("minimum", json!(dice.below(4))),
            8 => ("exclusiveMaximum", json!(dice.below(4))),
            9 => ("minLength", json!(dice.below(3))),
            10 => ("maxItems", json!(dice.below(3))),
            11 => ("items", inner(dice)),
            12 => ("anyOf", json!([inner(dice), inner(dice)])),
            13 => ("oneOf", json!([inner(dice), inner(dice)])),
            14 => ("allOf", json!([inner(dice), inner(dice)])),
            15 => ("not", inner(dice)),
            16 => ("additionalProperties", inner(dice)),
            17 => ("uniqueItems", json!(true)),
            18 => ("contains", inner(dice)),
            19 => ("propertyNames", json!({"enum": [dice.one(NAMES), dice.one(NAMES)]})),
            20 => ("dependentRequired", json!({dice.one(NAMES): [dice.one(NAMES)]})),
            _ => ("prefixItems", json!([inner(dice)])),
        };
        found.insert(keyword.to_owned(), value);
    }
    Value::Object(found)
}

/// Whether Helm's validator, as chartlens has it, takes the values.
fn takes(schema: &Value, values: &Value) -> bool {
    let files = vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: t\nversion: 0.1.0\n"),
        File::new("values.yaml", values.to_string().into_bytes()),
        File::new("values.schema.json", schema.to_string().into_bytes()),
    ];
    let chart = load_files(files, &ArchiveLimits::default(), HelmVersion::V4).expect("a chart");
    match render(&chart, &RenderOptions::default(), &Host::default(), &|_| Err("no files".to_owned())) {
        Ok(_) => true,
        Err(error) => match error.kind {
            RenderErrorKind::Schema(_) => false,
            other => panic!("{}", other.helm_text(HelmVersion::V4)),
        },
    }
}

#[test]
fn two_validators_agree() {
    let mut dice = Dice(7);
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..3_000 {
        let inner = json!({"type": "object", "properties": {"v": schema(&mut dice, 0)}});
        let values = json!({"v": value(&mut dice, 0)});
        let theirs = jsonschema::draft202012::is_valid(&inner, &values);
        assert_eq!(takes(&inner, &values), theirs, "{inner}\n{values}");
        if theirs { taken += 1 } else { refused += 1 }
    }
    assert!(taken > 500 && refused > 500, "{taken} taken, {refused} refused");
}
