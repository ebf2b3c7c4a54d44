//! Users' values: files and `--set` flags, in Helm's order of precedence.

use super::recorder::{Located, Recorder};
use super::strvals::{Reading, parse_into};
use crate::chart::ValuesFile;
use crate::gotmpl::funcs::Cx;
use crate::json::Numbers;
use crate::text::{Composed, FileId, Layer, Origin, SourceMap, Span, Trace};
use crate::value::{Heap, MapId, Repr, Value};
use crate::yaml::YamlError;
use std::fmt;
use std::sync::Arc;

/// One layer of a user's values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuesSource {
    /// A values file: its name as given and its text.
    File {
        /// The name, for error texts and causes.
        name: String,
        /// The text.
        text: Arc<[u8]>,
    },
    /// `--set-json`
    SetJson(String),
    /// `--set`
    Set(String),
    /// `--set-string`
    SetString(String),
    /// `--set-file`
    SetFile(String),
    /// `--set-literal`
    SetLiteral(String),
    /// What another program gives, such as Terraform; it counts where it stands among the files.
    Program(Arc<Composed>, Program),
}

/// How what another program gives is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// As a values file.
    File,
    /// As the argument of `--set`.
    Set,
    /// As the argument of `--set-string`.
    SetString,
}

/// Why values cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesError {
    /// Helm's text.
    pub message: String,
    /// Where the text at fault stands, if the error is one of reading it.
    pub place: Option<Span>,
    /// The value at fault, if the error is about one.
    pub about: Origin,
}

impl From<String> for ValuesError {
    fn from(message: String) -> Self {
        ValuesError { message, place: None, about: Origin::NONE }
    }
}

impl fmt::Display for ValuesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ValuesError {}

/// Reads a file for `--set-file`; the error is Go's text.
pub type ReadFile<'f> = &'f dyn Fn(&str) -> Result<Vec<u8>, String>;

/// Merges all layers into one map: files first, then the flags by kind, whatever their order.
///
/// What cannot be read is given to `fault`; where that lets it pass, the layer is left out.
pub fn merge(
    cx: &mut Cx<'_>,
    sources: &[ValuesSource],
    files: &mut SourceMap,
    read: ReadFile<'_>,
    mut fault: impl FnMut(ValuesError) -> Result<(), ValuesError>,
) -> Result<MapId, ValuesError> {
    let mut base = new_map(&mut cx.heap);
    let mut number = 0;
    for source in sources {
        if let ValuesSource::Program(composed, program) = source {
            base = merge_program(cx, base, composed, *program, files, &mut fault)?;
        }
        let ValuesSource::File { name, text } = source else { continue };
        number += 1;
        let file = files.add(name.as_str(), text.clone());
        let parse = if cx.is_tracing() { crate::chart::parse_values } else { crate::chart::read_values };
        let parsed = match parse(text, cx.helm) {
            Ok(parsed) => parsed,
            Err(e) => {
                let mut tell = |e: YamlError| {
                    let place = Some(Span { file, start: e.offset, end: e.offset });
                    fault(ValuesError { message: format!("failed to parse {name}: {e}"), place, about: Origin::NONE })
                };
                tell(e)?;
                let (parsed, more) = crate::chart::parse_patched(text, cx.helm);
                more.into_iter().try_for_each(tell)?;
                match parsed {
                    Some(parsed) => parsed,
                    None => continue,
                }
            }
        };
        let value = load_file(&mut cx.heap, cx.trace.as_deref_mut(), &parsed, file, Layer::File(number))?;
        base = merge_maps(&mut cx.heap, cx.trace.as_deref_mut(), base, value);
    }
    type Kind = (fn(&ValuesSource) -> Option<&str>, fn(u32) -> Layer);
    let kinds: [Kind; 5] = [
        (|s| if let ValuesSource::SetJson(a) = s { Some(a) } else { None }, Layer::SetJson),
        (|s| if let ValuesSource::Set(a) = s { Some(a) } else { None }, Layer::Set),
        (|s| if let ValuesSource::SetString(a) = s { Some(a) } else { None }, Layer::SetString),
        (|s| if let ValuesSource::SetFile(a) = s { Some(a) } else { None }, Layer::SetFile),
        (|s| if let ValuesSource::SetLiteral(a) = s { Some(a) } else { None }, Layer::SetLiteral),
    ];
    for (select, layer) in kinds {
        for (i, argument) in sources.iter().filter_map(select).enumerate() {
            let layer = layer(i as u32 + 1);
            let file = files.add(format!("{} {}", flag_name(layer), i + 1), argument.as_bytes());
            let whole = Some(Span::new(file, 0, argument.len()));
            let fail = |message| ValuesError { message, place: whole, about: Origin::NONE };
            let mut recorder = Recorder::new(cx.trace.as_deref_mut(), file, layer);
            let reading = match layer {
                Layer::SetJson(_) => Reading::Json,
                Layer::SetString(_) => Reading::Text,
                Layer::SetFile(_) => Reading::File(read),
                Layer::SetLiteral(_) => Reading::Literal,
                _ => Reading::Typed,
            };
            if matches!(layer, Layer::SetJson(_)) {
                let trimmed = crate::text::trim_space_str(argument);
                if trimmed.starts_with('{') && cx.helm >= crate::host::HelmVersion::V4 {
                    let value = crate::json::decode(&mut cx.heap, trimmed.as_bytes());
                    let Ok(Value { repr: Repr::Map(map), .. }) = value else {
                        fault(fail(format!("failed parsing --set-json data JSON: {argument}")))?;
                        continue;
                    };
                    base = merge_maps(&mut cx.heap, cx.trace.as_deref_mut(), base, map);
                    continue;
                }
            }
            let read = parse_into(&mut cx.heap, cx.budget, base, argument, reading, &mut recorder);
            read.or_else(|e| {
                fault(fail(match layer {
                    Layer::SetJson(_) => format!("failed parsing --set-json data {argument}"),
                    layer => format!("failed parsing {} data: {e}", flag_name(layer)),
                }))
            })?;
        }
    }
    Ok(base)
}

