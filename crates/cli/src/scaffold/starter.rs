//! The chart to start from. Its files lie beside this one, with `NAME` where the name goes.

use super::Scaffold;

const FILES: &[(&str, &str)] = &[
    ("Chart.yaml", include_str!("starter/Chart.yaml")),
    ("values.yaml", include_str!("starter/values.yaml")),
    (".helmignore", include_str!("starter/helmignore")),
    ("ci/full-values.yaml", include_str!("starter/ci/full-values.yaml")),
    ("templates/_helpers.tpl", include_str!("starter/templates/_helpers.tpl")),
    ("templates/deployment.yaml", include_str!("starter/templates/deployment.yaml")),
    ("templates/hpa.yaml", include_str!("starter/templates/hpa.yaml")),
    ("templates/ingress.yaml", include_str!("starter/templates/ingress.yaml")),
    ("templates/networkpolicy.yaml", include_str!("starter/templates/networkpolicy.yaml")),
    ("templates/poddisruptionbudget.yaml", include_str!("starter/templates/poddisruptionbudget.yaml")),
    ("templates/service.yaml", include_str!("starter/templates/service.yaml")),
    ("templates/serviceaccount.yaml", include_str!("starter/templates/serviceaccount.yaml")),
    ("templates/NOTES.txt", include_str!("starter/templates/NOTES.txt")),
];

/// The chart with a name.
pub fn starter(name: &str) -> Scaffold {
    let files = FILES.iter().map(|(file, text)| ((*file).to_owned(), text.replace("NAME", name).into_bytes()));
    Scaffold { files: files.collect(), notes: Vec::new() }
}
