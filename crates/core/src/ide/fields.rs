//! Fields of Kubernetes' objects at a place of a template: built-in kinds and custom ones alike.

use super::chart::ChartState;
use super::custom_docs;
use super::field_docs::FieldDocs;
use super::occurrences::{Role, definitions};
use super::outline::{self, Place, Step};
use super::symbol::Symbol;
use super::workspace::Snapshot;
use crate::budget::Budget;
use crate::diag::Fact;
use crate::gotmpl::Kind;
use crate::kube::crds::{Const, CustomSchema, Schemas};
use chartlens_schemas::{Additional, Schema, Types};
use serde_json::json;
use std::ops::Range;

/// The schema of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Field<'c> {
    Built(Schema),
    Custom(&'c Schemas, &'c CustomSchema),
}

/// A field of a map.
#[derive(Clone, Debug)]
pub(super) struct Named<'c> {
    pub name: String,
    pub required: bool,
    pub field: Field<'c>,
}

impl<'c> Field<'c> {
    /// The fields of a map.
    pub fn fields(self) -> Vec<Named<'c>> {
        match self {
            Field::Built(schema) => {
                let named = |p: chartlens_schemas::Property| Named {
                    name: p.name.to_owned(),
                    required: p.required,
                    field: Field::Built(p.schema),
                };
                schema.properties().map(named).collect()
            }
            Field::Custom(all, schema) => {
                let named = schema.properties.iter().filter_map(|(name, id)| {
                    let required = schema.required.contains(name);
                    Some(Named { name: name.to_string(), required, field: Field::Custom(all, all.get(*id)?) })
                });
                named.collect()
            }
        }
    }

    /// The field with this name.
    pub fn get(self, name: &str) -> Option<Named<'c>> {
        match self {
            Field::Built(schema) => {
                let Some(known) = schema.property(name) else {
                    let Additional::Schema(schema) = schema.additional() else { return None };
                    return Some(Named { name: name.to_owned(), required: false, field: Field::Built(schema) });
                };
                Some(Named { name: name.to_owned(), required: known.required, field: Field::Built(known.schema) })
            }
            Field::Custom(all, schema) => {
                let inner = all.get(schema.property(name).or(schema.additional)?)?;
                let required = schema.required.iter().any(|required| **required == *name);
                Some(Named { name: name.to_owned(), required, field: Field::Custom(all, inner) })
            }
        }
    }

    /// What a list holds.
    pub fn items(self) -> Option<Field<'c>> {
        match self {
            Field::Built(schema) => schema.items().map(Field::Built),
            Field::Custom(all, schema) => Some(Field::Custom(all, all.get(schema.items?)?)),
        }
    }

    /// The values that it may have, where they are few.
    pub fn values(self) -> Vec<String> {
        match self {
            Field::Built(schema) if schema.types().has(Types::BOOLEAN) => vec!["true".to_owned(), "false".to_owned()],
            Field::Built(schema) => schema.values().map(str::to_owned).collect(),
            Field::Custom(_, schema) if schema.types.boolean => vec!["true".to_owned(), "false".to_owned()],
            Field::Custom(_, schema) => {
                let values = schema.more.iter().flat_map(|more| &more.values);
                values
                    .filter_map(|value| if let Const::Str(text) = value { Some(text.to_string()) } else { None })
                    .collect()
            }
        }
    }

    /// Its type, as people say it.
    pub fn type_name(self) -> String {
        if let Some(items) = self.items() {
            return format!("list of {}", items.type_name());
        }
        match self {
            Field::Built(schema) if schema.is_quantity() => "quantity".to_owned(),
            Field::Built(schema) if schema.is_int_or_string() => "integer or string".to_owned(),
            Field::Built(schema) => match schema.definition_name().and_then(|name| name.rsplit('.').next()) {
                Some(name) if schema.types().has(Types::OBJECT) => name.to_owned(),
                _ => names(&[
                    (schema.types().has(Types::STRING), "string"),
                    (schema.types().has(Types::INTEGER), "integer"),
                    (schema.types().has(Types::NUMBER), "number"),
                    (schema.types().has(Types::BOOLEAN), "boolean"),
                    (schema.types().has(Types::OBJECT), "map"),
                    (schema.types().has(Types::ARRAY), "list"),
                ]),
            },
            Field::Custom(_, schema) if schema.int_or_string => "integer or string".to_owned(),
            Field::Custom(_, schema) => names(&[
                (schema.types.string, "string"),
                (schema.types.integer, "integer"),
                (schema.types.number, "number"),
                (schema.types.boolean, "boolean"),
                (schema.types.object, "map"),
                (schema.types.array, "list"),
            ]),
        }
    }

    /// The format of a scalar, such as `int32`.
    pub fn format(self) -> Option<String> {
        match self {
            Field::Built(schema) => schema.format().map(str::to_owned),
            Field::Custom(_, schema) => schema.more.as_ref()?.format.as_ref().map(|format| format.to_string()),
        }
    }

    /// Whether it is a map or a list, and what to write behind its key.
    pub fn opening(self) -> &'static str {
        match self {
            field if field.items().is_some() => ":\n  - ",
            Field::Built(schema) if schema.types().has(Types::OBJECT) => ":\n  ",
            Field::Custom(_, schema) if schema.types.object => ":\n  ",
            _ => ": ",
        }
    }
}