/// Merges what another program gives into a map.
fn merge_program(
    cx: &mut Cx<'_>,
    base: MapId,
    composed: &Composed,
    program: Program,
    files: &mut SourceMap,
    fault: &mut impl FnMut(ValuesError) -> Result<(), ValuesError>,
) -> Result<MapId, ValuesError> {
    let located = Located::new(composed, files);
    let fail = |message: String, at: usize| {
        let place = located.span(&(at..at + 1)).map(|span| Span { end: span.end.max(span.start + 1), ..span });
        ValuesError { message, place, about: Origin::NONE }
    };
    let reading = match program {
        Program::File => {
            let parsed = match crate::chart::parse_values(&composed.text, cx.helm) {
                Ok(parsed) => parsed,
                Err(error) => {
                    fault(fail(format!("failed to parse values: {error}"), error.offset as usize))?;
                    return Ok(base);
                }
            };
            let value = load(&mut cx.heap, cx.trace.as_deref_mut(), &parsed, Recorded::Of(&located))?;
            return Ok(merge_maps(&mut cx.heap, cx.trace.as_deref_mut(), base, value));
        }
        Program::Set => Reading::Typed,
        Program::SetString => Reading::Text,
    };
    let argument = String::from_utf8_lossy(&composed.text);
    let mut recorder = Recorder::of_program(cx.trace.as_deref_mut(), &located);
    parse_into(&mut cx.heap, cx.budget, base, &argument, reading, &mut recorder)
        .or_else(|error| fault(fail(format!("failed parsing {argument:?}: {error}"), 0)))?;
    Ok(base)
}

/// Reads all layers for their errors alone: Helm reads values before it loads the chart.
pub fn check(sources: &[ValuesSource], helm: crate::host::HelmVersion, read: ReadFile<'_>) -> Result<(), ValuesError> {
    let (host, budget) = (crate::host::Host::default(), crate::budget::Budget::default());
    let mut cx = Cx::new(&host, &budget, helm, false);
    merge(&mut cx, sources, &mut SourceMap::default(), read, Err).map(|_| ())
}

fn flag_name(layer: Layer) -> &'static str {
    match layer {
        Layer::SetJson(_) => "--set-json",
        Layer::SetString(_) => "--set-string",
        Layer::SetFile(_) => "--set-file",
        Layer::SetLiteral(_) => "--set-literal",
        _ => "--set",
    }
}

/// An empty map.
pub fn new_map(heap: &mut Heap) -> MapId {
    heap.add_map(crate::value::MapData { ty: crate::value::MapType::Dict, nil: false, entries: Default::default() })
}

/// The map that a values file holds: its documents, later ones over earlier ones. The error is Helm's text.
pub fn load_file(
    heap: &mut Heap,
    trace: Option<&mut Trace>,
    file: &ValuesFile,
    number: FileId,
    layer: Layer,
) -> Result<MapId, ValuesError> {
    load(heap, trace, file, Recorded::As(number, layer))
}

