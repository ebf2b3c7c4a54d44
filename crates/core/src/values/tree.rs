//! The charts of one render: which are switched on, under which names, with which values.

use super::sources::load_file;
use crate::chart::{Chart, Dependency, ValuesFile};
use crate::text::{Layer, Origin, SourceMap, Trace};
use crate::value::{Heap, MapId};
use std::borrow::Cow;
use std::collections::HashMap;

/// Number of a chart in a [`ChartTree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChartId(usize);

/// A chart's own values, before others go over them.
#[derive(Clone, Copy, Debug)]
pub enum Defaults<'c> {
    /// Those of its file, which made no values in this render yet.
    File(&'c ValuesFile),
    /// The values that its file has made; copies of the chart have the same ones.
    Read(MapId),
    /// Those of its file and of charts inside, which are put together for this chart alone.
    Made(MapId),
}

/// A chart as one render sees it.
#[derive(Clone, Debug)]
struct Node<'c> {
    chart: &'c Chart,
    /// Its name or alias.
    name: String,
    parent: Option<ChartId>,
    children: Vec<ChartId>,
    /// Its defaults; none where it has no values.yaml.
    values: Option<Defaults<'c>>,
    /// What it needs, of which the disabled ones drop out.
    dependencies: Option<Cow<'c, [Dependency]>>,
    /// Origins of the values that its condition or its tags asked.
    switches: Vec<Origin>,
}

/// A chart and the charts inside, with what may change from render to render.
#[derive(Clone, Debug)]
pub struct ChartTree<'c> {
    nodes: Vec<Node<'c>>,
}

impl<'c> ChartTree<'c> {
    /// The tree of `chart`; its default values are read into `heap`. The error is Helm's text.
    pub fn new(
        chart: &'c Chart,
        heap: &mut Heap,
        mut trace: Option<&mut Trace>,
        files: &mut SourceMap,
    ) -> Result<ChartTree<'c>, String> {
        let mut tree = ChartTree { nodes: Vec::new() };
        let root = tree.add(chart, None);
        let mut next = root.0;
        while next < tree.nodes.len() {
            let id = ChartId(next);
            let chart = tree.chart(id);
            if let Some(file) = &chart.values {
                let name = format!("{}values.yaml", chart.location);
                let number = files.add(name, file.text.clone());
                let defaults = match file.is_made() && trace.is_none() {
                    true => Defaults::File(file),
                    false => Defaults::Read(
                        load_file(heap, trace.as_deref_mut(), file, number, Layer::Default).map_err(|e| e.message)?,
                    ),
                };
                tree.node_mut(id).values = Some(defaults);
            }
            for child in &chart.dependencies {
                let child = tree.add(child, Some(id));
                tree.node_mut(id).children.push(child);
            }
            next += 1;
        }
        Ok(tree)
    }

    fn add(&mut self, chart: &'c Chart, parent: Option<ChartId>) -> ChartId {
        let name = chart.metadata.name.clone();
        let dependencies = chart.metadata.dependencies.as_deref().map(Cow::Borrowed);
        self.nodes.push(Node {
            chart,
            name,
            parent,
            children: Vec::new(),
            values: None,
            dependencies,
            switches: Vec::new(),
        });
        ChartId(self.nodes.len() - 1)
    }

    #[expect(clippy::indexing_slicing, reason = "numbers are made by this tree alone and nodes are never removed")]
    fn node(&self, id: ChartId) -> &Node<'c> {
        &self.nodes[id.0]
    }

    #[expect(clippy::indexing_slicing, reason = "numbers are made by this tree alone and nodes are never removed")]
    fn node_mut(&mut self, id: ChartId) -> &mut Node<'c> {
        &mut self.nodes[id.0]
    }

    /// The chart that is rendered.
    pub fn root(&self) -> ChartId {
        ChartId(0)
    }

    /// The loaded chart.
    pub fn chart(&self, id: ChartId) -> &'c Chart {
        self.node(id).chart
    }

    /// Its name, or the alias its parent gives it.
    pub fn name(&self, id: ChartId) -> &str {
        &self.node(id).name
    }

    /// The charts inside that are switched on.
    pub fn children(&self, id: ChartId) -> &[ChartId] {
        &self.node(id).children
    }

    /// Whether one of the charts inside has this name.
    pub fn has_child(&self, id: ChartId, name: &[u8]) -> bool {
        self.children(id).iter().any(|&child| self.name(child).as_bytes() == name)
    }

    /// The chart's defaults.
    pub fn defaults(&self, id: ChartId) -> Option<Defaults<'c>> {
        self.node(id).values
    }

    /// Replaces the chart's defaults by values that nobody else has.
    pub fn set_values(&mut self, id: ChartId, values: MapId) {
        self.node_mut(id).values = Some(Defaults::Made(values));
    }

    /// What the chart needs.
    pub fn dependencies(&self, id: ChartId) -> Option<&[Dependency]> {
        self.node(id).dependencies.as_deref()
    }

    /// Replaces what the chart needs.
    pub fn set_dependencies(&mut self, id: ChartId, dependencies: Vec<Dependency>) {
        // Nothing appended to nil is nil in Go, and then nothing is imported.
        self.node_mut(id).dependencies = (!dependencies.is_empty()).then_some(Cow::Owned(dependencies));
    }

    /// Origins of the values that switched the chart on.
    pub fn switches(&self, id: ChartId) -> &[Origin] {
        &self.node(id).switches
    }

    /// Notes the values that switched the chart on.
    pub fn set_switches(&mut self, id: ChartId, switches: Vec<Origin>) {
        self.node_mut(id).switches = switches;
    }

    /// Replaces the charts inside.
    pub fn set_children(&mut self, id: ChartId, children: Vec<ChartId>) {
        self.node_mut(id).children = children;
    }

    /// A copy of a chart and of all inside it, under another name: Helm's `getAliasDependency`.
    pub fn copy(&mut self, id: ChartId, name: &str) -> ChartId {
        let parent = self.node(id).parent;
        let copy = self.copy_under(id, parent);
        self.node_mut(copy).name = name.to_owned();
        copy
    }

    fn copy_under(&mut self, id: ChartId, parent: Option<ChartId>) -> ChartId {
        let mut copied = HashMap::new();
        let mut pending = vec![(id, parent)];
        while let Some((old, parent)) = pending.pop() {
            let mut node = self.node(old).clone();
            node.parent = parent;
            let children = std::mem::take(&mut node.children);
            self.nodes.push(node);
            let new = ChartId(self.nodes.len() - 1);
            copied.insert(old, new);
            if old != id
                && let Some(parent) = parent
            {
                // Children are taken from the stack in reverse.
                self.node_mut(parent).children.insert(0, new);
            }
            pending.extend(children.into_iter().map(|child| (child, Some(new))));
        }
        copied.get(&id).copied().unwrap_or(id)
    }

    /// Helm's `ChartFullPath`: the names from the root, with `/charts/` between them.
    pub fn full_path(&self, id: ChartId) -> String {
        let mut names = vec![self.name(id)];
        let mut at = self.node(id).parent;
        while let Some(parent) = at {
            names.push(self.name(parent));
            at = self.node(parent).parent;
        }
        names.reverse();
        names.join("/charts/")
    }

    /// Whether it is the chart that is rendered.
    pub fn is_root(&self, id: ChartId) -> bool {
        self.node(id).parent.is_none()
    }
}