fn names(types: &[(bool, &str)]) -> String {
    let found: Vec<&str> = types.iter().filter(|(has, _)| *has).map(|(_, name)| *name).collect();
    if found.is_empty() { "any value".to_owned() } else { found.join(" or ") }
}

impl ChartState {
    /// The schema of a kind in the version of Kubernetes that comes first.
    pub(super) fn kind_schema(&self, api_version: &str, kind: &str) -> Option<Field<'_>> {
        if let Some(custom) = self.crds().get(api_version, kind) {
            return Some(Field::Custom(&custom.schemas, custom.schemas.root()?));
        }
        Some(Field::Built(self.schemas()?.kind(api_version, kind)?))
    }

    /// The built-in schemas for the version of Kubernetes that comes first.
    pub(super) fn schemas(&self) -> Option<chartlens_schemas::Version> {
        let version = crate::kube::known_version(&self.kube_version()).ok()?;
        chartlens_schemas::Schemas::open().version(version)
    }
}

impl ChartState {
    /// What the makers of a kind say of a field: the definition that the chart brings, else what the host keeps.
    pub(super) fn said_of_field(&self, api_version: &str, kind: &str, path: &[Step]) -> Option<String> {
        let own = self.crds().get(api_version, kind).and_then(|_| custom_docs::of(self.chart(), api_version, kind));
        let said = |docs: &FieldDocs| docs.of(api_version, kind, path).map(str::to_owned);
        own.as_ref().and_then(said).or_else(|| self.kept_docs().and_then(said))
    }

    /// What the host keeps of the documentation of Kubernetes.
    pub(super) fn kept_docs(&self) -> Option<&FieldDocs> {
        self.options.field_docs.as_ref()?.get()
    }

    /// The values that an API server takes at a place, where it takes few: an object with nonsense there is held against
    /// its rules, and what they say is listed.
    pub(super) fn listed_values(&self, object: (&str, &str), path: &[Step]) -> Vec<String> {
        let Some(validator) = self.validator() else { return Vec::new() };
        let (api_version, kind) = object;
        let mut inner = json!("?");
        let mut pointer = String::new();
        for step in path.iter().rev() {
            (inner, pointer) = match step {
                Step::Key(name) => {
                    (json!({ name: inner }), format!("/{}{pointer}", name.replace('~', "~0").replace('/', "~1")))
                }
                Step::Item => (json!([inner]), format!("/0{pointer}")),
            };
        }
        let Some(map) = inner.as_object_mut() else { return Vec::new() };
        map.insert("apiVersion".to_owned(), json!(api_version));
        map.insert("kind".to_owned(), json!(kind));
        let text = inner.to_string().into_bytes();
        let found = crate::yaml::parse(&text)
            .ok()
            .and_then(|document| validator.check(&document, &text, &Budget::default()).ok());
        let here = found.into_iter().flatten().filter(|found| found.pointer == pointer).flat_map(|found| found.facts);
        let mut listed =
            here.filter_map(|fact| if let Fact::NotListed { allowed, .. } = fact { Some(allowed) } else { None });
        listed.next().unwrap_or_default()
    }
}

/// Helpers that call each other are followed so far.
const MAX_CALLS: u32 = 4;

impl Snapshot {
    /// What the outline says of an offset. In a helper the place is the one that its text gets where it is called with
    /// `nindent`, so the object is that of the caller.
    pub(super) fn place(&self, offset: u32) -> Option<Place> {
        let own = outline::place(&self.text, offset as usize)?;
        let called = self.helper_around(offset).and_then(|helper| self.called_at(&helper, 0));
        Some(match called {
            Some(around) => {
                let path = around.path.into_iter().chain(own.path).collect();
                Place { path, api_version: around.api_version, kind: around.kind, ..own }
            }
            None => own,
        })
    }

    /// Where the text of a helper ends up: the first of the calls whose object is known.
    fn called_at(&self, helper: &str, depth: u32) -> Option<Place> {
        let uses = self.occurrences(&Symbol::Helper(helper.to_owned())).into_iter();
        let uses = uses.filter(|found| found.role == Role::Use && depth < MAX_CALLS);
        let mut placed = uses.filter_map(|call| {
            let there = self.chart.snapshot(&call.at.file)?;
            let action = there.template().action(call.at.range.start)?;
            there.indented(&action, depth)
        });
        placed.next()
    }

