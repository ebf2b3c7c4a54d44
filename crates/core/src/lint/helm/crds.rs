//! The folder `crds`: `rules/crds.go`.

use super::objects::{self, Object};
use super::{Entry, Linter, Weight};
use crate::host::HelmVersion;

const FOLDER: &str = "crds/";

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

/// The first thing that is said of a file.
pub(in crate::lint) fn first(text: &[u8], helm: HelmVersion) -> Option<String> {
    objects::read(text, helm).into_iter().find_map(|object| match object {
        Ok(object) => object.and_then(|object| version(&object).and_then(|()| kind(&object)).err()),
        Err(error) => Some(unreadable(&error)),
    })
}

fn unreadable(error: &str) -> String {
    format!("unable to parse YAML: {error}")
}

/// `validateCrdAPIVersion`
fn version(object: &Object) -> Result<(), String> {
    match object.api_version.starts_with("apiextensions.k8s.io") {
        true => Ok(()),
        false => Err("apiVersion is not in 'apiextensions.k8s.io'".to_owned()),
    }
}

/// `validateCrdKind`
fn kind(object: &Object) -> Result<(), String> {
    match object.kind == "CustomResourceDefinition" {
        true => Ok(()),
        false => Err("object kind is not 'CustomResourceDefinition'".to_owned()),
    }
}
