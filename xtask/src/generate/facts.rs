//! `cargo xtask gen facts`: the types of facts for TypeScript and Python, from those of Rust.

use super::write_or_check;
use chartlens::diag::Fact;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

/// Makes or checks both files; whether it went well.
pub fn run(args: &[String]) -> bool {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Fact>();
    let schema = serde_json::to_value(schema).expect("schemas are JSON");
    let typescript = write_or_check(Path::new("crates/wasm/js/facts.ts"), typescript(&schema).as_bytes(), args);
    let python = Path::new("crates/py/python/chartlens/_facts.py");
    write_or_check(python, python_types(&schema).as_bytes(), args) && typescript
}

/// A variant: its name in JSON, its documentation, and its fields.
struct Variant<'s> {
    kind: &'s str,
    doc: &'s str,
    fields: Vec<Field<'s>>,
}

struct Field<'s> {
    name: &'s str,
    doc: &'s str,
    schema: &'s Value,
}

fn variants(schema: &Value) -> Vec<Variant<'_>> {
    schema["oneOf"].as_array().into_iter().flatten().map(variant).collect()
}

fn variant(schema: &Value) -> Variant<'_> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let fields = properties.filter(|(name, _)| *name != "kind").map(|(name, schema)| Field {
        name,
        doc: text(&schema["description"]),
        schema,
    });
    Variant {
        kind: text(&schema["properties"]["kind"]["const"]),
        doc: text(&schema["description"]),
        fields: fields.collect(),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `missing-field` as a name of a type.
fn pascal(kind: &str) -> String {
    kind.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// The names of the types in the definitions beside the union.
fn names_of(schema: &Value) -> Vec<&str> {
    schema["oneOf"].as_array().into_iter().flatten().filter_map(|variant| variant["const"].as_str()).collect()
}

fn typescript(schema: &Value) -> String {
    let mut out = String::from("// Made by `cargo xtask gen facts` from the types of the core.\n\n");
    let types = names_of(&schema["$defs"]["Type"]).iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    let _ = writeln!(
        out,
        "/** {} */\nexport type Type = {};\n",
        text(&schema["$defs"]["Type"]["description"]),
        types.join(" | ")
    );
    let found = &schema["$defs"]["Found"];
    let _ = writeln!(out, "/** {} */", text(&found["description"]));
    out.push_str("export interface Found {\n  /** Its type. */\n  type: Type;\n  /** What it says, as YAML reads it; null for collections, null and secrets. */\n  text: string | null;\n}\n");
    let variants = variants(schema);
    for variant in &variants {
        let _ = write!(
            out,
            "\n/** {} */\nexport interface {} {{\n  kind: \"{}\";\n",
            variant.doc,
            pascal(variant.kind),
            variant.kind
        );
        for field in &variant.fields {
            let _ = writeln!(out, "  /** {} */\n  {}: {};", field.doc, field.name, ts_type(field.schema));
        }
        out.push_str("}\n");
    }
    let _ = writeln!(
        out,
        "\n/** {} */\nexport type Fact =",
        text(&schema["description"]).lines().next().unwrap_or_default()
    );
    for variant in &variants {
        let _ = writeln!(out, "  | {}", pascal(variant.kind));
    }
    out.truncate(out.trim_end().len());
    out.push_str(";\n");
    out
}

fn ts_type(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(alternatives) = schema["anyOf"].as_array() {
        return alternatives.iter().map(ts_type).collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::Array(types) => types.iter().map(|ty| ts_name(text(ty), schema)).collect::<Vec<_>>().join(" | "),
        ty => ts_name(text(ty), schema),
    }
}

fn ts_name(ty: &str, schema: &Value) -> String {
    match ty {
        "integer" | "number" => "number".to_owned(),
        "array" => match schema["prefixItems"].as_array() {
            Some(items) => format!("[{}]", items.iter().map(ts_type).collect::<Vec<_>>().join(", ")),
            None => format!("{}[]", ts_type(&schema["items"])),
        },
        other => other.to_owned(),
    }
}

fn python_types(schema: &Value) -> String {
    let mut out = String::from(
        "\"\"\"What findings are about, as data. Made by ``cargo xtask gen facts`` from the types of the core.\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from typing import List, Literal, Optional, Tuple, TypedDict, Union\n\n",
    );
    let types = names_of(&schema["$defs"]["Type"]).iter().map(|name| format!("    \"{name}\",\n")).collect::<String>();
    let _ = writeln!(out, "#: {}\nType = Literal[\n{types}]\n\n", text(&schema["$defs"]["Type"]["description"]));
    let _ = writeln!(
        out,
        "class Found(TypedDict):\n    \"\"\"{}\"\"\"\n\n    type: Type\n    text: Optional[str]\n",
        text(&schema["$defs"]["Found"]["description"])
    );
    let variants = variants(schema);
    for variant in &variants {
        let (name, kind) = (pascal(variant.kind), variant.kind);
        let _ = write!(
            out,
            "\nclass {name}(TypedDict):\n    \"\"\"{}\"\"\"\n\n    kind: Literal[\"{kind}\"]\n",
            variant.doc
        );
        for field in &variant.fields {
            let _ = writeln!(out, "    {}: {}", field.name, py_type(field.schema));
        }
        out.push('\n');
    }
    let names: Vec<String> = variants.iter().map(|variant| format!("    {},\n", pascal(variant.kind))).collect();
    let _ = write!(
        out,
        "\n#: {}\nFact = Union[\n{}]\n",
        text(&schema["description"]).lines().next().unwrap_or_default(),
        names.concat()
    );
    out
}

fn py_type(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    // A type, or null.
    if let Some(some) = schema["anyOf"].as_array().and_then(|types| types.iter().find(|ty| ty["type"] != "null")) {
        return format!("Optional[{}]", py_type(some));
    }
    match &schema["type"] {
        Value::Array(types) => {
            let some = types.iter().map(text).find(|ty| *ty != "null").unwrap_or_default();
            format!("Optional[{}]", py_name(some, schema))
        }
        ty => py_name(text(ty), schema),
    }
}

fn py_name(ty: &str, schema: &Value) -> String {
    match ty {
        "integer" => "int".to_owned(),
        "number" => "float".to_owned(),
        "boolean" => "bool".to_owned(),
        "string" => "str".to_owned(),
        "array" => match schema["prefixItems"].as_array() {
            Some(items) => format!("Tuple[{}]", items.iter().map(py_type).collect::<Vec<_>>().join(", ")),
            None => format!("List[{}]", py_type(&schema["items"])),
        },
        other => other.to_owned(),
    }
}
