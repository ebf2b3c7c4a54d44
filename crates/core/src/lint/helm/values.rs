//! values.yaml: `rules/values.go`.

use super::{Entry, Linter, Weight};
use crate::budget::Budget;
use crate::chart::parse_values;
use crate::gotmpl::funcs::Cx;
use crate::host::HelmVersion;
use crate::text::SourceMap;

const FILE: &str = "values.yaml";

pub(super) fn run(linter: &mut Linter<'_>) {
    let exists = linter.folder.values != Entry::Missing;
    let missing = if exists { Ok(()) } else { Err("file does not exist".to_owned()) };
    if linter.rule(Weight::Info, FILE, missing) {
        let result = check(linter);
        linter.rule(Weight::Error, FILE, result);
    }
}

/// `validateValuesFile`: the values of the user over those of the file alone, against the schema beside it.
fn check(linter: &mut Linter<'_>) -> Result<(), String> {
    let text = match &linter.folder.values {
        Entry::File(text) => text,
        _ => return Err(format!("unable to parse YAML: read {}/{FILE}: is a directory", linter.folder.path)),
    };
    // This one rule reads the first document alone, in every version of Helm.
    let own = parse_values(text, HelmVersion::V3).map_err(|error| {
        let ty = if linter.helm() >= HelmVersion::V4 { "common.Values" } else { "chartutil.Values" };
        let text =
            error.to_string().replace("Go value of type map[string]interface {}", &format!("Go value of type {ty}"));
        format!("unable to parse YAML: {text}")
    })?;
    let options = linter.options.render;
    let Entry::File(schema) = &linter.folder.schema else { return Ok(()) };
    // Helm 3 knows the flag, and checks here all the same.
    let skip = options.skip_schema_validation && options.helm >= HelmVersion::V4;
    if schema.is_empty() || skip {
        return Ok(());
    }
    let budget = Budget::new(options.limits.clone(), options.cancel.clone());
    let mut cx = Cx::new(linter.options.host, &budget, options.helm, false);
    let user = crate::values::merge(&mut cx, &options.values, &mut SourceMap::default(), linter.read, Err);
    let user = user.map_err(|error| error.message)?;
    let over = crate::values::over_file(&mut cx, user, &own, &mut linter.log).map_err(|error| error.message)?;
    crate::values::schema::validate_single(&cx.heap, &budget, over, schema, options.helm, &mut linter.log)
}
