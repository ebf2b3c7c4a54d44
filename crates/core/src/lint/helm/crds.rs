//! The folder `crds`: `rules/crds.go`.

use super::{Entry, Linter, Weight, objects};

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
                    linter.rule(Weight::Error, &name, Err(format!("unable to parse YAML: {error}")));
                    return;
                }
            };
            let Some(object) = object else { continue };
            let version = match object.api_version.starts_with("apiextensions.k8s.io") {
                true => Ok(()),
                false => Err("apiVersion is not in 'apiextensions.k8s.io'".to_owned()),
            };
            linter.rule(Weight::Error, &name, version);
            let kind = match object.kind == "CustomResourceDefinition" {
                true => Ok(()),
                false => Err("object kind is not 'CustomResourceDefinition'".to_owned()),
            };
            linter.rule(Weight::Error, &name, kind);
        }
    }
}
