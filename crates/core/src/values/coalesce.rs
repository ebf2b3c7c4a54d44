//! Putting a chart's values together: Helm's `pkg/chart/common/util/coalesce.go`.

use super::sources::{ValuesError, load_file, made_values, new_map};
use super::tree::{ChartId, ChartTree, Defaults};
use super::trial::Trial;
use crate::budget::Budget;
use crate::chart::{Chart, ValuesFile};
use crate::gotmpl::funcs::Cx;
use crate::host::HelmVersion;
use crate::log::{Level, Log};
use crate::text::{Clash, Layer, SourceMap, Str, Trace, lossy};
use crate::value::{Entries, Heap, MapId, Repr, Value};
use std::fmt;

/// What coalescing works with.
pub struct Coalescer<'c> {
    /// Lists and maps.
    pub heap: &'c mut Heap,
    /// The record of origins, in traced renders.
    pub trace: Option<&'c mut Trace>,
    /// The fuel.
    pub budget: &'c Budget,
    /// The charts.
    pub tree: &'c ChartTree<'c>,
    /// Whether nobody asks the charts for their own values any more, so that those need not be copied.
    pub is_last: bool,
    /// What has to be as before when all is done, if something has.
    pub trial: Option<&'c mut Trial>,
    /// Where lines of the log go.
    pub log: &'c mut Vec<Log>,
    /// Whose behaviour counts.
    pub helm: HelmVersion,
}

/// The values of a user over those of one file, as `CoalesceTables` puts them together.
/// An error says which limit of the host ends the work.
pub fn over_file(cx: &mut Cx<'_>, user: MapId, file: &ValuesFile, log: &mut Vec<Log>) -> Result<MapId, ValuesError> {
    let number = SourceMap::default().add("values.yaml", file.text.clone());
    let own = load_file(&mut cx.heap, None, file, number, Layer::Default)?;
    let chart = Chart::default();
    let tree = ChartTree::new(&chart, &mut cx.heap, None, &mut SourceMap::default()).map_err(ValuesError::from)?;
    let (budget, helm) = (cx.budget, cx.helm);
    let mut coalescer =
        Coalescer { heap: &mut cx.heap, trace: None, budget, tree: &tree, is_last: true, trial: None, log, helm };
    coalescer.tables(user, own, Path::default(), false);
    Ok(user)
}

fn is_table(value: &Value) -> bool {
    matches!(value.repr, Repr::Map(_))
}

/// Where a map stands, for the log: names with those around them.
#[derive(Clone, Copy, Default)]
pub struct Path<'p> {
    around: Option<&'p Path<'p>>,
    name: &'p [u8],
}

impl<'p> Path<'p> {
    fn join(&'p self, name: &'p [u8]) -> Path<'p> {
        Path { around: Some(self), name }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut names: Vec<&[u8]> =
            std::iter::successors(Some(self), |path| path.around).map(|path| path.name).collect();
        names.reverse();
        let names = names.into_iter().skip_while(|name| name.is_empty());
        for (i, name) in names.enumerate() {
            let dot = if i == 0 { "" } else { "." };
            write!(f, "{dot}{}", lossy(name))?;
        }
        Ok(())
    }
}

