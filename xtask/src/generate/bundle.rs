//! Writes the bundle of schemas: every string, node and list once.

use chartlens_schemas::format::{MAGIC, NONE, REQUIRED, SECTIONS, flag};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The definitions of one version by their names.
pub type Definitions = BTreeMap<String, Value>;

/// The bundle under construction.
#[derive(Default)]
pub struct Bundle {
    strings: BTreeMap<String, u32>,
    definitions: BTreeMap<String, u32>,
    nodes: Vec<[u32; 4]>,
    known_nodes: HashMap<[u32; 4], u32>,
    lists: Vec<u32>,
    known_lists: HashMap<Vec<u32>, u32>,
    /// Whether the version at hand marks what may be null.
    marks_null: bool,
}

impl Bundle {
    /// The bytes of the bundle.
    pub fn make(mut self, versions: &[(String, Definitions)]) -> Result<Vec<u8>, String> {
        self.number(versions);
        let mut table = Vec::new();
        for (name, definitions) in versions {
            self.marks_null = definitions.values().any(|schema| has_null(&schema["type"]));
            let nodes = self.definition_nodes(definitions).map_err(|error| format!("{name}: {error}"))?;
            let roots = self.roots(definitions);
            let start = self.lists.len() as u32;
            self.lists.extend(roots.iter().flatten());
            let nodes_at = self.lists.len() as u32;
            self.lists.extend(nodes);
            table.extend([self.string(name), start, roots.len() as u32, nodes_at]);
        }
        Ok(self.bytes(&table))
    }

    /// Gives numbers to strings and definitions in their order, so that the same sources give the same bytes.
    fn number(&mut self, versions: &[(String, Definitions)]) {
        let mut strings = BTreeSet::new();
        let mut names = BTreeSet::new();
        for (version, definitions) in versions {
            strings.insert(version.clone());
            for (name, schema) in definitions {
                names.insert(name.clone());
                strings.insert(name.clone());
                collect_strings(schema, &mut strings);
                for root in group_versions(schema) {
                    strings.extend([root.0, root.1]);
                }
            }
        }
        self.strings = strings.into_iter().zip(0..).collect();
        self.definitions = names.into_iter().zip(0..).collect();
    }

    fn string(&self, text: &str) -> u32 {
        self.strings.get(text).copied().unwrap_or(NONE)
    }

    fn definition_nodes(&mut self, definitions: &Definitions) -> Result<Vec<u32>, String> {
        let names: Vec<String> = self.definitions.keys().cloned().collect();
        let mut nodes = Vec::new();
        for name in names {
            nodes.push(match definitions.get(&name) {
                Some(schema) => {
                    let mut schema = schema.clone();
                    if group_versions(&schema).len() == 1 {
                        nullable_fields(&mut schema);
                    }
                    self.node(&schema, special(&name), true).map_err(|error| format!("{name}: {error}"))?
                }
                None => NONE,
            });
        }
        Ok(nodes)
    }

    /// Kind, apiVersion and definition of every kind, sorted. Types that belong to every group are no objects.
    fn roots(&self, definitions: &Definitions) -> Vec<[u32; 3]> {
        let mut roots: Vec<(String, String, u32)> = Vec::new();
        for (name, schema) in definitions {
            if let [(kind, api_version)] = group_versions(schema).as_slice() {
                roots.push((kind.clone(), api_version.clone(), self.definitions.get(name).copied().unwrap_or(NONE)));
            }
        }
        roots.sort();
        roots.into_iter().map(|(kind, api, definition)| [self.string(&kind), self.string(&api), definition]).collect()
    }

    fn list(&mut self, words: Vec<u32>) -> u32 {
        if words.is_empty() {
            return NONE;
        }
        if let Some(at) = self.known_lists.get(&words) {
            return *at;
        }
        let at = self.lists.len() as u32;
        self.lists.push(words.len() as u32);
        self.lists.extend(&words);
        self.known_lists.insert(words, at);
        at
    }

