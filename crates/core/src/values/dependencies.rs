//! Which charts inside a chart count, and which values they hand up: Helm's
//! `pkg/chart/v2/util/dependencies.go`.

use super::coalesce::{Coalescer, Path};
use super::sources::{ValuesError, new_map};
use super::tree::{ChartId, ChartTree};
use super::trial::Trial;
use crate::budget::Budget;
use crate::chart::{Dependency, Import};
use crate::host::HelmVersion;
use crate::log::{Level, Log};
use crate::semver::{Constraint, Version};
use crate::text::{Origin, Str, Trace};
use crate::value::paths::{NoValue, path_value, table};
use crate::value::{Heap, MapId, Repr, Value};

/// What dependency processing works with.
pub struct Dependencies<'d> {
    /// Lists and maps.
    pub heap: &'d mut Heap,
    /// The record of origins, in traced renders.
    pub trace: Option<&'d mut Trace>,
    /// The fuel.
    pub budget: &'d Budget,
    /// Where lines of the log go.
    pub log: &'d mut Vec<Log>,
    /// Whose behaviour counts.
    pub helm: HelmVersion,
}

/// Helm's `IsCompatibleRange`.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

impl Dependencies<'_> {
    fn coalescer<'t>(&'t mut self, tree: &'t ChartTree<'t>, trial: Option<&'t mut Trial>) -> Coalescer<'t> {
        Coalescer {
            heap: self.heap,
            trace: self.trace.as_deref_mut(),
            budget: self.budget,
            tree,
            is_last: false,
            trial,
            log: self.log,
            helm: self.helm,
        }
    }

    /// `ProcessDependencies`: switches charts on and off, then imports values. The error is Helm's text, or a limit.
    pub fn process(&mut self, tree: &mut ChartTree<'_>, values: MapId) -> Result<(), ValuesError> {
        let root = tree.root();
        self.enable(tree, root, values, "")?;
        self.import_all(tree, root)
    }

    /// `processDependencyEnabled`. The values that are put together on the way decide only what is switched on; so that is done
    /// on trial, or many charts in charts would have a copy of all values each.
    fn enable(
        &mut self,
        tree: &mut ChartTree<'_>,
        chart: ChartId,
        values: MapId,
        path: &str,
    ) -> Result<(), ValuesError> {
        let mut trial = Trial::begin(self.heap);
        let result = self.enable_one(tree, chart, values, path, &mut trial);
        trial.undo(self.heap);
        result
    }

    fn enable_one(
        &mut self,
        tree: &mut ChartTree<'_>,
        chart: ChartId,
        values: MapId,
        path: &str,
        trial: &mut Trial,
    ) -> Result<(), ValuesError> {
        let Some(requirements) = tree.dependencies(chart) else { return Ok(()) };
        let mut requirements = requirements.to_vec();
        // Charts that nobody asked for stay; those asked for are found anew, under their alias.
        let present = tree.children(chart).to_vec();
        let matches = |tree: &ChartTree<'_>, child: ChartId, wanted: &Dependency| {
            tree.name(child) == wanted.name && is_compatible(&wanted.version, &tree.chart(child).metadata.version)
        };
        let mut children: Vec<ChartId> =
            present.iter().copied().filter(|&child| !requirements.iter().any(|r| matches(tree, child, r))).collect();
        for wanted in &mut requirements {
            if let Some(&child) = present.iter().find(|&&child| matches(tree, child, wanted)) {
                let name = if wanted.alias.is_empty() { wanted.name.clone() } else { wanted.alias.clone() };
                children.push(tree.copy(child, &name));
            }
            if !wanted.alias.is_empty() {
                wanted.name = wanted.alias.clone();
            }
            wanted.enabled = true;
        }
        tree.set_children(chart, children);
        let coalesced = self.coalescer(tree, Some(trial)).coalesce(chart, values, false)?;
        let mut switches = vec![Vec::new(); requirements.len()];
        self.apply_tags(&mut requirements, coalesced, &mut switches);
        self.apply_conditions(&mut requirements, coalesced, path, &mut switches);
        let disabled = |name: &str| requirements.iter().any(|r| !r.enabled && r.name == name);
        let children: Vec<ChartId> =
            tree.children(chart).iter().copied().filter(|&child| !disabled(tree.name(child))).collect();
        let is_kept: Vec<bool> = requirements.iter().map(|r| !disabled(&r.name)).collect();
        for &child in &children {
            let wanted = requirements.iter().position(|r| r.name == tree.name(child));
            if let Some(switches) = wanted.and_then(|at| switches.get_mut(at)) {
                tree.set_switches(child, std::mem::take(switches));
            }
            let path = format!("{path}{}.", tree.name(child));
            crate::stack::grow(|| self.enable(tree, child, coalesced, &path))?;
        }
        let kept = requirements.into_iter().zip(is_kept).filter(|(_, is_kept)| *is_kept);
        tree.set_dependencies(chart, kept.map(|(wanted, _)| wanted).collect());
        tree.set_children(chart, children);
        Ok(())
    }

    /// `processDependencyTags`. Notes the values that were asked, requirement by requirement.
    fn apply_tags(&mut self, requirements: &mut [Dependency], values: MapId, switches: &mut [Vec<Origin>]) {
        let Ok(tags) = table(self.heap, values, "tags") else { return };
        for (wanted, switches) in requirements.iter_mut().zip(switches) {
            let (mut on, mut off) = (false, false);
            for tag in &wanted.tags {
                let value = self.heap.get(tags, tag.as_bytes());
                switches.extend(value.map(|value| value.origin).filter(|origin| !origin.is_none()));
                match value {
                    None => {}
                    Some(Value { repr: Repr::Bool(true), .. }) => on = true,
                    Some(Value { repr: Repr::Bool(false), .. }) => off = true,
                    Some(_) => self.log.push(
                        Log::new(Level::Warn, "returned non-bool value")
                            .with("tag", tag)
                            .with("chart", &wanted.name)
                            .helm3(format!(
                                "dependencies.go:94: Warning: Tag '{tag}' for chart {} returned non-bool value",
                                wanted.name
                            )),
                    ),
                }
            }
            wanted.enabled = on || !off;
        }
    }

    /// `processDependencyConditions`. Notes the values that decided, requirement by requirement.
    fn apply_conditions(
        &mut self,
        requirements: &mut [Dependency],
        values: MapId,
        path: &str,
        switches: &mut [Vec<Origin>],
    ) {
        for (wanted, switches) in requirements.iter_mut().zip(switches) {
            let condition = crate::text::trim_space_str(&wanted.condition).to_owned();
            for part in condition.split(',').filter(|part| !part.is_empty()) {
                match path_value(self.heap, values, &format!("{path}{part}")) {
                    Ok(Value { repr: Repr::Bool(on), origin }) => {
                        wanted.enabled = *on;
                        *switches = if origin.is_none() { Vec::new() } else { vec![*origin] };
                        break;
                    }
                    Ok(_) => self.log.push(
                        Log::new(Level::Warn, "returned non-bool value").with("path", part).with("chart", &wanted.name).helm3(
                            format!("dependencies.go:63: Warning: Condition path '{part}' for chart {} returned non-bool value", wanted.name),
                        ),
                    ),
                    Err(NoValue::Absent | NoValue::Empty) => {}
                }
            }
        }
    }

    /// `processDependencyImportValues`: children first.
    fn import_all(&mut self, tree: &mut ChartTree<'_>, chart: ChartId) -> Result<(), ValuesError> {
        for child in tree.children(chart).to_vec() {
            crate::stack::grow(|| self.import_all(tree, child))?;
        }
        self.import(tree, chart)
    }

    /// `processImportValues`
    fn import(&mut self, tree: &mut ChartTree<'_>, chart: ChartId) -> Result<(), ValuesError> {
        let Some(requirements) = tree.dependencies(chart) else { return Ok(()) };
        let nothing = new_map(self.heap);
        let values = self.coalescer(tree, None).coalesce(chart, nothing, true)?;
        let imported = new_map(self.heap);
        for wanted in requirements {
            for import in wanted.import_values.iter().flatten() {
                let (child, parent) = match import {
                    Import::Map { child, parent } => (child.clone(), parent.as_str()),
                    Import::Export(name) => (format!("exports.{name}"), "."),
                    Import::Other => continue,
                };
                let found = match table(self.heap, values, &format!("{}.{child}", wanted.name)) {
                    Ok(found) => found,
                    Err(error) => {
                        let log = match import {
                            Import::Map { .. } => Log::new(Level::Warn, "ImportValues missing table from chart")
                                .with("chart", &wanted.name),
                            _ => Log::new(Level::Warn, "ImportValues missing table"),
                        };
                        let helm3 = match import {
                            Import::Map { .. } => {
                                format!(
                                    "dependencies.go:269: Warning: ImportValues missing table from chart {}: {error}",
                                    wanted.name
                                )
                            }
                            _ => format!("dependencies.go:286: Warning: ImportValues missing table: {error}"),
                        };
                        self.log.push(log.with("error", error).helm3(helm3));
                        continue;
                    }
                };
                self.note_import(found);
                let found = if parent == "." { found } else { self.nest(parent, found) };
                self.coalescer(tree, None).tables(imported, found, Path::default(), true);
            }
        }
        if self.heap.map(imported).entries.is_empty() {
            tree.set_values(chart, values);
            return Ok(());
        }
        // What the chart says itself goes before what it imports.
        let own = self.heap.deep_copy(&Value::new(Repr::Map(values)));
        let Some(own) = own.as_map() else { return Ok(()) };
        self.coalescer(tree, None).tables(own, imported, Path::default(), true);
        tree.set_values(chart, own);
        Ok(())
    }

    /// Records what comes from a chart inside.
    fn note_import(&mut self, found: MapId) {
        let Some(trace) = self.trace.as_deref_mut() else { return };
        let mut pending = vec![found];
        let mut seen = std::collections::HashSet::new();
        while let Some(map) = pending.pop() {
            if !seen.insert(map) {
                continue;
            }
            for value in self.heap.map(map).entries.values() {
                trace.note_import(value.origin);
                pending.extend(value.as_map());
            }
        }
    }

    /// `pathToMap`: maps for all names of a path around `inner`.
    fn nest(&mut self, path: &str, inner: MapId) -> MapId {
        path.rsplit('.').fold(inner, |inner, name| {
            let map = new_map(self.heap);
            self.heap.map_mut(map).entries.insert(Str::from(name), Value::new(Repr::Map(inner)));
            map
        })
    }
}
