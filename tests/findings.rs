//! What `check` says of real charts: not whether it is right, but that every finding has a cause that is there.

use crate::command::command;
use crate::corpus::Corpus;
use serde_json::Value;
use std::path::Path;

/// Flags of recorded renders that `check` has too, each with an argument.
const FLAGS: &[&str] = &[
    "--set",
    "--set-string",
    "--set-json",
    "--set-file",
    "--set-literal",
    "--kube-version",
    "-a",
    "--api-versions",
    "-f",
    "--values",
    "-n",
    "--namespace",
];

/// Checks the chart of a case with its values: how many findings there are, or what is wrong with one.
pub fn check(corpus: &Corpus, case: &Value) -> Result<usize, String> {
    let chart = format!("corpus/charts/{}", case["chart"].as_str().unwrap_or_default());
    let mut args = vec!["check".to_owned(), chart.clone(), "--format".to_owned(), "json".to_owned()];
    let given = crate::corpus::arguments(case);
    for pair in given.windows(2).filter(|pair| FLAGS.contains(&pair[0].as_str())) {
        args.extend_from_slice(pair);
    }
    let outcome = command(&args, &corpus.root);
    // Flags that Helm refuses are refused here too.
    if outcome.exit > 1 && case["helm4"]["exit"] == 0 {
        return Err(format!("exit {}: {}", outcome.exit, String::from_utf8_lossy(&outcome.stderr).trim_end()));
    }
    if outcome.exit > 1 {
        return Ok(0);
    }
    let report: Value = serde_json::from_slice(&outcome.stdout).map_err(|error| error.to_string())?;
    let found = report["diagnostics"].as_array().ok_or("no findings in the report")?;
    for finding in found {
        sound(finding, &corpus.root.join(&chart), &corpus.root)
            .map_err(|wrong| format!("{} {}: {wrong}", finding["code"], finding["message"]))?;
    }
    Ok(found.len())
}

/// Whether a finding has a cause, and all places of it are in their files.
fn sound(finding: &Value, chart: &Path, root: &Path) -> Result<(), String> {
    let cause = &finding["cause"];
    let values = cause["values"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_of_chart = finding["code"].as_str().is_some_and(|code| code.starts_with("chart/"));
    if cause["template"].is_null() && cause["generated"].is_null() && values.is_empty() && !is_of_chart {
        return Err("has no cause".to_owned());
    }
    let guards = cause["guards"].as_array().into_iter().flatten();
    let calls = cause["stack"].as_array().into_iter().flatten();
    let places = std::iter::once(&cause["template"]).chain(calls).chain(guards).map(|place| (place, chart));
    let folder = |value: &Value| if value["layer"] == "file" { root } else { chart }.to_owned();
    let values: Vec<_> = values.iter().map(|value| (value, folder(value))).collect();
    for (place, folder) in places.chain(values.iter().map(|(value, folder)| (*value, folder.as_path()))) {
        let Some(file) = place["file"].as_str() else { continue };
        // Files of packed subcharts are in the chart, but not in the folder.
        let Ok(text) = std::fs::read(folder.join(file)) else { continue };
        let text = String::from_utf8_lossy(&text).into_owned();
        for (line, column) in [("line", "column"), ("end_line", "end_column")] {
            let (Some(line), Some(column)) = (place[line].as_u64(), place[column].as_u64()) else { continue };
            let length = text.split('\n').nth((line as usize).wrapping_sub(1)).map(|text| text.chars().count());
            if length.is_none_or(|length| column == 0 || column as usize > length + 1) {
                return Err(format!("{file} has no place {line}:{column}"));
            }
        }
    }
    Ok(())
}
