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
use crate::versions::defaults;
use std::sync::Arc;

/// A struct of Go's or Helm's.
pub fn structure(ty: &'static StructType, pointer: bool, fields: Vec<Value>) -> Value {
    Value::new(Repr::Struct(Arc::new(Structure::new(ty, pointer, fields))))
}

/// A `map[string]interface {}` of the given entries.
pub fn dict<'k>(heap: &mut Heap, entries: impl IntoIterator<Item = (&'k str, Value)>) -> Value {
    heap.new_dict(entries.into_iter().map(|(k, v)| (Str::from(k), v)).collect())
}

/// `.Capabilities`
pub fn capabilities(heap: &mut Heap, kube: &KubeVersion, extra: &[String], helm: HelmVersion) -> Value {
    let known = defaults(helm);
    let text = |s: &str| Value::str(s);
    let kube_fields = vec![text(&kube.version), text(&kube.normalized), text(&kube.major), text(&kube.minor)];
    let kube = Structure::new(KUBE_VERSION.of(helm), false, pick(kube_fields, helm, 1));
    let kube = Value::new(Repr::Struct(Arc::new(Structure { addressable: true, ..kube })));
    let versions = known.api_versions.split(' ').filter(|v| !v.is_empty()).chain(extra.iter().map(String::as_str));
    let versions = versions.map(Value::str).collect();
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
    let upgrade = options.is_upgrade;
    dict(
        heap,
        [
            ("Name", Value::str(options.name.as_str())),
            ("Namespace", Value::str(options.namespace.as_str())),
            ("Revision", Value::int(i64::from(!options.lint))),
            ("IsUpgrade", Value::bool(upgrade)),
            ("IsInstall", Value::bool(!upgrade && !options.lint)),
            ("Service", Value::str("Helm")),
        ],
    )
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
    let fields = metadata_fields(heap, tree, id, helm).into_iter();
    let fields = fields.chain([("IsRoot", Value::bool(tree.is_root(id)))]);
    match helm {
        HelmVersion::V4 => dict(heap, fields),
        HelmVersion::V3 => structure(&CHART_3, false, fields.map(|(_, v)| v).collect()),
    }
}

/// What Chart.yaml says, as the struct that Helm stores.
pub fn metadata(heap: &mut Heap, tree: &ChartTree<'_>, id: ChartId) -> Value {
    let fields = metadata_fields(heap, tree, id, HelmVersion::V3);
    structure(&METADATA, true, fields.into_iter().map(|(_, v)| v).collect())
}

fn metadata_fields(
    heap: &mut Heap,
    tree: &ChartTree<'_>,
    id: ChartId,
    helm: HelmVersion,
) -> [(&'static str, Value); 17] {
    let metadata = &tree.chart(id).metadata;
    let text = |s: &str| Value::str(s);
    let maintainers: Vec<Value> = metadata
        .maintainers
        .iter()
        .map(|m| match helm {
            HelmVersion::V4 => dict(heap, [("Name", text(&m.name)), ("Email", text(&m.email)), ("URL", text(&m.url))]),
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
        ("Name", text(tree.name(id))),
        ("Home", text(&metadata.home)),
        ("Sources", texts(heap, &metadata.sources, helm)),
        ("Version", text(&metadata.version)),
        ("Description", text(&metadata.description)),
        ("Keywords", texts(heap, &metadata.keywords, helm)),
        ("Maintainers", maintainers),
        ("Icon", text(&metadata.icon)),
        ("APIVersion", text(&metadata.api_version)),
        ("Condition", text(&metadata.condition)),
        ("Tags", text(&metadata.tags)),
        ("AppVersion", text(&metadata.app_version)),
        ("Deprecated", Value::bool(metadata.deprecated)),
        ("Annotations", annotations),
        ("KubeVersion", text(&metadata.kube_version)),
        ("Dependencies", dependencies),
        ("Type", text(&metadata.kind)),
    ]
}

/// An element of `.Chart.Dependencies`.
pub fn dependency(heap: &mut Heap, dependency: &Dependency, helm: HelmVersion) -> Value {
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
        ("Name", text(&dependency.name)),
        ("Version", text(&dependency.version)),
        ("Repository", text(&dependency.repository)),
        ("Condition", text(&dependency.condition)),
        ("Tags", tags),
        ("Enabled", Value::bool(dependency.enabled)),
        ("ImportValues", imports),
        ("Alias", text(&dependency.alias)),
    ];
    match helm {
        HelmVersion::V4 => dict(heap, fields),
        HelmVersion::V3 => structure(&DEPENDENCY_3, true, fields.into_iter().map(|(_, v)| v).collect()),
    }
}
