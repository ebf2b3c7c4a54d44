//! Resources: releases of charts, and objects.

use super::eval::{Eval, Scope};
use super::module::Instance;
use super::syntax::{Block, Body};
use super::text::Text;
use super::value::{Data, Place, Value};
use crate::releases::{ChartOf, Found, Objects, Release};
use chartlens::budget::Exhausted;
use chartlens::values::{Program, ValuesSource};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One resource, as `count` and `for_each` make it.
struct Resource<'r> {
    eval: &'r Eval<'r>,
    instance: &'r Instance,
    scope: Scope<'r>,
    body: Body<'r>,
    /// `infra/main.tf: helm_release.web`
    shown: String,
}

/// What the resources of a module and of those it calls ask for. Of a root module that was named by one of its files only
/// that file counts.
pub fn find(eval: &Eval<'_>, instance: &Instance, only: Option<&str>, found: &mut Found) -> Result<(), Exhausted> {
    for (block, is_data) in instance
        .module
        .blocks("resource", 2)
        .iter()
        .map(|block| (block, false))
        .chain(instance.module.blocks("data", 2).iter().map(|block| (block, true)))
    {
        let [kind, name] = block.labels.as_slice() else { continue };
        let is_ours = match is_data {
            true => kind == "helm_template",
            false => matches!(kind.as_str(), "helm_release" | "kubernetes_manifest" | "kubectl_manifest"),
        };
        let file = eval.sources.borrow().get(block.body.source).map(|(name, _)| name.clone()).unwrap_or_default();
        if !is_ours || only.is_some_and(|only| only != file) {
            continue;
        }
        for scope in instance.scopes(eval, block)? {
            let shown = format!("{file}: {kind}.{name}");
            let resource = Resource { eval, instance, scope, body: block.body, shown };
            match kind.as_str() {
                "helm_release" | "helm_template" => resource.release(name, found)?,
                "kubernetes_manifest" => resource.manifest(found)?,
                _ => resource.yaml_body(found)?,
            }
        }
    }
    if only.is_some() {
        return Ok(());
    }
    for block in instance.module.blocks("module", 1) {
        let Some(name) = block.labels.first() else { continue };
        match instance.children(eval, name, &block)? {
            Some(children) => children.iter().try_for_each(|child| find(eval, child, None, found))?,
            None => {
                let source = block.body.attribute("source").and_then(hcl_edit::expr::Expression::as_str);
                let file =
                    eval.sources.borrow().get(block.body.source).map(|(name, _)| name.clone()).unwrap_or_default();
                let source = source.unwrap_or("its source");
                found.notes.push(match source.starts_with('.') {
                    true => format!("{file}: module.{name}: there is no module at {source}, or it calls itself"),
                    false => format!("{file}: module.{name}: {source} is not in this tree, and so not looked at"),
                });
            }
        }
    }
    Ok(())
}

