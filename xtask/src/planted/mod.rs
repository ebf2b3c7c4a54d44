//! `cargo xtask faults --planted`: mistakes that people make, planted in real charts, and whether what is found first
//! names them.
//!
//! A fault counts only where it has an effect: Helm's answer to the chart is another one than before, or it is of a
//! kind that Helm never says anything to. Faults have the shape of the recorded ones, so both are judged alike.

mod site;
mod template;
mod values;

use crate::differential::rng::Rng;
use crate::faults::replay;
use serde_json::{Value, json};
use site::Site;
use std::path::Path;

/// A kind of mistake.
pub struct Kind {
    /// Its name in the table.
    pub name: &'static str,
    /// Whether it must change what Helm answers; the other kinds are silent by nature.
    pub is_heard: bool,
    /// Whether rules are needed to find it that not everybody wants: what comes out may be legal.
    pub is_strict: bool,
    /// Makes one, if the chart has a place for it.
    plant: fn(&Site, &mut Rng) -> Option<Plant>,
}

/// All kinds.
pub const KINDS: &[&[Kind]] = &[template::KINDS, values::KINDS];

/// A mistake and where it is.
#[derive(Clone, Debug, Default)]
pub struct Plant {
    /// Changed lines: the file, the number of the first from 1, how they were, and how they are; none: gone.
    edits: Vec<(String, usize, String, Option<String>)>,
    /// Files given with `-f`, in order.
    files: Vec<(String, String)>,
    /// The argument of a `--set`.
    set: Option<String>,
    /// Where it is to be seen.
    expect: Option<(String, usize)>,
    /// Where it may fairly be seen as well.
    others: Vec<(String, usize)>,
    /// The path of the value, for `--set`.
    path: Option<String>,
}

impl Plant {
    /// A line of a file that becomes another; it is to blame.
    fn line(site: &Site, file: &str, number: usize, new: impl Into<String>) -> Option<Plant> {
        let old = site.line(file, number)?.to_owned();
        let new = new.into();
        (old != new).then(|| Plant {
            edits: vec![(file.to_owned(), number, old, Some(new))],
            expect: Some((file.to_owned(), number)),
            ..Plant::default()
        })
    }

    /// A line of a file that is taken away.
    fn gone(site: &Site, file: &str, number: usize) -> Option<Plant> {
        let old = site.line(file, number)?.to_owned();
        Some(Plant { edits: vec![(file.to_owned(), number, old, None)], ..Plant::default() })
    }

    /// A values file given with `-f`, of which a line is to blame.
    fn file(name: &str, text: String, line: usize) -> Plant {
        let expect = Some((name.to_owned(), line));
        Plant { files: vec![(name.to_owned(), text)], expect, ..Plant::default() }
    }

    /// The same, which may be seen elsewhere in the file as well.
    fn or(mut self, file: &str, line: usize) -> Plant {
        self.others.push((file.to_owned(), line));
        self
    }

    /// The record of it.
    fn record(&self, id: String, chart: &str, kind: &str) -> Value {
        let edit = |(file, line, old, new): &(String, usize, String, Option<String>)| json!({"file": file, "line": line, "old": old, "new": new});
        let place = |(file, line): &(String, usize)| json!({"file": file, "line": line});
        let mut expect = self.expect.as_ref().map_or(json!({"file": null}), place);
        expect["values_path"] = json!(self.path);
        expect["alternatives"] = self.others.iter().map(place).collect();
        json!({
            "id": id,
            "chart": chart,
            "args": [],
            "kube_version": "1.37",
            "kind": kind,
            "edits": self.edits.iter().map(edit).collect::<Vec<_>>(),
            "values_files": self.files.iter().map(|(name, text)| json!({"name": name, "text": text})).collect::<Vec<_>>(),
            "set": self.set.iter().collect::<Vec<_>>(),
            "layer": self.set.as_ref().map(|_| "set"),
            "expect": expect,
        })
    }
}

/// Plants up to `each` faults of every kind in the charts of a folder; `only` those of one kind.
pub fn plant(charts: &Path, seed: u64, each: usize, only: Option<&str>) -> Vec<Value> {
    let sites = site::sites(charts);
    let kinds = KINDS.iter().copied().flatten().filter(|kind| only.is_none_or(|only| only == kind.name));
    let planted = replay(&kinds.collect::<Vec<_>>(), |kind, _| of_kind(kind, &sites, seed, each));
    let mut faults: Vec<Value> = planted.into_iter().flat_map(|(_, faults)| faults).collect();
    faults.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    faults
}

/// Plants faults of one kind, one in a chart, in an order drawn by lot.
fn of_kind(kind: &Kind, sites: &[Site], seed: u64, each: usize) -> Vec<Value> {
    let number = kind.name.bytes().fold(0, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let mut rng = Rng::new(seed, number);
    let mut order: Vec<&Site> = sites.iter().collect();
    for at in (1..order.len()).rev() {
        order.swap(at, rng.below(at + 1));
    }
    // A place that has no effect is no reason to leave the chart.
    let planted = order.into_iter().filter_map(|site| {
        let plant = (0..4).find_map(|_| {
            let plant = (kind.plant)(site, &mut rng)?;
            (!kind.is_heard || site.hears(&plant)).then_some(plant)
        })?;
        Some((site, plant))
    });
    let record = |(number, (site, plant)): (usize, (&Site, Plant))| {
        let mut record = plant.record(format!("{}/{}-{}", site.name, kind.name, number + 1), &site.name, kind.name);
        if kind.is_strict {
            record["profile"] = json!("strict");
        }
        record
    };
    planted.take(each).enumerate().map(record).collect()
}

/// Faults put together: up to `count` times two or three in different files of one chart.
pub fn several(faults: &[Value], seed: u64, count: usize) -> Vec<Vec<&Value>> {
    let mut rng = Rng::new(seed, u64::MAX);
    let mut of_chart: std::collections::BTreeMap<&str, Vec<&Value>> = Default::default();
    for fault in faults.iter().filter(|fault| fault["edits"].as_array().is_some_and(|edits| !edits.is_empty())) {
        of_chart.entry(fault["chart"].as_str().unwrap_or_default()).or_default().push(fault);
    }
    let files = |fault: &Value| -> Vec<String> {
        let edits = fault["edits"].as_array().into_iter().flatten();
        edits.filter_map(|edit| edit["file"].as_str().map(str::to_owned)).collect()
    };
    let charts: Vec<_> = of_chart.into_values().filter(|all| all.len() > 1).collect();
    let mut sets = Vec::new();
    for _ in 0..count * 4 {
        if sets.len() == count || charts.is_empty() {
            break;
        }
        let all = rng.pick(&charts);
        let mut set: Vec<&Value> = Vec::new();
        for _ in 0..6 {
            let next = *rng.pick(all);
            let apart = |other: &&Value| files(other).iter().all(|file| !files(next).contains(file));
            if set.len() < 3 && set.iter().all(apart) {
                set.push(next);
            }
        }
        if set.len() > 1 && !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}
