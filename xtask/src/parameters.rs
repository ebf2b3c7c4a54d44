//! `cargo xtask docs-parity`: the tables of `chartlens docs` beside those of Bitnami's readme-generator-for-helm and of
//! helm-docs, over fixtures of every annotation and over real charts.

use crate::{option, switch};
use chartlens_tests::known;
use chartlens_tests::parameters::{Sample, Tools, charts, differences, fixtures, folder};
use std::collections::BTreeMap;
use std::path::Path;

/// Compares all tables; whether every difference has a reason.
pub fn run(args: &[String]) -> bool {
    let path = |name| option(args, name).map(Into::into);
    let tools = Tools { readme_generator: path("--readme-generator"), helm_docs: path("--helm-docs") };
    if tools.readme_generator.is_none() && tools.helm_docs.is_none() {
        eprintln!("docs-parity asks other programs: give --readme-generator bin/index.js or --helm-docs BIN");
        return false;
    }
    let own = fixtures();
    let mut count = Count::default();
    for sample in &own {
        let Some(answer) = tools.ask(sample) else { continue };
        if let (Ok(table), true) = (&answer, switch(args, "--write"))
            && let Err(error) = std::fs::write(folder().join(format!("{}.md", sample.name)), format!("{table}\n"))
        {
            eprintln!("{}: {error}", sample.name);
            return false;
        }
        count.add(sample, answer);
    }
    println!("fixtures: {count}");
    let mut all = Count::default();
    for sample in charts(Path::new(option(args, "--dir").unwrap_or("../shared/corpus"))) {
        if let Some(answer) = tools.ask(&sample) {
            all.add(&sample, answer);
        }
    }
    println!("charts: {all}");
    for (reason, charts) in &all.reasons {
        println!("{:>4} {reason}", charts.len());
    }
    count.wrong + all.wrong == 0
}

/// How the tables came out.
#[derive(Default)]
struct Count {
    compared: usize,
    same: usize,
    refused: usize,
    wrong: usize,
    reasons: BTreeMap<&'static str, Vec<String>>,
}

impl Count {
    fn add(&mut self, sample: &Sample, answer: Result<String, String>) {
        self.compared += 1;
        let own = sample.own();
        let known = known::parameters(&sample.name);
        let told = match (answer, own) {
            (_, Err(error)) => Err(format!("chartlens: {error}")),
            // The tool makes no table of comments that do not fit the values: here they are findings.
            (Err(_), Ok((_, problems))) if problems > 0 => {
                self.refused += 1;
                return;
            }
            (Err(error), Ok(_)) => Err(format!("the tool makes no table: {error}")),
            (Ok(theirs), Ok((ours, _))) => differences(&theirs, &ours),
        };
        match (told, known) {
            (Ok(reasons), None) => {
                self.same += usize::from(reasons.is_empty());
                reasons
                    .into_iter()
                    .for_each(|reason| self.reasons.entry(reason).or_default().push(sample.name.clone()));
            }
            (Ok(_), Some(_)) => {
                self.wrong += 1;
                println!("{}: is known to differ, and does not", sample.name);
            }
            (Err(_), Some(reason)) => self.reasons.entry(reason).or_default().push(sample.name.clone()),
            (Err(what), None) => {
                self.wrong += 1;
                println!("{}:\n{what}", sample.name);
            }
        }
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let differ = self.compared - self.same - self.refused - self.wrong;
        write!(
            f,
            "{} tables: {} equal, {differ} differ for a reason, {} where the tool refuses the comments and chartlens finds why, {} wrong",
            self.compared, self.same, self.refused, self.wrong
        )
    }
}