impl Resource<'_> {
    fn attribute(&self, name: &str) -> Result<Option<Value>, Exhausted> {
        let Some(expression) = self.body.attribute(name) else { return Ok(None) };
        let value = self.eval.expression(expression, &self.scope)?;
        Ok(Some(value).filter(|value| !value.is_null()))
    }

    /// An attribute as a text that is known; none where there is none.
    fn plain(&self, name: &str) -> Result<Option<String>, Exhausted> {
        Ok(self.attribute(name)?.and_then(|value| value.to_plain()).filter(|text| !text.is_empty()))
    }

    fn release(&self, label: &str, found: &mut Found) -> Result<(), Exhausted> {
        let shown = &self.shown;
        let Some(chart) = self.plain("chart")? else {
            found.notes.push(format!("{shown}: which chart it takes is not known without running Terraform"));
            return Ok(());
        };
        let Some(chart) = self.chart(chart.trim(), found)? else { return Ok(()) };
        let mut values = Vec::new();
        let mut unknown = BTreeSet::new();
        self.values(&mut values, &mut unknown, found)?;
        for (kind, is_list) in [("set", false), ("set_list", true), ("set_sensitive", false), ("set_wo", false)] {
            for set in self.sets(kind)? {
                let source = if is_list { self.set_list(&set)? } else { self.set(&set)? };
                if let Some((text, program)) = source {
                    self.add(&text, program, &mut values, &mut unknown);
                }
            }
        }
        if self.body.attribute("postrender").is_some() || !self.body.blocks("postrender", 0).is_empty() {
            found.notes.push(format!("{shown}: what its `postrender` makes of the objects is not known"));
        }
        tell(shown, &unknown, found);
        let name = self.plain("name")?.unwrap_or_else(|| label.replace('_', "-"));
        let namespace = self.plain("namespace")?;
        found.releases.push(Release { by: shown.clone(), name, namespace, chart, values });
        Ok(())
    }

    /// The chart, as Terraform's provider looks for it: `resolveChartName`, and Helm's `LocateChart`.
    fn chart(&self, chart: &str, found: &mut Found) -> Result<Option<ChartOf>, Exhausted> {
        let shown = &self.shown;
        let repository = match self.attribute("repository")? {
            Some(value) => match value.to_plain() {
                Some(text) => text,
                None => {
                    found.notes.push(format!(
                        "{shown}: where the chart {chart} comes from is not known without running Terraform"
                    ));
                    return Ok(None);
                }
            },
            None => String::new(),
        };
        let version = self.plain("version")?.unwrap_or_default();
        if repository.is_empty() && !chart.contains("://") {
            let path = self.instance.resolved(chart);
            if (self.eval.files.is_chart)(&path) {
                return Ok(Some(ChartOf::Here(path)));
            }
            if chart.starts_with(['.', '/']) || !chart.contains('/') {
                found.notes.push(format!("{shown}: there is no chart at {path}: it is not checked"));
                return Ok(None);
            }
        }
        let (chart, repository) = match repository.contains("://") {
            true if repository.starts_with("oci://") => {
                (format!("{}/{chart}", repository.trim_end_matches('/')), String::new())
            }
            true => (chart.to_owned(), repository),
            false if repository.is_empty() || chart.contains('/') => (chart.to_owned(), String::new()),
            false => (format!("{repository}/{chart}"), String::new()),
        };
        Ok(Some(ChartOf::Elsewhere { chart, repository, version }))
    }

    /// `values`: texts, each of them YAML.
    fn values(
        &self,
        values: &mut Vec<ValuesSource>,
        unknown: &mut BTreeSet<String>,
        found: &mut Found,
    ) -> Result<(), Exhausted> {
        let Some(given) = self.attribute("values")? else { return Ok(()) };
        let texts = match given.items() {
            Some(items) => items.to_vec(),
            None => vec![given],
        };
        for value in texts {
            match &value.data {
                Data::Null => {}
                Data::Text(text) if text.as_str().trim().is_empty() => {}
                Data::Text(text) => self.add(text, Program::File, values, unknown),
                Data::Unknown(_) | Data::Failed => {
                    let mut text = Text::default();
                    text.push_unknown("unknown", value.place);
                    self.add(&text, Program::File, values, unknown);
                }
                _ => found.notes.push(format!("{}: expected texts in `values`, found something else", self.shown)),
            }
        }
        Ok(())
    }

    /// The blocks of a type, or the items of the attribute of its name, with those of `dynamic` blocks.
    fn sets(&self, kind: &str) -> Result<Vec<Value>, Exhausted> {
        let mut all = Vec::new();
        if let Some(value) = self.attribute(kind)? {
            match value.items() {
                Some(items) => all.extend(items.iter().cloned()),
                None if value.is_unknown() => all.push(value),
                None => {}
            }
        }
        for block in self.body.blocks(kind, 0) {
            all.push(self.block(&block, &self.scope)?);
        }
        let dynamic = self.body.blocks("dynamic", 1);
        for block in dynamic.iter().filter(|block| block.labels.first().is_some_and(|label| label == kind)) {
            let Some(each) = block.body.attribute("for_each") else { continue };
            let content = block.body.blocks("content", 0);
            let Some(content) = content.first() else { continue };
            let iterator = match block.body.attribute("iterator") {
                Some(hcl_edit::expr::Expression::Variable(name)) => name.as_str(),
                Some(other) => other.as_str().unwrap_or(kind),
                None => kind,
            };
            let collection = self.eval.expression(each, &self.scope)?;
            let place = self.scope.place(each);
            let Some(pairs) = super::eval::pairs(&collection) else {
                all.push(Value::unknown(place, super::value::Type::Any));
                continue;
            };
            for (key, value) in pairs {
                let mut inner = self.scope.clone();
                let entries = [("key".to_owned(), (key.place, key)), ("value".to_owned(), (value.place, value))];
                inner.set(iterator, Value::map(place, entries.into(), None)?);
                all.push(self.block(content, &inner)?);
            }
        }
        Ok(all)
    }

    /// A block as the map that it is in the form with attributes.
    fn block(&self, block: &Block<'_>, scope: &Scope<'_>) -> Result<Value, Exhausted> {
        let mut entries = std::collections::BTreeMap::new();
        let mut place = Place { source: scope.source, ..Place::default() };
        for (name, expression) in block.body.attributes() {
            place = scope.place(expression);
            entries.insert(name.to_owned(), (place, self.eval.expression(expression, scope)?));
        }
        Value::map(place, entries, None)
    }

    /// The argument that a `set` is: `getValue` of Terraform's provider.
    fn set(&self, set: &Value) -> Result<Option<(Text, Program)>, Exhausted> {
        let program = match set.get("type").and_then(Value::to_plain).as_deref() {
            Some("string") => Program::SetString,
            Some("literal") => Program::File,
            _ => Program::Set,
        };
        let by = if program == Program::File { ": " } else { "=" };
        let Some(mut text) = self.assigned(set, by)? else { return Ok(None) };
        match set.get("value").or(set.get("value_wo")) {
            Some(value) => push(value, &mut text),
            None if set.is_unknown() => text.push_unknown("unknown", set.place),
            None => {}
        }
        Ok(Some((text, program)))
    }

    /// The argument that a `set_list` is: `getListValue` of Terraform's provider.
    fn set_list(&self, set: &Value) -> Result<Option<(Text, Program)>, Exhausted> {
        let Some(mut text) = self.assigned(set, "=")? else { return Ok(None) };
        match set.get("value").map(|value| (value, value.items())) {
            Some((value, Some(items))) => {
                text.push("{", value.place);
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        text.push(",", item.place);
                    }
                    push(item, &mut text);
                }
                text.push("}", value.place);
            }
            Some((value, None)) => text.push_unknown("unknown", value.place),
            None => text.push_unknown("unknown", set.place),
        }
        Ok(Some((text, Program::Set)))
    }

    /// The name that is set, and the sign behind it.
    fn assigned(&self, set: &Value, by: &str) -> Result<Option<Text>, Exhausted> {
        self.eval.budget.tick()?;
        let mut text = Text::default();
        match set.get("name") {
            Some(name) if !name.is_null() => push(name, &mut text),
            Some(_) => return Ok(None),
            None if set.is_unknown() => text.push_unknown("unknown", set.place),
            None => return Ok(None),
        }
        text.push(by, set.place);
        Ok(Some(text))
    }

    /// Adds a text to the values; one that is a file as a whole stays that file.
    fn add(&self, text: &Text, program: Program, values: &mut Vec<ValuesSource>, unknown: &mut BTreeSet<String>) {
        let sources = self.eval.sources.borrow();
        unknown.extend(names(text, &sources));
        let file = text.whole(&sources).filter(|_| program == Program::File).and_then(|number| sources.get(number));
        values.push(match file {
            Some((name, text)) => ValuesSource::File { name: name.clone(), text: text.clone() },
            None => ValuesSource::Program(Arc::new(text.composed(&sources)), program),
        });
    }

    /// `kubernetes_manifest`, whose provider makes scalars what the API asks for (`morph.ValueToType` there).
    fn manifest(&self, found: &mut Found) -> Result<(), Exhausted> {
        match self.attribute("manifest")? {
            Some(value) if value.is_unknown() => self.not_known("its manifest", found),
            Some(value) => {
                let text = self.eval.yaml(&value)?;
                self.objects(&text, true, found);
            }
            None => {}
        }
        Ok(())
    }

    /// `kubectl_manifest`
    fn yaml_body(&self, found: &mut Found) -> Result<(), Exhausted> {
        match self.attribute("yaml_body")? {
            Some(Value { data: Data::Text(text), .. }) => self.objects(&text, false, found),
            Some(_) => self.not_known("its `yaml_body`", found),
            None => {}
        }
        Ok(())
    }

    fn not_known(&self, what: &str, found: &mut Found) {
        found.notes.push(format!("{}: {what} is not known without running Terraform", self.shown));
    }

    fn objects(&self, text: &Text, converts: bool, found: &mut Found) {
        let sources = self.eval.sources.borrow();
        let unknown = names(text, &sources).collect();
        tell(&self.shown, &unknown, found);
        found.objects.push(Objects { name: self.shown.clone(), text: text.composed(&sources), converts });
    }
}

