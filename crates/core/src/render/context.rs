//! What templates see at the top: `.Values`, `.Release`, `.Chart`, `.Files`, `.Capabilities`, `.Subcharts`.

use super::RenderOptions;
use super::capabilities::KubeVersion;
use crate::chart::{Chart, Dependency, File, Import};
use crate::gotmpl::funcs::objects::{
    BUILD_INFO, CAPABILITIES, CHART_3, DEPENDENCY_3, KUBE_VERSION, MAINTAINER_3, METADATA,
};
use crate::host::HelmVersion;
use crate::text::Str;
use crate::value::{Entries, Heap, ListType, MapData, MapType, Repr, StructType, Structure, Value};
use crate::values::{ChartId, ChartTree};
use crate::versions::{api_versions, defaults};
use std::sync::{Arc, LazyLock};

/// A struct of Go's or Helm's.
pub fn structure(ty: &'static StructType, pointer: bool, fields: Vec<Value>) -> Value {
    Value::new(Repr::Struct(Arc::new(Structure::new(ty, pointer, fields))))
}

/// Names of fields, which all renders share.
pub type Names<const N: usize> = LazyLock<[Str; N]>;

/// A `map[string]interface {}` of fields.
pub fn dict<const N: usize>(heap: &mut Heap, names: &[Str; N], values: [Value; N]) -> Value {
    heap.new_dict(names.iter().cloned().zip(values).collect())
}

/// `.Capabilities`
pub fn capabilities(heap: &mut Heap, kube: &KubeVersion, extra: &[String], helm: HelmVersion) -> Value {
    let known = defaults(helm);
    let text = |s: &str| Value::str(s);
    let kube_fields = vec![text(&kube.version), text(&kube.normalized), text(&kube.major), text(&kube.minor)];
    let kube = Structure::new(KUBE_VERSION.of(helm), false, pick(kube_fields, helm, 1));
    let kube = Value::new(Repr::Struct(Arc::new(Structure { addressable: true, ..kube })));
    let extra = extra.iter().map(|version| Str::from(version.as_str()));
    let versions = api_versions(helm).iter().cloned().chain(extra).map(Value::str).collect();
    let versions = heap.new_typed_list(ListType::VersionSet, versions);
    let build = vec![
        text(known.version),
        text(known.git_commit),
        text("clean"),
        text(known.go_version),
        text(known.kube_client_version),
    ];
    let build = structure(BUILD_INFO.of(helm), false, pick(build, helm, 4));
    structure(CAPABILITIES.of(helm), true, vec![kube, versions, build])
}

/// The fields without the one that Helm 3 lacks.
fn pick(mut fields: Vec<Value>, helm: HelmVersion, new_in_4: usize) -> Vec<Value> {
    if helm < HelmVersion::V4 {
        fields.remove(new_in_4);
    }
    fields
}

/// `.Release`
pub fn release(heap: &mut Heap, options: &RenderOptions) -> Value {
    static NAMES: Names<6> =
        LazyLock::new(|| ["IsInstall", "IsUpgrade", "Name", "Namespace", "Revision", "Service"].map(Str::from));
    let upgrade = options.is_upgrade;
    let values = [
        Value::bool(!upgrade && !options.lint),
        Value::bool(upgrade),
        Value::str(options.name.as_str()),
        Value::str(options.namespace.as_str()),
        Value::int(i64::from(!options.lint)),
        Value::str("Helm"),
    ];
    dict(heap, &NAMES, values)
}

/// `.Files`
pub fn files(heap: &mut Heap, chart: &Chart) -> Value {
    let bytes = |file: &File| Value::new(Repr::Bytes(Str::from(file.data.clone())));
    let entries = chart.files.iter().map(|file| (Str::from(file.name.as_str()), bytes(file))).collect();
    heap.new_typed_map(MapType::Files, entries)
}

fn texts(heap: &mut Heap, texts: &[String], helm: HelmVersion) -> Value {
    let items = texts.iter().map(|s| Value::str(s.as_str())).collect::<Vec<_>>();
    match helm {
        HelmVersion::V4 => heap.new_list(items),
        HelmVersion::V3 => nilable(heap, ListType::Str, items),
    }
}

fn nilable(heap: &mut Heap, ty: ListType, items: Vec<Value>) -> Value {
    heap.add_list(crate::value::ListData { ty, nil: items.is_empty(), items, room: Default::default() })
}