impl Coalescer<'_> {
    /// `CoalesceValues` (nulls delete) or `MergeValues` (nulls stay) of a chart and a user's values.
    /// The error is Helm's text, or a limit.
    pub fn coalesce(&mut self, chart: ChartId, values: MapId, merge: bool) -> Result<MapId, ValuesError> {
        let map = match self.trial {
            Some(_) => values,
            None => self.heap.deep_copy(&Value::new(Repr::Map(values))).as_map().unwrap_or(values),
        };
        self.chart(chart, map, &Path::default(), merge)?;
        Ok(map)
    }

    fn print(&mut self, line: u32, message: String) {
        let helm3 = format!("coalesce.go:{line}: {message}");
        self.log.push(Log::new(Level::Info, message).helm3(helm3));
    }

    fn show(&self, value: &Value) -> String {
        crate::value::fmt::display(self.heap, self.budget, value).map_or_else(|e| e.to_string(), |t| t.to_string())
    }

    fn get(&self, map: MapId, key: &[u8]) -> Option<Value> {
        self.heap.get(map, key).cloned()
    }

    /// The entries of a map, to change them.
    fn change(&mut self, map: MapId) -> &mut Entries {
        if let Some(trial) = &mut self.trial {
            trial.save(self.heap, map);
        }
        &mut self.heap.map_mut(map).entries
    }

    fn insert(&mut self, map: MapId, key: Str, value: Value) {
        self.change(map).insert(key, value);
    }

    /// `coalesce`
    fn chart(&mut self, chart: ChartId, dest: MapId, prefix: &Path<'_>, merge: bool) -> Result<(), ValuesError> {
        self.values(chart, dest, prefix, merge);
        self.dependencies(chart, dest, prefix, merge)
    }

    /// `coalesceDeps`
    fn dependencies(&mut self, chart: ChartId, dest: MapId, prefix: &Path<'_>, merge: bool) -> Result<(), ValuesError> {
        let tree = self.tree;
        let sub_prefix = prefix.join(tree.name(chart).as_bytes());
        for &sub in tree.children(chart) {
            let sub_name = Str::from(tree.name(sub));
            let map = match self.get(dest, &sub_name) {
                None => {
                    let map = new_map(self.heap);
                    self.insert(dest, sub_name, Value::new(Repr::Map(map)));
                    map
                }
                Some(Value { repr: Repr::Map(map), .. }) => map,
                Some(other) => {
                    let about = other.origin;
                    let shown = crate::value::fmt::sprintf(self.heap, self.budget, b"%t", &[other])
                        .map_or_else(|e| e.to_string(), |t| t.to_string());
                    return Err(ValuesError {
                        message: format!("type mismatch on {sub_name}: {shown}"),
                        place: None,
                        about,
                    });
                }
            };
            self.globals(map, dest, &sub_prefix);
            crate::stack::grow(|| self.chart(sub, map, &sub_prefix, merge))?;
        }
        Ok(())
    }

    /// `coalesceGlobals`
    fn globals(&mut self, dest: MapId, src: MapId, prefix: &Path<'_>) {
        const GLOBAL: &[u8] = b"global";
        let dest_global = match self.get(dest, GLOBAL) {
            None => new_map(self.heap),
            Some(Value { repr: Repr::Map(map), .. }) => map,
            Some(_) => {
                let text = "warning: skipping globals because destination global is not a table.";
                return self.print(156, text.to_owned());
            }
        };
        let src_global = match self.get(src, GLOBAL) {
            None => new_map(self.heap),
            Some(Value { repr: Repr::Map(map), .. }) => map,
            Some(_) => {
                let text = "warning: skipping globals because source global is not a table.";
                return self.print(163, text.to_owned());
            }
        };
        for (key, value) in self.heap.map(src_global).entries.clone() {
            let present = self.get(dest_global, &key);
            if let Repr::Map(map) = value.repr {
                // A copy one level deep: what is nested stays shared, as in Helm.
                let data = self.heap.map(map).clone();
                let copy = self.heap.add_map(data);
                match present {
                    None => {}
                    Some(Value { repr: Repr::Map(old), .. }) => {
                        // Top-down: the parent's globals win.
                        self.tables(copy, old, prefix.join(&key), true);
                    }
                    Some(_) => {
                        let shown = crate::text::quote(&key);
                        self.print(187, format!("Conflict: cannot merge map onto non-map for {shown}. Skipping."));
                        continue;
                    }
                }
                self.insert(dest_global, key, Value::new(Repr::Map(copy)).with_origin(value.origin));
            } else if present.as_ref().is_some_and(is_table) {
                self.print(200, format!("key {key} is table. Skipping"));
            } else {
                if let (Some(trace), Some(old)) = (&mut self.trace, &present) {
                    trace.note_override(value.origin, old.origin);
                }
                self.insert(dest_global, key, value);
            }
        }
        let origin = self.get(dest, GLOBAL).map(|v| v.origin).unwrap_or_default();
        self.insert(dest, Str::from(GLOBAL), Value::new(Repr::Map(dest_global)).with_origin(origin));
    }

    /// The values of a chart's own, for whoever wants to change them.
    fn defaults(&mut self, chart: ChartId) -> Option<Entries> {
        let own = match self.tree.defaults(chart)? {
            Defaults::File(file) => made_values(self.heap, file)?,
            Defaults::Made(map) if self.is_last => map,
            Defaults::Made(map) | Defaults::Read(map) => self.heap.deep_copy(&Value::new(Repr::Map(map))).as_map()?,
        };
        Some(std::mem::take(self.change(own)))
    }

    /// `coalesceValues`
    fn values(&mut self, chart: ChartId, dest: MapId, prefix: &Path<'_>, merge: bool) {
        let sub_prefix = prefix.join(self.tree.name(chart).as_bytes());
        let Some(entries) = self.defaults(chart) else { return };
        // Helm 4 takes no nulls over from a chart's own values.yaml.
        let drop_nulls = !merge && self.helm >= HelmVersion::V4;
        if self.heap.map(dest).entries.is_empty() {
            *self.change(dest) = entries;
            if drop_nulls {
                self.drop_nulls(dest);
            }
            return;
        }
        for (key, value) in entries {
            self.note_clash(dest, &key, &value);
            match self.get(dest, &key) {
                Some(given) if given.is_nil() && !merge => {
                    self.change(dest).remove(&key);
                    self.note_null(&given, &value);
                }
                Some(Value { repr: Repr::Map(given), .. }) => match value.repr {
                    Repr::Map(default) => {
                        let merge = merge || self.tree.has_child(chart, &key);
                        if drop_nulls && !merge {
                            self.drop_nulls(default);
                        }
                        self.tables(given, default, sub_prefix.join(&key), merge);
                    }
                    Repr::Nil(_) => {}
                    _ => self.print(241, format!("warning: skipped value for {sub_prefix}.{key}: Not a table.")),
                },
                Some(given) => {
                    if let Some(trace) = &mut self.trace {
                        trace.note_override(given.origin, value.origin);
                    }
                }
                None if drop_nulls && value.is_nil() => {}
                None => {
                    if let (true, Repr::Map(map)) = (drop_nulls, &value.repr) {
                        self.drop_nulls(*map);
                    }
                    self.insert(dest, key, value);
                }
            }
        }
    }

    /// Notes a value of another shape than its default. What is empty has none.
    fn note_clash(&mut self, dest: MapId, key: &Str, default: &Value) {
        let Some(trace) = &mut self.trace else { return };
        let shape = |value: &Value| match &value.repr {
            Repr::Nil(_) => None,
            Repr::Map(map) => (!self.heap.map(*map).entries.is_empty()).then_some("a map"),
            Repr::List(list) => (!self.heap.list(*list).items.is_empty()).then_some("a list"),
            Repr::Str(text) => (!text.is_empty()).then_some("a scalar"),
            _ => Some("a scalar"),
        };
        if let Some(value) = self.heap.get(dest, key)
            && let (Some(given), Some(default)) = (shape(value), shape(default))
            && given != default
        {
            trace.note_clash(value.origin, Clash { given, default });
        }
    }

    fn note_null(&mut self, null: &Value, default: &Value) {
        if let Some(trace) = &mut self.trace {
            trace.note_null(null.origin, default.origin);
        }
    }

    /// `cleanNilValues`
    fn drop_nulls(&mut self, map: MapId) {
        let mut pending = vec![map];
        while let Some(map) = pending.pop() {
            let entries = &self.heap.map(map).entries;
            pending.extend(entries.values().filter_map(Value::as_map));
            if entries.values().any(Value::is_nil) {
                self.change(map).retain(|_, value| !value.is_nil());
            }
        }
    }

    /// The entries of `src` about which there is something to do: what is no map is settled where `dest` has something else that is
    /// none, unless the trace is to know.
    fn unsettled(&self, dest: MapId, src: MapId) -> Vec<(Str, Value)> {
        let is_plain = |value: &Value| !matches!(value.repr, Repr::Map(_) | Repr::Nil(_));
        let is_settled = |key: &Str, value: &Value| {
            self.trace.is_none() && is_plain(value) && self.heap.get(dest, key).is_some_and(is_plain)
        };
        let entries = self.heap.map(src).entries.iter().filter(|(key, value)| !is_settled(key, value));
        entries.map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// `CoalesceTables` (nulls delete) or `MergeTables` (nulls stay): `dest` wins.
    pub fn tables(&mut self, dest: MapId, src: MapId, prefix: Path<'_>, merge: bool) {
        // Helm 3 leaves the defaults as they are.
        let nulls = self.heap.map(dest).entries.iter();
        let nulls = nulls.filter(|(_, value)| value.is_nil() && self.helm >= HelmVersion::V4);
        let nulls: Vec<Str> = nulls.map(|(key, _)| key.clone()).collect();
        // Those of them that have a default.
        let mut replaced: Vec<Str> = Vec::new();
        for key in nulls {
            let default = self.get(src, &key);
            replaced.extend(default.as_ref().filter(|default| !default.is_nil()).map(|_| key.clone()));
            let origin = default.map(|default| default.origin).unwrap_or_default();
            self.insert(src, key, Value::NIL.with_origin(origin));
        }
        for (key, value) in self.unsettled(dest, src) {
            self.note_clash(dest, &key, &value);
            let full = prefix.join(&key);
            match self.get(dest, &key) {
                Some(given) if given.is_nil() && !merge => {
                    // A null deletes a default; in Helm 4 only where there is one.
                    if self.helm < HelmVersion::V4 || replaced.binary_search(&key).is_ok() {
                        self.change(dest).remove(&key);
                        self.note_null(&given, &value);
                    }
                }
                None => _ = self.change(dest).insert(key, value),
                Some(given) => match (&given.repr, &value.repr) {
                    (Repr::Map(given), Repr::Map(default)) => {
                        let (given, default) = (*given, *default);
                        crate::stack::grow(|| self.tables(given, default, full, merge));
                    }
                    (_, Repr::Map(_)) => {
                        let text = format!(
                            "warning: cannot overwrite table with non table for {} ({})",
                            full,
                            self.show(&value)
                        );
                        self.print(298, text);
                    }
                    (Repr::Map(_), repr) if !matches!(repr, Repr::Nil(_)) => {
                        let text = format!(
                            "warning: destination for {} is a table. Ignoring non-table value ({})",
                            full,
                            self.show(&value)
                        );
                        self.print(301, text);
                    }
                    _ => {
                        if let Some(trace) = &mut self.trace {
                            trace.note_override(given.origin, value.origin);
                        }
                    }
                },
            }
        }
    }
}
