//! Host objects that Helm hands to templates, and their methods: `.Files`, `.Capabilities`.

use super::args::Writer;
use super::{Cx, FuncError, Text, functions};
use crate::host::HelmVersion;
use crate::text::Str;
use crate::text::glob::Glob;
use crate::text::path::base;
use crate::value::paths::{NoValue, path_value, table};
use crate::value::{Entries, ListType, MapType, Repr, StructType, Structure, Value};
use std::sync::Arc;

/// A struct type that is spelt otherwise in Helm 3.
#[derive(Debug)]
pub struct ByVersion {
    four: StructType,
    three: StructType,
}

impl ByVersion {
    /// The type in this version of Helm.
    pub fn of(&'static self, helm: HelmVersion) -> &'static StructType {
        if helm >= HelmVersion::V4 { &self.four } else { &self.three }
    }
}

/// `.Capabilities`
pub static CAPABILITIES: ByVersion = ByVersion {
    four: StructType::new(
        "common.Capabilities",
        "*common.Capabilities",
        &["KubeVersion", "APIVersions", "HelmVersion"],
    ),
    three: StructType::new(
        "chartutil.Capabilities",
        "*chartutil.Capabilities",
        &["KubeVersion", "APIVersions", "HelmVersion"],
    ),
};

/// `.Capabilities.KubeVersion`
pub static KUBE_VERSION: ByVersion = ByVersion {
    four: StructType {
        string: Some(|v| text_field(v, 1)),
        string_of_pointer: true,
        ..StructType::new(
            "common.KubeVersion",
            "*common.KubeVersion",
            &["Version", "normalizedVersion", "Major", "Minor"],
        )
    },
    three: StructType {
        string: Some(|v| text_field(v, 0)),
        string_of_pointer: true,
        ..StructType::new("chartutil.KubeVersion", "*chartutil.KubeVersion", &["Version", "Major", "Minor"])
    },
};

/// `.Capabilities.HelmVersion`
pub static BUILD_INFO: ByVersion = ByVersion {
    four: StructType {
        json: &[
            ("version", true),
            ("git_commit", true),
            ("git_tree_state", true),
            ("go_version", true),
            ("kube_client_version", false),
        ],
        ..StructType::new(
            "version.BuildInfo",
            "*version.BuildInfo",
            &["Version", "GitCommit", "GitTreeState", "GoVersion", "KubeClientVersion"],
        )
    },
    three: StructType {
        json: &[("version", true), ("git_commit", true), ("git_tree_state", true), ("go_version", true)],
        ..StructType::new(
            "version.BuildInfo",
            "*version.BuildInfo",
            &["Version", "GitCommit", "GitTreeState", "GoVersion"],
        )
    },
};

/// `.Chart` in Helm 3: what Chart.yaml says, and whether the chart is the root.
pub static CHART_3: StructType = StructType {
    json: &CHART_JSON,
    ..StructType::new(
        "struct { chart.Metadata; IsRoot bool }",
        "*struct { chart.Metadata; IsRoot bool }",
        &CHART_FIELDS,
    )
};

/// What Chart.yaml says: Helm's `chart.Metadata`.
pub static METADATA: StructType = StructType {
    json: CHART_JSON.split_at(METADATA_FIELDS).0,
    ..StructType::new("chart.Metadata", "*chart.Metadata", CHART_FIELDS.split_at(METADATA_FIELDS).0)
};

const METADATA_FIELDS: usize = 17;

static CHART_FIELDS: [&str; METADATA_FIELDS + 1] = [
    "Name",
    "Home",
    "Sources",
    "Version",
    "Description",
    "Keywords",
    "Maintainers",
    "Icon",
    "APIVersion",
    "Condition",
    "Tags",
    "AppVersion",
    "Deprecated",
    "Annotations",
    "KubeVersion",
    "Dependencies",
    "Type",
    "IsRoot",
];

static CHART_JSON: [(&str, bool); METADATA_FIELDS + 1] = [
    ("name", true),
    ("home", true),
    ("sources", true),
    ("version", true),
    ("description", true),
    ("keywords", true),
    ("maintainers", true),
    ("icon", true),
    ("apiVersion", true),
    ("condition", true),
    ("tags", true),
    ("appVersion", true),
    ("deprecated", true),
    ("annotations", true),
    ("kubeVersion", true),
    ("dependencies", true),
    ("type", true),
    ("IsRoot", false),
];

/// An element of `.Chart.Maintainers` in Helm 3
pub static MAINTAINER_3: StructType = StructType {
    json: &[("name", true), ("email", true), ("url", true)],
    ..StructType::new("chart.Maintainer", "*chart.Maintainer", &["Name", "Email", "URL"])
};

/// An element of `.Chart.Dependencies` in Helm 3
pub static DEPENDENCY_3: StructType = StructType {
    json: &[
        ("name", false),
        ("version", true),
        ("repository", false),
        ("condition", true),
        ("tags", true),
        ("enabled", true),
        ("import-values", true),
        ("alias", true),
    ],
    ..StructType::new(
        "chart.Dependency",
        "*chart.Dependency",
        &["Name", "Version", "Repository", "Condition", "Tags", "Enabled", "ImportValues", "Alias"],
    )
};

/// An error that a method gives as its only result.
static ERROR: StructType = StructType {
    string: Some(|error| text_field(error, 0)),
    string_of_pointer: true,
    ..StructType::new("errors.errorString", "*errors.errorString", &["s"])
};

/// The same as an `error`, which Go's templates keep it as until a function takes it.
static RESULT: StructType = StructType {
    string: ERROR.string,
    string_of_pointer: true,
    ..StructType::new("errors.errorString", "error", &["s"])
};

/// What Go's `errors.New` gives.
pub(in crate::gotmpl) fn go_error(text: impl Into<Str>) -> Value {
    error_of(&ERROR, text.into())
}

/// An error as the result of a method.
fn result(text: impl Into<Str>) -> Value {
    error_of(&RESULT, text.into())
}

fn error_of(ty: &'static StructType, text: Str) -> Value {
    Value::new(Repr::Struct(Arc::new(Structure::new(ty, true, vec![Value::str(text)]))))
}

/// What is in an `error`, which is what functions get of it.
pub(in crate::gotmpl) fn error_in(structure: &Structure) -> Option<Value> {
    std::ptr::eq(structure.ty, &RESULT).then(|| go_error(text_field(structure, 0)))
}

fn text_field(structure: &Structure, i: usize) -> String {
    structure.fields.get(i).and_then(Value::as_str).map(ToString::to_string).unwrap_or_default()
}

fn field_of(value: &Value, i: usize) -> Value {
    match &value.repr {
        Repr::Struct(s) => s.fields.get(i).cloned().unwrap_or(Value::NIL_INTERFACE),
        _ => Value::NIL_INTERFACE,
    }
}

functions! {
    pub static ERROR_METHODS;

    /// What an error says.
    ///
    /// `{{ (.Values.Encode nil).Error }}`
    "Error" => fn error_text(_cx, error: Value) -> String {
        match &error.repr {
            Repr::Struct(s) => text_field(s, 0),
            _ => String::new(),
        }
    }
}

functions! {
    pub static KUBE_VERSION_METHODS;

    /// The version as text.
    ///
    /// `{{ .Capabilities.KubeVersion.String }}`
    "String" => fn kube_version_string(_cx, version: Value) -> String {
        match &version.repr {
            Repr::Struct(s) => s.ty.string.map(|f| f(s)).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// The version as given; an older name of `Version`.
    ///
    /// `{{ .Capabilities.KubeVersion.GitVersion }}`
    "GitVersion" => fn kube_version_git(_cx, version: Value) -> Value {
        field_of(&version, 0)
    }
}

functions! {
    pub static VERSION_SET_METHODS;

    /// Whether the cluster knows an API version.
    ///
    /// `{{ if .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" }}`
    "Has" => fn version_set_has(cx, set: Value, version: Text) -> bool {
        let Some(list) = set.as_list() else { return false };
        cx.heap.list(list).items.iter().any(|v| v.as_str() == Some(&version.str))
    }
}

fn content(cx: &Cx<'_>, files: &Value, name: &Text) -> Option<Str> {
    match &cx.heap.get(files.as_map()?, &name.str)?.repr {
        Repr::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    }
}

fn entries(cx: &Cx<'_>, files: &Value) -> Vec<(Str, Str)> {
    let Some(map) = files.as_map() else { return Vec::new() };
    let bytes = |v: &Value| match &v.repr {
        Repr::Bytes(bytes) => bytes.clone(),
        _ => Str::default(),
    };
    cx.heap.map(map).entries.iter().map(|(k, v)| (k.clone(), bytes(v))).collect()
}

/// The files by their last name, as AsConfig and AsSecrets write them.
fn by_base_name(cx: &mut Cx<'_>, files: &Value, encode: impl Fn(&Str) -> Str) -> Result<Text, FuncError> {
    let map: Entries = entries(cx, files)
        .iter()
        .map(|(name, data)| (Str::from(base(&name.to_lossy())), Value::str(encode(data))))
        .collect();
    let map = cx.heap.new_dict(map);
    to_yaml_text(cx, &map)
}

functions! {
    pub static FILES_METHODS;

    /// The content of a file of the chart as text; empty where there is no such file.
    ///
    /// `{{ .Files.Get "config.toml" | indent 4 }}`
    "Get" => fn files_get(cx, files: Value, name: Text) -> Str {
        content(cx, &files, &name).unwrap_or_default()
    }

    /// The content of a file of the chart as bytes.
    ///
    /// `{{ .Files.GetBytes "logo.png" | b64enc }}`
    "GetBytes" => fn files_get_bytes(cx, files: Value, name: Text) -> Value {
        Value::new(Repr::Bytes(content(cx, &files, &name).unwrap_or_default()))
    }

    /// The files whose path matches a pattern; `*` stops at slashes, `**` does not.
    ///
    /// `{{ range $path, $_ := .Files.Glob "conf/*.yaml" }}`
    "Glob" => fn files_glob(cx, files: Value, pattern: Text) -> Value {
        let glob = Glob::new(&pattern.str.to_lossy());
        let found = entries(cx, &files)
            .into_iter()
            .filter(|(name, _)| glob.matches(&name.to_lossy()))
            .map(|(name, data)| (name, Value::new(Repr::Bytes(data))))
            .collect();
        cx.heap.new_typed_map(MapType::Files, found)
    }

    /// The lines of a file.
    ///
    /// `{{ range .Files.Lines "hosts.txt" }}`
    "Lines" => fn files_lines(cx, files: Value, name: Text) -> Result<Value, FuncError> {
        let Some(data) = content(cx, &files, &name) else {
            return Ok(cx.heap.new_typed_list(ListType::Str, Vec::new()));
        };
        if data.is_empty() && cx.helm < HelmVersion::V4 {
            return Err(FuncError::new("runtime error: index out of range [-1]"));
        }
        if data.is_empty() {
            return Ok(cx.heap.new_typed_list(ListType::Str, Vec::new()));
        }
        let data = data.strip_suffix(b"\n").unwrap_or(&data);
        let lines = data.split(|b| *b == b'\n').map(Value::str).collect();
        Ok(cx.heap.new_typed_list(ListType::Str, lines))
    }

    /// The files as entries of a ConfigMap's `data`, by their last names.
    ///
    /// `{{ (.Files.Glob "conf/*").AsConfig | nindent 2 }}`
    "AsConfig" => fn files_as_config(cx, files: Value) -> Result<Text, FuncError> {
        by_base_name(cx, &files, Str::clone)
    }

    /// The files as entries of a Secret's `data`: base64, by their last names.
    ///
    /// `{{ (.Files.Glob "keys/*").AsSecrets | nindent 2 }}`
    "AsSecrets" => fn files_as_secrets(cx, files: Value) -> Result<Text, FuncError> {
        by_base_name(cx, &files, |data| Str::from(base64(data)))
    }
}

functions! {
    pub static VALUES_METHODS;

    /// The map at a dotted path of the values.
    ///
    /// `{{ (.Values.Table "ingress.tls").host }}`
    "Table" => fn values_table(cx, values: Value, path: Text) -> Result<Value, FuncError> {
        let Some(map) = values.as_map() else { return Ok(Value::NIL_INTERFACE) };
        let found = table(&cx.heap, map, &path.str.to_lossy()).map_err(FuncError::new)?;
        Ok(Value::new(Repr::Map(found.as_values())).with_origin(values.origin))
    }

    /// The value at a dotted path of the values, if it is no map.
    ///
    /// `{{ .Values.PathValue "image.tag" }}`
    "PathValue" => fn values_path_value(cx, values: Value, path: Text) -> Result<Value, FuncError> {
        let Some(map) = values.as_map() else { return Ok(Value::NIL_INTERFACE) };
        let path = path.str.to_lossy();
        match path_value(&cx.heap, map, &path) {
            Ok(value) => Ok(value.clone()),
            Err(NoValue::Empty) => Err(FuncError::new("YAML path cannot be empty")),
            Err(NoValue::Absent) => {
                let key = path.rsplit('.').next().unwrap_or_default();
                Err(FuncError::new(format!("{} is not a value", crate::text::quote(key.as_bytes()))))
            }
        }
    }

    /// The values as YAML.
    ///
    /// `{{ .Values.YAML }}`
    "YAML" => fn values_yaml(cx, values: Value) -> Result<Text, FuncError> {
        let mut out = cx.builder();
        match crate::yaml::emit(&cx.heap, cx.budget, &values, crate::yaml::Dialect::Yaml, &mut out) {
            Ok(()) => Ok(cx.text(out)),
            Err(crate::yaml::EmitError::Exhausted(end)) => Err(end.into()),
            Err(crate::yaml::EmitError::Go(text)) => Err(FuncError::new(text)),
        }
    }

    /// The values as a plain map.
    ///
    /// `{{ .Values.AsMap | toJson }}`
    "AsMap" => fn values_as_map(cx, values: Value) -> Value {
        let Some(map) = values.as_map() else { return values };
        // The same map under another type, but for one without entries.
        let plain = match cx.heap.map(map).entries.is_empty() {
            true => cx.heap.new_dict(Default::default()),
            false => Value::new(Repr::Map(map.as_dict())),
        };
        plain.with_origin(values.origin)
    }

    /// Writes the values to a Go writer, which no template has.
    ///
    /// `{{ .Values.Encode }}` is always an error, but for values that are no YAML: then that is its result.
    "Encode" => fn values_encode(cx, values: Value, _writer: Writer) -> Result<Value, FuncError> {
        let mut out = cx.builder();
        match crate::yaml::emit(&cx.heap, cx.budget, &values, crate::yaml::Dialect::Yaml, &mut out) {
            Ok(()) => Err(FuncError::nil_dereference()),
            Err(crate::yaml::EmitError::Exhausted(end)) => Err(end.into()),
            Err(crate::yaml::EmitError::Go(text)) => Ok(result(text)),
        }
    }
}

/// `toYaml` of a value, for methods.
fn to_yaml_text(cx: &mut Cx<'_>, value: &Value) -> Result<Text, FuncError> {
    let mut out = cx.builder();
    match crate::yaml::emit(&cx.heap, cx.budget, value, crate::yaml::Dialect::Yaml, &mut out) {
        Ok(()) => {
            let len = out.as_bytes().strip_suffix(b"\n").unwrap_or(out.as_bytes()).len();
            out.truncate(len);
            Ok(cx.text(out))
        }
        Err(crate::yaml::EmitError::Exhausted(end)) => Err(end.into()),
        Err(crate::yaml::EmitError::Go(_)) => Ok(Text::default()),
    }
}

/// Standard base64 with padding.
fn base64(data: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(data)
}