/// The same of a file that has made its values, where nobody wants to know where they stand.
pub fn made_values(heap: &mut Heap, file: &ValuesFile) -> Option<MapId> {
    let mut base = new_map(heap);
    for (_, document) in &file.documents {
        let (made, value) = document.values()?;
        let value = heap.adopt(made, value);
        base = value.as_map().map_or(base, |map| merge_maps(heap, None, base, map));
    }
    Some(base)
}

/// How it is noted where values stand.
#[derive(Clone, Copy)]
enum Recorded<'l> {
    /// In a text of a layer.
    As(FileId, Layer),
    /// In the parts of a text that was put together.
    Of(&'l Located<'l>),
}

/// The same with either way to note where its values stand.
fn load(
    heap: &mut Heap,
    mut trace: Option<&mut Trace>,
    file: &ValuesFile,
    recorded: Recorded<'_>,
) -> Result<MapId, ValuesError> {
    let mut base = new_map(heap);
    for (offset, document) in &file.documents {
        if let (Some((made, value)), None) = (document.values(), &trace) {
            let value = heap.adopt(made, value);
            base = value.as_map().map_or(base, |map| merge_maps(heap, None, base, map));
            continue;
        }
        let noted = trace.as_deref_mut();
        let recorder = match recorded {
            Recorded::As(number, layer) => Recorder::new(noted, number, layer),
            Recorded::Of(located) => Recorder::of_program(noted, located),
        };
        let mut recorder = recorder.at(*offset);
        let value = crate::yaml::to_value(heap, document, Numbers::Float, &mut recorder)
            .map_err(|e| ValuesError::from(format!("error converting YAML to JSON: {e}")))?;
        if let Repr::Map(map) = value.repr {
            base = merge_maps(heap, trace.as_deref_mut(), base, map);
        }
    }
    Ok(base)
}

/// Helm's `MergeMaps`: a new map with the entries of both; `over` wins, maps are merged.
pub fn merge_maps(heap: &mut Heap, mut trace: Option<&mut Trace>, under: MapId, over: MapId) -> MapId {
    if heap.map(under).entries.is_empty() {
        return over;
    }
    let mut entries = heap.map(under).entries.clone();
    let added: Vec<_> = heap.map(over).entries.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    for (key, value) in added {
        let old = entries.get(&key).cloned();
        let merged = match (&old, &value.repr) {
            (Some(Value { repr: Repr::Map(old), .. }), Repr::Map(new)) => {
                let (old, new) = (*old, *new);
                let trace = trace.as_deref_mut();
                let map = crate::stack::grow(|| merge_maps(heap, trace, old, new));
                Value::new(Repr::Map(map)).with_origin(value.origin)
            }
            _ => {
                if let (Some(trace), Some(old)) = (&mut trace, &old) {
                    trace.note_override(value.origin, old.origin);
                }
                value
            }
        };
        entries.insert(key, merged);
    }
    let ty = heap.map(over).ty;
    heap.add_map(crate::value::MapData { ty, nil: false, entries })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::chart::{parse_values, read_values};
    use crate::host::HelmVersion;
    use crate::value::compare::deep_equal;

    #[test]
    fn values_are_the_same_with_nodes_and_without() {
        let texts = [
            "a: 1\nb:\n  - {c: [x]}\n  - d: ~\nc:\n  d: [1, {e: f}]\n",
            "a: {}\n---\na:\n  b: 1e3\nc: 0x1F\n",
            "# none\n",
            "a: &x [1]\nb: *x\n",
        ];
        let mut heap = Heap::new();
        for text in texts {
            let text: Arc<[u8]> = Arc::from(text.as_bytes());
            let read = [parse_values, read_values].map(|read| read(&text, HelmVersion::V4).expect("values"));
            let [a, b] = read.each_ref().map(|file| {
                let map = load_file(&mut heap, None, file, FileId(0), Layer::Default).expect("a map");
                Value::new(Repr::Map(map))
            });
            assert_eq!(deep_equal(&heap, &Budget::default(), &a, &b), Ok(true));
            let [nodes, lazy] = read.map(|file| {
                let all = file.documents.iter().flat_map(|(start, document)| {
                    document.nodes().map(move |(_, node)| (*start, node.start, node.kind.clone()))
                });
                all.collect::<Vec<_>>()
            });
            assert_eq!(nodes, lazy);
        }
    }
}