    fn add(&mut self, node: [u32; 4]) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.known_nodes.entry(node).or_insert(next);
        if number == next {
            self.nodes.push(node);
        }
        number
    }

    /// The node of a schema. `special` are the flags that its definition's name gives. Older sources do not mark what
    /// may be null; newer ones mark nearly everything but required fields that are no references, so this is the rule
    /// that `nullable` follows.
    fn node(&mut self, schema: &Value, special: u32, nullable: bool) -> Result<u32, String> {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.rsplit('/').next().unwrap_or_default();
            let number = *self.definitions.get(name).ok_or_else(|| format!("unknown reference {target}"))?;
            return Ok(self.add([flag::REFERENCE, number, NONE, NONE]));
        }
        let types = types(&schema["type"])?;
        let mut flags = types | special;
        let nullable = has_null(&schema["type"]) || (nullable && !self.marks_null);
        if types != 0 && nullable {
            flags |= flag::NULLABLE;
        }
        let node = match types {
            flag::ARRAY => self.list_node(schema, flags)?,
            flag::OBJECT => self.map_node(schema, flags)?,
            _ => {
                let values: Option<Vec<&str>> =
                    schema["enum"].as_array().map(|all| all.iter().filter_map(Value::as_str).collect());
                let values = values.unwrap_or_default().into_iter().map(|text| self.string(text)).collect();
                let format = schema["format"].as_str().map_or(NONE, |format| self.string(format));
                [flags, format, self.list(values), NONE]
            }
        };
        Ok(self.add(node))
    }

    fn list_node(&mut self, schema: &Value, mut flags: u32) -> Result<[u32; 4], String> {
        flags |= flag::LIST;
        flags |= match schema["x-kubernetes-list-type"].as_str() {
            Some("atomic") => flag::LIST_ATOMIC,
            Some("set") => flag::LIST_SET,
            Some("map") => flag::LIST_MAP,
            _ => 0,
        };
        let items = if schema["items"].is_null() { NONE } else { self.node(&schema["items"], 0, true)? };
        let keys = schema["x-kubernetes-list-map-keys"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let keys = keys.map(|key| self.string(key)).collect();
        let merge = schema["x-kubernetes-patch-merge-key"].as_str().map_or(NONE, |key| self.string(key));
        Ok([flags, items, self.list(keys), merge])
    }

    fn map_node(&mut self, schema: &Value, mut flags: u32) -> Result<[u32; 4], String> {
        flags |= flag::MAP;
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let any = Value::Object(serde_json::Map::new());
        let mut properties: BTreeMap<&str, &Value> = schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        for name in &required {
            properties.entry(name).or_insert(&any);
        }
        let mut words = Vec::new();
        for (name, value) in properties {
            let required = required.contains(name);
            let node = self.node(value, 0, !required)?;
            words.extend([self.string(name), if required { node | REQUIRED } else { node }]);
        }
        let additional = match &schema["additionalProperties"] {
            Value::Bool(false) => {
                flags |= flag::CLOSED;
                NONE
            }
            value @ Value::Object(_) => self.node(value, 0, true)?,
            _ => NONE,
        };
        Ok([flags, self.list(words), additional, NONE])
    }

    fn bytes(&self, versions: &[u32]) -> Vec<u8> {
        let mut strings: Vec<(&String, &u32)> = self.strings.iter().collect();
        strings.sort_by_key(|(_, number)| **number);
        let text: String = strings.iter().map(|(text, _)| text.as_str()).collect();
        let ends = strings.iter().scan(0, |end, (text, _)| {
            *end += text.len() as u32;
            Some(*end)
        });
        let ends: Vec<u32> = std::iter::once(0).chain(ends).collect();
        let nodes: Vec<u32> = self.nodes.iter().flatten().copied().collect();
        let names: Vec<u32> = self.definitions.keys().map(|name| self.string(name)).collect();
        let sections: [&[u32]; SECTIONS - 1] = [&ends, &nodes, &self.lists, versions, &names];
        let mut out = MAGIC.to_vec();
        // Offsets count behind the magic, like everything in the header.
        let mut offset = 8 * SECTIONS;
        for section in sections {
            out.extend((4 + offset as u32).to_le_bytes());
            out.extend((section.len() as u32).to_le_bytes());
            offset += 4 * section.len();
        }
        out.extend((4 + offset as u32).to_le_bytes());
        out.extend((text.len() as u32).to_le_bytes());
        out.extend(sections.iter().flat_map(|section| section.iter()).flat_map(|word| word.to_le_bytes()));
        out.extend(text.as_bytes());
        out
    }
}

/// Kind and apiVersion of a schema's kinds.
fn group_versions(schema: &Value) -> Vec<(String, String)> {
    let kinds = schema["x-kubernetes-group-version-kind"].as_array().into_iter().flatten();
    let one = |kind: &Value| {
        let text = |name: &str| kind[name].as_str().unwrap_or_default().to_owned();
        let (group, version) = (text("group"), text("version"));
        (text("kind"), if group.is_empty() { version } else { format!("{group}/{version}") })
    };
    kinds.map(one).collect()
}

/// What the names of a few definitions say that their schemas do not.
fn special(name: &str) -> u32 {
    match name {
        "io.k8s.apimachinery.pkg.util.intstr.IntOrString" => flag::INT_OR_STRING,
        "io.k8s.apimachinery.pkg.api.resource.Quantity" => flag::QUANTITY,
        _ => 0,
    }
}

/// The sources' own files of whole objects let every field be null, required ones too.
fn nullable_fields(schema: &mut Value) {
    for (_, property) in schema["properties"].as_object_mut().into_iter().flatten() {
        if let Value::String(name) = &property["type"] {
            property["type"] = Value::Array(vec![Value::String(name.clone()), Value::String("null".to_owned())]);
        }
    }
}

fn has_null(types: &Value) -> bool {
    types.as_array().is_some_and(|names| names.iter().any(|name| name == "null"))
}

fn types(value: &Value) -> Result<u32, String> {
    let one = |name: &str| match name {
        "string" => Ok(flag::STRING),
        "integer" => Ok(flag::INTEGER),
        "number" => Ok(flag::NUMBER),
        "boolean" => Ok(flag::BOOLEAN),
        "object" => Ok(flag::OBJECT),
        "array" => Ok(flag::ARRAY),
        "null" => Ok(0),
        other => Err(format!("unknown type {other}")),
    };
    match value {
        Value::String(name) => one(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).try_fold(0, |types, name| Ok(types | one(name)?)),
        _ => Ok(0),
    }
}

/// The strings of a schema that the bundle holds.
fn collect_strings(schema: &Value, into: &mut BTreeSet<String>) {
    let texts = |value: &Value, into: &mut BTreeSet<String>| {
        let all = value.as_array().into_iter().flatten().chain(std::iter::once(value));
        into.extend(all.filter_map(Value::as_str).map(str::to_owned));
    };
    for name in ["format", "enum", "required", "x-kubernetes-list-map-keys", "x-kubernetes-patch-merge-key"] {
        texts(&schema[name], into);
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        into.insert(name.clone());
        collect_strings(property, into);
    }
    for name in ["items", "additionalProperties"] {
        if schema[name].is_object() {
            collect_strings(&schema[name], into);
        }
    }
}
