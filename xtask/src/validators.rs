//! `cargo xtask validators`: the validator of values.schema.json against another one, the crate `jsonschema`. Over random schemas
//! and values both say the same.

use crate::option;
use chartlens_tests::json_schema::refusal;
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

/// Makes pairs of a schema and a value, and asks both; whether they agree on all.
pub fn run(args: &[String]) -> bool {
    let number = |name: &str| option(args, name).and_then(|number| number.parse().ok());
    let mut dice = Dice(number("--seed").unwrap_or(7));
    let (mut taken, mut refused, mut differ) = (0u64, 0u64, 0u64);
    for _ in 0..number("--count").unwrap_or(20_000) {
        let inner = json!({"type": "object", "properties": {"v": schema(&mut dice, 0)}});
        let values = json!({"v": value(&mut dice, 0)});
        let theirs = jsonschema::draft202012::is_valid(&inner, &values);
        if refusal(&inner, &values).is_none() != theirs {
            differ += 1;
            println!("{} by the other: {inner}\n{values}", if theirs { "taken" } else { "refused" });
        }
        if theirs { taken += 1 } else { refused += 1 }
    }
    println!("{taken} taken, {refused} refused, {differ} differ");
    differ == 0 && taken > 0 && refused > 0
}
