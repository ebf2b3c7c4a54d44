//! `cargo xtask differential`: random charts through Helm's engine and through chartlens.

mod chart;
mod commands;
mod corpus;
mod expr;
mod functions;
mod mutate;
pub mod oracle;
mod own;
pub mod rng;
mod schema;
mod shrink;
mod signature;
mod template;
mod values;

use crate::{option, switch};
use oracle::Oracle;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// A chart and a user's values.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The files of the chart.
    pub files: BTreeMap<String, String>,
    /// The chart's folder, where it is one on disk.
    pub chart: Option<String>,
    /// The text of the user's values file.
    pub values: String,
}

/// What a render gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The exit code.
    pub exit: u8,
    /// The manifests.
    pub stdout: String,
    /// Log lines and the error.
    pub stderr: String,
}

impl Answer {
    /// The answer without what depends on the versions of Go that programs are built with, and on earlier charts.
    pub fn normalized(mut self) -> Answer {
        // Older versions of Go name the struct too.
        while let Some(at) = self.stderr.find("Go struct field ") {
            let from = at + "Go struct field ".len();
            let end = self.stderr[from..].find('.').map_or(from, |dot| from + dot);
            self.stderr.replace_range(at..end, "Go field ");
        }
        // Helm warns of a URN once in the life of a process.
        if self.stderr.contains("unresolved URN") {
            let kept = self.stderr.split_inclusive('\n').filter(|line| !line.contains("unresolved URN"));
            self.stderr = kept.collect();
        }
        self
    }
}

/// Charts that differ in the same way.
#[derive(Debug)]
struct Group {
    count: u64,
    number: u64,
    case: Case,
}

/// Renders random charts; whether all are equal.
pub fn run(args: &[String]) -> bool {
    let number = |name: &str, default: u64| option(args, name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (count, seed, first) = (number("--count", 10_000), number("--seed", 1), number("--first", 0));
    let functions = functions::all();
    if switch(args, "--commands") {
        let Some(helm) = option(args, "--helm") else {
            eprintln!("--helm PATH is missing: the real command");
            return false;
        };
        let three = option(args, "--helm-version") == Some("3");
        return commands::run(Path::new(helm), three, (count, seed, first), &functions);
    }
    let Some(program) = option(args, "--oracle") else {
        eprintln!("--oracle BIN is missing: the program of helm-oracle");
        return false;
    };
    let mut oracle = match Oracle::start(Path::new(program)) {
        Ok(oracle) => oracle,
        Err(message) => {
            eprintln!("{message}");
            return false;
        }
    };
    let mut run = Run {
        helm: option(args, "--helm").map(Path::new),
        groups: BTreeMap::new(),
        varying: 0,
        builds: 0,
        lost: 0,
        beyond: 0,
        shrunk: number("--shrink", 40) as usize,
    };
    let dir = option(args, "--dir").unwrap_or("../shared/corpus");
    let real = switch(args, "--corpus").then(|| corpus::Corpus::read(Path::new(dir)));
    for number in first..first + count {
        let case = match &real {
            None => chart::case(seed, number, &functions),
            Some(real) => match corpus::case(real, seed, number) {
                Some(case) => case,
                None => return false,
            },
        };
        if switch(args, "--print") {
            println!("{}", show(&case));
        }
        run.one(&mut oracle, number, &case);
        if (number + 1) % 5_000 == 0 {
            eprintln!("{} charts, {} groups", number + 1 - first, run.groups.len());
        }
    }
    run.report(&mut oracle, count, option(args, "--out").map(Path::new))
}

struct Run<'a> {
    helm: Option<&'a Path>,
    groups: BTreeMap<String, Group>,
    varying: u64,
    /// Charts that two builds of Helm render otherwise.
    builds: u64,
    lost: u64,
    beyond: u64,
    /// How many groups have their chart shrunk.
    shrunk: usize,
}

