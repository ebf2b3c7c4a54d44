//! The folder `crds`: `rules/crds.go`.

use super::objects::{self, Object};
use super::{Entry, Linter, Weight};
use crate::host::HelmVersion;
use crate::render::Head;
use std::ops::Range;

const FOLDER: &str = "crds/";
/// The group of definitions.
const GROUP: &str = "apiextensions.k8s.io";
/// Their kind.
const KIND: &str = "CustomResourceDefinition";

pub(super) fn run(linter: &mut Linter<'_>) {
    let helm = linter.helm();
    match linter.folder.crds {
        Entry::Missing => return,
        Entry::File(_) => {
            linter.rule(Weight::Error, FOLDER, Err("not a directory".to_owned()));
            return;
        }
        Entry::Folder => {}
    }
    let chart = match linter.load() {
        Ok(chart) => chart,
        Err(text) => {
            linter.rule(Weight::Error, FOLDER, Err(text));
            return;
        }
    };
    for (_, file) in crate::render::crds(chart) {
        let name = file.name;
        for object in objects::read(&file.data, helm) {
            let object = match object {
                Ok(object) => object,
                Err(error) => {
                    linter.rule(Weight::Error, &name, Err(unreadable(&error)));
                    return;
                }
            };
            let Some(object) = object else { continue };
            linter.rule(Weight::Error, &name, version(&object));
            linter.rule(Weight::Error, &name, kind(&object));
        }
    }
}

/// The first thing that is said of a file. The heads of its documents tell where there is nothing to say: definitions
/// are long, and this is asked at every check.
pub(in crate::lint) fn first(text: &[u8], helm: HelmVersion) -> Option<String> {
    let (documents, error) = crate::chart::split_yaml(text);
    let defines = |range: &Range<usize>| {
        let text = text.get(range.clone()).unwrap_or_default();
        let is_definition = |head: Head| head.api_version.starts_with(GROUP) && head.kind == KIND;
        is_bare(text) || Head::read(text, helm).is_ok_and(is_definition)
    };
    if error.is_none() && documents.iter().all(defines) {
        return None;
    }
    objects::read(text, helm).into_iter().find_map(|object| match object {
        Ok(object) => object.and_then(|object| version(&object).and_then(|()| kind(&object)).err()),
        Err(error) => Some(unreadable(&error)),
    })
}

/// Whether a document has comments and nothing else.
fn is_bare(text: &[u8]) -> bool {
    let mut lines = text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_start);
    lines.all(|line| matches!(line.first(), None | Some(b'#')))
}

fn unreadable(error: &str) -> String {
    format!("unable to parse YAML: {error}")
}

/// `validateCrdAPIVersion`
fn version(object: &Object) -> Result<(), String> {
    match object.api_version.starts_with(GROUP) {
        true => Ok(()),
        false => Err("apiVersion is not in 'apiextensions.k8s.io'".to_owned()),
    }
}

/// `validateCrdKind`
fn kind(object: &Object) -> Result<(), String> {
    match object.kind == KIND {
        true => Ok(()),
        false => Err("object kind is not 'CustomResourceDefinition'".to_owned()),
    }
}