/// Appends a value as a text.
fn push(value: &Value, text: &mut Text) {
    match (value.to_text(), value.is_null()) {
        (Some(inner), _) => text.push_text(&inner),
        (None, true) => {}
        (None, false) => text.push_unknown("unknown", value.place),
    }
}

/// How what is not known is written in its file.
fn names<'t>(text: &'t Text, sources: &'t [super::text::Source]) -> impl Iterator<Item = String> + 't {
    const MOST: usize = 60;
    text.unknown().filter_map(|place| {
        let (_, text) = sources.get(place.source)?;
        let text = String::from_utf8_lossy(text.get(place.start..place.end)?).into_owned();
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let short: String = line.chars().take(MOST).collect();
        Some(if short.len() < line.len() { format!("{short}…") } else { short })
    })
}

/// Tells what is not known, once for a resource.
fn tell(shown: &str, unknown: &BTreeSet<String>, found: &mut Found) {
    const MOST: usize = 4;
    if unknown.is_empty() {
        return;
    }
    let named: Vec<&str> = unknown.iter().map(String::as_str).take(MOST).collect();
    let more = unknown.len().checked_sub(MOST + 1).map(|more| format!(" and {} more", more + 1)).unwrap_or_default();
    let verb = if unknown.len() == 1 { "is" } else { "are" };
    found.notes.push(format!(
        "{shown}: {}{more} {verb} not known without running Terraform: what hangs on that is not told",
        named.join(", ")
    ));
}