impl Run<'_> {
    /// The difference of one chart, if there is one.
    fn difference(&self, oracle: &mut Oracle, case: &Case) -> Option<(Answer, Answer)> {
        let own = own::render(case);
        if own::is_beyond(&own) {
            return None;
        }
        let helm = oracle.ask(case)?;
        (helm != own).then_some((helm, own))
    }

    fn one(&mut self, oracle: &mut Oracle, number: u64, case: &Case) {
        let (helm, own) = oracle.ask_while(case, || own::render(case), own::is_beyond);
        if own::is_beyond(&own) {
            self.beyond += 1;
            return;
        }
        let Some(helm) = helm else {
            self.lost += 1;
            return;
        };
        if own == helm {
            return;
        }
        // What Helm itself gives otherwise the next time cannot be compared. Go starts small maps at their first
        // entry most of the time, so it takes many times.
        for _ in 0..400 {
            let again = oracle.ask(case);
            if again.as_ref() == Some(&own) {
                return;
            }
            if again.as_ref() != Some(&helm) {
                self.varying += 1;
                return;
            }
        }
        let signature = signature::signature(&helm, &own);
        if let Some(group) = self.groups.get_mut(&signature) {
            group.count += 1;
            return;
        }
        let real = self.helm.and_then(|program| oracle::command(program, case));
        if oracle.ask_anew(case).as_ref() != Some(&helm) || real.as_ref() == Some(&own) {
            self.varying += 1;
            return;
        }
        // Addresses of Go's own data are those of one build.
        if real.is_some_and(|real| real != helm) {
            self.builds += 1;
            return;
        }
        eprintln!("chart {number}: {signature}");
        self.groups.insert(signature, Group { count: 1, number, case: case.clone() });
    }

    fn report(&self, oracle: &mut Oracle, count: u64, out: Option<&Path>) -> bool {
        let mut groups: Vec<_> = self.groups.iter().collect();
        groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.count));
        let total: u64 = groups.iter().map(|(_, group)| group.count).sum();
        let shrunk = self.shrunk;
        for (at, (signature, group)) in groups.iter().enumerate() {
            if at >= shrunk {
                println!("{} × {signature} (chart {})", group.count, group.number);
                continue;
            }
            let wanted = signature;
            let small = shrink::shrink(&group.case, shrink::MAX_TRIES, &mut |case| {
                self.difference(oracle, case).is_some_and(|(helm, own)| signature::signature(&helm, &own) == **wanted)
            });
            let mut text = format!("## {} × {signature} (chart {})\n{}", group.count, group.number, show(&small));
            if let Some((helm, own)) = self.difference(oracle, &small) {
                let _ = writeln!(text, "--- Helm {}\n{}{}", helm.exit, helm.stdout, helm.stderr);
                let _ = writeln!(text, "--- chartlens {}\n{}{}", own.exit, own.stdout, own.stderr);
            }
            match out {
                None => println!("{text}"),
                Some(path) => {
                    let earlier = std::fs::read_to_string(path).unwrap_or_default();
                    let _ = std::fs::write(path, earlier + &text + "\n");
                    println!("{} × {signature}", group.count);
                }
            }
        }
        if self.varying + self.builds + self.lost + self.beyond > 0 {
            let (varying, builds, lost, beyond) = (self.varying, self.builds, self.lost, self.beyond);
            println!(
                "{varying} vary in Helm itself, {builds} from build to build of it, {lost} without an answer, {beyond} without an end or with schemas of the network"
            );
        }
        println!("{count} charts, {total} differ");
        total == 0
    }
}

/// A case as text.
fn show(case: &Case) -> String {
    let mut out = case.chart.as_ref().map_or_else(String::new, |path| format!("=== chart {path}\n"));
    for (name, text) in &case.files {
        let _ = writeln!(out, "=== {name}\n{}", text.trim_end_matches('\n'));
    }
    if !case.values.is_empty() {
        let _ = writeln!(out, "=== -f\n{}", case.values.trim_end_matches('\n'));
    }
    out
}