    /// Where the text of a value ends up that is written as a whole: with `toYaml`, also inside `with`.
    pub(super) fn written_at(&self, path: &[String]) -> Option<Place> {
        let uses = self.occurrences(&Symbol::Value(path.to_vec())).into_iter();
        let mut placed = uses.filter(|found| found.role == Role::Use).filter_map(|found| {
            let there = self.chart.snapshot(&found.at.file)?;
            let template = there.template();
            let action = template.action(found.at.range.start)?;
            let writes = |action: &Range<usize>| {
                template
                    .inside(action)
                    .iter()
                    .any(|item| matches!(item.text(template.text), b"toYaml" | b"toYamlPretty"))
            };
            let is_with = template.inside(&action).first().is_some_and(|item| item.kind == Kind::With);
            let block =
                super::folding::blocks(&template).into_iter().find(|(outer, _)| outer.start as usize == action.start);
            let inner = block.filter(|_| is_with).map(|(_, inner)| inner.start as usize..inner.end as usize);
            let mut inside =
                template.actions().into_iter().filter(|a| inner.as_ref().is_some_and(|i| i.contains(&a.start)));
            let action = if writes(&action) { action } else { inside.find(writes)? };
            there.indented(&action, 0)
        });
        placed.next()
    }

    /// The place of the text that an action writes with `nindent`.
    fn indented(&self, action: &Range<usize>, depth: u32) -> Option<Place> {
        let template = self.template();
        let items = template.inside(action);
        let indent = items.windows(2).find_map(|pair| match pair {
            [name, number] if matches!(name.text(template.text), b"nindent" | b"indent") => {
                template.word(number).parse().ok()
            }
            _ => None,
        });
        let mut before = self.text.get(..action.start)?.to_vec();
        before.push(b'\n');
        before.resize(before.len() + indent.filter(|n: &usize| *n < 1000)?, b' ');
        let place = outline::place(&before, before.len())?;
        if let Some(outer) = self.helper_around(action.start as u32) {
            let around = self.called_at(&outer, depth + 1)?;
            let path = around.path.into_iter().chain(place.path).collect();
            return Some(Place { path, ..around });
        }
        let (api_version, kind) = self.object_at(&place)?;
        Some(Place { api_version: Some(api_version), kind: Some(kind), ..place })
    }

    /// The helper that is defined around an offset.
    fn helper_around(&self, offset: u32) -> Option<String> {
        let blocks = super::folding::blocks(&self.template());
        let mut named = definitions(&self.text).into_iter().rev().filter(|(_, name)| {
            let header =
                |(outer, inner): &(Range<u32>, Range<u32>)| outer.start <= name.start && name.end <= inner.start;
            let around = blocks.iter().filter(|block| header(block)).max_by_key(|(outer, _)| outer.start);
            around.is_some_and(|(_, inner)| inner.start <= offset && offset <= inner.end)
        });
        named.next().map(|(name, _)| name)
    }

    /// The kind of the object at a place: as it is written, else as it came out when the chart was last rendered.
    pub(super) fn object_at(&self, place: &Place) -> Option<(String, String)> {
        let kinds = || self.chart.schemas().into_iter().flat_map(|version| version.kinds());
        match (&place.api_version, &place.kind) {
            (Some(api), Some(kind)) => return Some((api.clone(), kind.clone())),
            (None, Some(kind)) => {
                if let Some(known) =
                    kinds().filter(|known| known.kind == kind).max_by_key(|known| rank(known.api_version))
                {
                    return Some((known.api_version.to_owned(), kind.clone()));
                }
            }
            _ => {}
        }
        let rendered = self.chart.rendered_already()?;
        let documents = rendered.documents.iter().chain(&rendered.hooks).filter(|d| d.source.ends_with(&self.file));
        documents
            .filter_map(|document| super::rendered::object_of(&document.text))
            .find(|(_, kind)| place.kind.as_ref().is_none_or(|wanted| wanted == kind))
    }

    /// The schema of what a place is in.
    pub(super) fn field_at(&self, place: &Place) -> Option<Field<'_>> {
        let (api_version, kind) = self.object_at(place)?;
        walk(self.chart.kind_schema(&api_version, &kind)?, &place.path)
    }
}

/// Stable versions before others, and those before what they replace.
fn rank(api_version: &str) -> (bool, bool, &str) {
    (!api_version.contains("alpha"), !api_version.contains("beta"), api_version)
}

/// The schema that steps lead to.
pub(super) fn walk<'c>(field: Field<'c>, steps: &[Step]) -> Option<Field<'c>> {
    steps.iter().try_fold(field, |field, step| match step {
        Step::Key(name) => field.get(name).map(|named| named.field),
        Step::Item => field.items(),
    })
}
