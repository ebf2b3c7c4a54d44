//! Parts of charts that are given by themselves: what they are, and which command is meant.

use std::path::Path;

/// What to say of a path that is a part of a chart, as it was given; none for what can be checked by itself.
pub fn told(path: &Path, name: &str) -> Option<String> {
    let shown = name.trim_end_matches('/');
    if path.is_dir() {
        return folder(path, shown);
    }
    let file = path.file_name()?.to_string_lossy();
    let chart = above(path, shown);
    let at = chart.as_deref().unwrap_or("CHART");
    let inside = path.parent().and_then(Path::file_name).map(|folder| folder.to_string_lossy().into_owned());
    let is_within =
        |folder: &str| chart.is_some() && Path::new(shown).strip_prefix(at).is_ok_and(|rest| rest.starts_with(folder));
    match &*file {
        "Chart.yaml" => Some(format!("{name} is the description of a chart: chartlens check {at}")),
        "values.schema.json" if chart.is_some() => {
            Some(format!("{name} is the schema of a chart's values: chartlens check {at}"))
        }
        "values.yaml" if chart.is_some() => Some(format!("{name} has a chart's own values: chartlens check {at}")),
        file if is_values(file) && !is_within("templates") && !is_manifest(path) => {
            Some(format!("{name} looks like a values file: chartlens check {at} -f {name}"))
        }
        file if is_within("templates")
            || file.ends_with(".tpl")
            || (inside.as_deref() == Some("templates") && has_actions(path)) =>
        {
            Some(format!("{name} is a template, which its chart renders: chartlens check {at}"))
        }
        _ => None,
    }
}

/// A folder of templates, or a chart without its Chart.yaml.
fn folder(path: &Path, shown: &str) -> Option<String> {
    let has_templates = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .any(|file| file.extension().is_some_and(|ending| ending == "tpl") || has_actions(&file))
    };
    if path.file_name().is_some_and(|name| name == "templates") && has_templates(path) {
        return Some(match above(path, shown) {
            Some(chart) => format!("{shown} has the templates of a chart: chartlens check {chart}"),
            None => format!("{shown} has templates of a chart, and there is no Chart.yaml above it"),
        });
    }
    if has_templates(&path.join("templates")) {
        return Some(format!(
            "{shown} has templates/ and no Chart.yaml: a chart needs one with `apiVersion: v2`, `name` and `version`"
        ));
    }
    None
}

/// The nearest chart above a path, as the user would write it.
fn above(path: &Path, shown: &str) -> Option<String> {
    let names = Path::new(shown).ancestors().skip(1).zip(path.ancestors().skip(1));
    let (name, _) = names.into_iter().find(|(_, folder)| folder.join("Chart.yaml").is_file())?;
    let name = name.to_string_lossy();
    Some(if name.is_empty() { ".".to_owned() } else { name.into_owned() })
}

/// Whether a file is called as values files are.
fn is_values(file: &str) -> bool {
    let Some(stem) = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml")) else { return false };
    stem.split(['-', '.', '_']).any(|word| word == "values")
}

/// Whether a file says what kind of object it is.
fn is_manifest(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|text| text.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"kind:")))
}

/// Whether a file has actions of templates in it.
fn has_actions(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|text| memchr::memmem::find(&text, b"{{").is_some())
}
