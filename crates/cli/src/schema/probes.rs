//! Values to render a chart with, so that as much as possible of it shows where values end up: what is empty gets
//! something in it, what is switched off is switched on.

use super::ValuesFile;
use chartlens::kube::tree::{Data, Node};
use chartlens::values::ValuesSource;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The text in what was empty.
const PROBE: &str = "chartlens-probe";

/// The sets of values to render with.
pub fn variants(defaults: Option<Node<'_>>, sets: &[ValuesFile]) -> Vec<Vec<ValuesSource>> {
    let mut all = vec![Vec::new()];
    all.extend(sets.iter().map(|(name, text)| vec![ValuesSource::File { name: name.clone(), text: text.clone() }]));
    let Some(defaults) = defaults else { return all };
    // Templates that fail with one kind of probe show more with another.
    for probe in [
        Probe { maps: true, lists: Some(json!([PROBE])), texts: true, switches: false },
        Probe { maps: true, lists: Some(json!([{PROBE: PROBE}])), texts: true, switches: true },
        Probe { maps: true, lists: Some(json!([PROBE])), texts: true, switches: true },
        Probe { maps: true, lists: None, texts: false, switches: true },
        Probe { maps: false, lists: None, texts: false, switches: true },
    ] {
        let values = probe.of(defaults).unwrap_or_else(|| Json::Object(Map::new()));
        let text = Arc::from(values.to_string().into_bytes());
        all.push(vec![ValuesSource::File { name: "values.yaml".to_owned(), text }]);
    }
    all
}

/// What is put in the place of defaults.
struct Probe {
    maps: bool,
    lists: Option<Json>,
    texts: bool,
    switches: bool,
}

impl Probe {
    /// What is set over a value; none where it stays.
    fn of(&self, node: Node<'_>) -> Option<Json> {
        match node.data() {
            Data::Map if node.is_empty() && self.maps => Some(json!({PROBE: PROBE})),
            Data::Map => {
                let inside = node.entries().filter_map(|(key, value)| Some((key.to_owned(), self.of(value)?)));
                let inside: Map<String, Json> = inside.collect();
                (!inside.is_empty()).then_some(Json::Object(inside))
            }
            Data::List if node.is_empty() => self.lists.clone(),
            Data::Str(text) if text.is_empty() && self.texts => Some(PROBE.into()),
            Data::Null if self.texts => Some(PROBE.into()),
            Data::Bool(false) if self.switches => Some(true.into()),
            _ => None,
        }
    }
}
