//! A chart of plain manifests. The files become templates as they are, comments and all; only values that are meant to
//! change, or that say the same in several places, give way to actions. The chart renders to the same objects, which
//! [`chart`] proves before it gives it away.

mod edits;
mod links;
mod objects;
mod pull;

use super::{Scaffold, yaml};
use chartlens::host::Host;
use chartlens::render::{RenderOptions, render};
use edits::Edits;
use objects::{Objects, Parsed};
use pull::Pulled;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// Makes the chart of manifests: the path and the text of each file. `name` is what the chart is called.
///
/// # Errors
///
/// A file that is no YAML, no objects at all, or objects that would not come out as they were.
pub fn chart(name: &str, files: &[(String, String)]) -> Result<Scaffold, String> {
    let parsed = files.iter().map(|(name, text)| Parsed::new(name, text)).collect::<Result<Vec<_>, _>>()?;
    let trees = parsed.iter().map(Parsed::trees).collect::<Result<Vec<_>, _>>()?;
    let objects = Objects::of(&parsed, &trees);
    if objects.all.is_empty() {
        return Err("there are no objects in these files: expected documents with `apiVersion` and `kind`".to_owned());
    }
    let mut pulled = Pulled::default();
    links::groups(&objects, &mut pulled);
    pull::workloads(&objects, &mut pulled);
    pull::others(&objects, &mut pulled);
    links::names(&objects, &mut pulled);
    let mut made = Scaffold { notes: objects.notes.clone(), ..Scaffold::default() };
    made.add(
        "Chart.yaml",
        format!("apiVersion: v2\nname: {name}\ndescription: The objects of {name}\ntype: application\nversion: 0.1.0\nappVersion: \"1.0\"\n"),
    );
    let values = yaml::values(&Json::Object(pulled.values.clone()), &pulled.comments);
    made.add("values.yaml", values);
    for (number, file) in parsed.iter().enumerate() {
        write(file, &objects, number, &pulled.edits, &mut made);
    }
    prove(&made, &objects)?;
    made.notes.push(format!("{} objects render as they were", objects.all.len()));
    Ok(made)
}

/// Writes a file as a template; definitions of custom resources go to a folder of their own.
fn write(file: &Parsed, objects: &Objects<'_>, number: usize, edits: &Edits, made: &mut Scaffold) {
    let (mut template, mut crds) = (String::new(), String::new());
    for (document, range) in file.chunks().into_iter().enumerate() {
        match objects.is_definition(number, document) {
            true => crds.push_str(file.text.get(range).unwrap_or_default()),
            false if objects.is_left_out(number, document) => {}
            false => template.push_str(&edits.apply(number, &file.text, range)),
        }
    }
    let name = file
        .name
        .strip_suffix(".json")
        .or(file.name.strip_suffix(".yml"))
        .map_or(file.name.clone(), |stem| format!("{stem}.yaml"));
    let name = name.split('/').map(|part| part.trim_start_matches(['_', '.'])).collect::<Vec<_>>().join("/");
    for (folder, text) in [("templates", template), ("crds", crds)] {
        if !text.trim().is_empty() {
            made.add(format!("{folder}/{name}"), text.trim_start_matches("---\n").to_owned());
        }
    }
}

/// Holds what the chart renders to against the objects that it was made of.
fn prove(made: &Scaffold, objects: &Objects<'_>) -> Result<(), String> {
    let chart = made.chart();
    if let Some(error) = chart.errors.first() {
        return Err(format!("the chart does not load: {}", error.message));
    }
    let rendered = render(&chart, &RenderOptions::default(), &Host::default(), &|name| {
        Err(format!("{name}: no files are read here"))
    })
    .map_err(|error| format!("the chart does not render: {error}"))?;
    let mut now: Vec<Json> = Vec::new();
    let documents = rendered.documents.iter().chain(&rendered.hooks).map(|document| document.text.to_vec());
    let definitions = chart.crds().map(|file| file.data.to_vec());
    for text in documents.chain(definitions) {
        now.extend(
            chartlens::yaml::documents(&text)
                .iter()
                .flatten()
                .filter_map(crate::plain::json)
                .map(|object| sorted(&object)),
        );
    }
    for object in objects.plain.iter().map(sorted) {
        if let Some(at) = now.iter().position(|other| *other == object) {
            now.swap_remove(at);
            continue;
        }
        let of = |object: &Json, name: &str| object.pointer(name).and_then(Json::as_str).unwrap_or_default().to_owned();
        let same = |other: &&Json| ["/kind", "/metadata/name"].iter().all(|name| of(other, name) == of(&object, name));
        let place =
            now.iter().find(same).map(|other| format!(" at {}", difference(&object, other))).unwrap_or_default();
        return Err(format!(
            "the {} `{}` would not come out as it was{place}",
            of(&object, "/kind"),
            of(&object, "/metadata/name")
        ));
    }
    match now.len() {
        0 => Ok(()),
        more => Err(format!("{more} objects would come out that were not there")),
    }
}

/// The pointer to the first value that differs.
fn difference(a: &Json, b: &Json) -> String {
    match (a, b) {
        (Json::Object(a), Json::Object(b)) => {
            let differs = a.iter().find(|(key, value)| b.get(*key) != Some(value));
            differs.map_or(String::new(), |(key, value)| {
                format!("/{key}{}", b.get(key).map_or(String::new(), |other| difference(value, other)))
            })
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let differs = a.iter().zip(b).enumerate().find(|(_, (a, b))| a != b);
            differs.map_or(String::new(), |(number, (a, b))| format!("/{number}{}", difference(a, b)))
        }
        _ => String::new(),
    }
}

/// JSON with its keys in order: in which they stand says nothing.
fn sorted(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let sorted: BTreeMap<&String, Json> = map.iter().map(|(key, value)| (key, sorted(value))).collect();
            Json::Object(sorted.into_iter().map(|(key, value)| (key.clone(), value)).collect::<Map<_, _>>())
        }
        Json::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