/// `.Chart`: a map of Go's field names in Helm 4, a struct in Helm 3.
pub fn chart(heap: &mut Heap, tree: &ChartTree<'_>, id: ChartId, helm: HelmVersion) -> Value {
    static NAMES: LazyLock<Vec<Str>> = LazyLock::new(|| CHART_3.fields.iter().map(|name| Str::from(*name)).collect());
    let fields = metadata_fields(heap, tree, id, helm).into_iter().chain([Value::bool(tree.is_root(id))]);
    match helm {
        HelmVersion::V4 => heap.new_dict(NAMES.iter().cloned().zip(fields).collect()),
        HelmVersion::V3 => structure(&CHART_3, false, fields.collect()),
    }
}

/// What Chart.yaml says, as the struct that Helm stores.
pub fn metadata(heap: &mut Heap, tree: &ChartTree<'_>, id: ChartId) -> Value {
    let fields = metadata_fields(heap, tree, id, HelmVersion::V3);
    structure(&METADATA, true, fields.into())
}

/// The fields of Go's `Metadata`, in its order.
fn metadata_fields(heap: &mut Heap, tree: &ChartTree<'_>, id: ChartId, helm: HelmVersion) -> [Value; 17] {
    static MAINTAINER: Names<3> = LazyLock::new(|| ["Email", "Name", "URL"].map(Str::from));
    let metadata = &tree.chart(id).metadata;
    let text = |s: &str| Value::str(s);
    let maintainers: Vec<Value> = metadata
        .maintainers
        .iter()
        .map(|m| match helm {
            HelmVersion::V4 => dict(heap, &MAINTAINER, [text(&m.email), text(&m.name), text(&m.url)]),
            HelmVersion::V3 => structure(&MAINTAINER_3, true, vec![text(&m.name), text(&m.email), text(&m.url)]),
        })
        .collect();
    let dependencies: Vec<Value> =
        tree.dependencies(id).unwrap_or_default().iter().map(|d| dependency(heap, d, helm)).collect();
    let annotations = MapData {
        ty: MapType::Str,
        nil: metadata.annotations.is_none(),
        entries: metadata.annotations.iter().flatten().map(|(k, v)| (k.clone(), Value::str(v.clone()))).collect(),
    };
    let annotations = Value::new(Repr::Map(heap.add_map(annotations)));
    let (maintainers, dependencies) = match helm {
        HelmVersion::V4 => (heap.new_list(maintainers), heap.new_list(dependencies)),
        HelmVersion::V3 => {
            (nilable(heap, ListType::Maintainers, maintainers), nilable(heap, ListType::Dependencies, dependencies))
        }
    };
    [
        text(tree.name(id)),
        text(&metadata.home),
        texts(heap, &metadata.sources, helm),
        text(&metadata.version),
        text(&metadata.description),
        texts(heap, &metadata.keywords, helm),
        maintainers,
        text(&metadata.icon),
        text(&metadata.api_version),
        text(&metadata.condition),
        text(&metadata.tags),
        text(&metadata.app_version),
        Value::bool(metadata.deprecated),
        annotations,
        text(&metadata.kube_version),
        dependencies,
        text(&metadata.kind),
    ]
}

/// An element of `.Chart.Dependencies`.
pub fn dependency(heap: &mut Heap, dependency: &Dependency, helm: HelmVersion) -> Value {
    static NAMES: Names<8> = LazyLock::new(|| {
        ["Name", "Version", "Repository", "Condition", "Tags", "Enabled", "ImportValues", "Alias"].map(Str::from)
    });
    let text = |s: &str| Value::str(s);
    let tags = texts(heap, &dependency.tags, helm);
    // Helm writes the paths it used back, all as child and parent.
    let imports: Vec<Value> = dependency
        .import_values
        .iter()
        .flatten()
        .filter_map(|import| {
            let (child, parent) = match import {
                Import::Map { child, parent } => (child.clone(), parent.clone()),
                Import::Export(name) => (format!("exports.{name}"), ".".to_owned()),
                Import::Other => return None,
            };
            let entries =
                Entries::from([(Str::from("child"), Value::str(child)), (Str::from("parent"), Value::str(parent))]);
            Some(heap.new_typed_map(MapType::Str, entries))
        })
        .collect();
    let imports = match helm {
        HelmVersion::V4 => heap.new_list(imports),
        HelmVersion::V3 => nilable(heap, ListType::Any, imports),
    };
    let fields = [
        text(&dependency.name),
        text(&dependency.version),
        text(&dependency.repository),
        text(&dependency.condition),
        tags,
        Value::bool(dependency.enabled),
        imports,
        text(&dependency.alias),
    ];
    match helm {
        HelmVersion::V4 => dict(heap, &NAMES, fields),
        HelmVersion::V3 => structure(&DEPENDENCY_3, true, fields.into()),
    }
}
