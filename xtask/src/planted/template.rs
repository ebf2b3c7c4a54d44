//! Mistakes in templates.

use super::site::Site;
use super::{Kind, Plant};
use crate::differential::rng::Rng;
use std::collections::HashSet;

/// The kinds.
pub const KINDS: &[Kind] = &[
    Kind { name: "dollar", is_heard: true, is_strict: false, plant: dollar },
    Kind { name: "include-dot", is_heard: true, is_strict: false, plant: include_dot },
    Kind { name: "include-name", is_heard: true, is_strict: false, plant: include_name },
    Kind { name: "function", is_heard: true, is_strict: false, plant: function },
    Kind { name: "helper-twice", is_heard: true, is_strict: false, plant: helper_twice },
    Kind { name: "end", is_heard: true, is_strict: false, plant: end },
    Kind { name: "brace", is_heard: true, is_strict: false, plant: brace },
    Kind { name: "trim", is_heard: true, is_strict: false, plant: trim },
    Kind { name: "under-list", is_heard: true, is_strict: false, plant: under_list },
    Kind { name: "duplicate-key", is_heard: true, is_strict: false, plant: duplicate_key },
    Kind { name: "tab", is_heard: true, is_strict: false, plant: tab },
    Kind { name: "api-version", is_heard: true, is_strict: false, plant: api_version },
    Kind { name: "selector", is_heard: true, is_strict: false, plant: selector },
    Kind { name: "port-name", is_heard: true, is_strict: false, plant: port_name },
    Kind { name: "volume", is_heard: true, is_strict: false, plant: volume },
    Kind { name: "secret-data", is_heard: true, is_strict: false, plant: secret_data },
    Kind { name: "values-path", is_heard: true, is_strict: false, plant: values_path },
];

/// A line of a template.
type At<'s> = (&'s str, usize, &'s str);

/// One of the lines of which a condition holds.
fn one<'s>(site: &'s Site, rng: &mut Rng, holds: impl Fn(At<'s>) -> bool) -> Option<At<'s>> {
    let all: Vec<At<'s>> = site.template_lines().filter(|at| holds(*at)).collect();
    (!all.is_empty()).then(|| *rng.pick(&all))
}

/// The words of the block that an action opens, if it opens one.
fn opens(line: &str) -> bool {
    let mut words = line.split("{{").skip(1).map(|action| action.trim_start_matches('-').trim_start());
    let opened =
        words.clone().filter(|w| ["if ", "range ", "with ", "define "].iter().any(|o| w.starts_with(o))).count();
    opened > words.by_ref().filter(|w| w.starts_with("end")).count()
}

/// `$.Values` without its dollar inside `range` or `with`.
fn dollar(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| line.contains("$.Values.") && !line.contains("range"))?;
    Plant::line(site, file, number, line.replacen("$.Values.", ".Values.", 1))
}

/// A helper called without its argument.
fn include_dot(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) =
        one(site, rng, |(_, _, line)| line.matches("include \"").count() == 1 && line.contains("\" . "))?;
    Plant::line(site, file, number, line.replacen("\" . ", "\" ", 1))
}

/// The name of a helper with a letter too many.
fn include_name(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| line.contains("include \""))?;
    let at = line.find("include \"")? + "include \"".len();
    let end = at + line.get(at..)?.find('"')?;
    Plant::line(site, file, number, format!("{}s{}", line.get(..end)?, line.get(end..)?))
}

/// A function misspelt.
fn function(site: &Site, rng: &mut Rng) -> Option<Plant> {
    const NAMES: &[(&str, &str)] = &[
        ("| quote", "| qoute"),
        ("toYaml ", "toYml "),
        ("nindent ", "nident "),
        ("default ", "defualt "),
        ("printf ", "prinft "),
    ];
    let (right, wrong) = *rng.pick(NAMES);
    let (file, number, line) = one(site, rng, |(_, _, line)| line.contains(right) && line.contains("{{"))?;
    Plant::line(site, file, number, line.replacen(right, wrong, 1))
}

/// A helper defined a second time, as a copied file would.
fn helper_twice(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| line.trim_start().starts_with("{{- define \""))?;
    let last = site.lines(file).len();
    let old = site.line(file, last)?;
    let name = line.split('"').nth(1)?;
    let new = format!("{old}\n{{{{- define \"{name}\" -}}}}\nanother\n{{{{- end -}}}}");
    let plant = Plant {
        edits: vec![(file.to_owned(), last, old.to_owned(), Some(new))],
        expect: Some((file.to_owned(), last + 1)),
        ..Plant::default()
    };
    Some(plant.or(file, number))
}

/// The end of a block forgotten: told where it was opened.
fn end(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, _) =
        one(site, rng, |(_, _, line)| matches!(line.trim(), "{{- end }}" | "{{ end }}" | "{{- end -}}"))?;
    let mut depth = 1;
    let opened = (1..number).rev().find(|at| {
        let line = site.line(file, *at).unwrap_or_default();
        let is_end = |a: &&str| a.trim_start_matches('-').trim_start().starts_with("end");
        depth += line.split("{{").skip(1).filter(is_end).count() as i32;
        depth -= i32::from(opens(line));
        depth == 0
    })?;
    let mut plant = Plant::gone(site, file, number)?;
    // Of blocks that stand in one column nothing tells which lacks its end: the outermost is what stays open.
    let column = |at: usize| site.line(file, at).map_or(0, |line| line.len() - line.trim_start().len());
    let around: Vec<usize> = enclosing(site, file, opened);
    let level = around.iter().take_while(|at| column(**at) == column(opened)).last();
    plant.expect = Some((file.to_owned(), level.copied().unwrap_or(opened)));
    plant.others = around.into_iter().chain([opened]).map(|at| (file.to_owned(), at)).collect();
    plant.others.push((file.to_owned(), site.lines(file).len().saturating_sub(1)));
    Some(plant)
}

/// The lines of the blocks that are open above a line, innermost first.
fn enclosing(site: &Site, file: &str, number: usize) -> Vec<usize> {
    let mut open: Vec<usize> = Vec::new();
    for at in 1..number {
        let line = site.line(file, at).unwrap_or_default();
        let words = line.split("{{").skip(1).map(|action| action.trim_start_matches('-').trim_start());
        for word in words {
            match word {
                word if ["if ", "range ", "with ", "define "].iter().any(|opens| word.starts_with(opens)) => {
                    open.push(at)
                }
                word if word.starts_with("end") => drop(open.pop()),
                _ => {}
            }
        }
    }
    open.reverse();
    open
}

/// A brace too few.
fn brace(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| line.matches("{{").count() == 1 && line.ends_with(" }}"))?;
    Plant::line(site, file, number, line.get(..line.len() - 1)?).map(|plant| plant.or(file, number + 1))
}

/// A trim that eats the line break behind a value.
fn trim(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(file, number, line)| {
        let below = site.line(file, number + 1).unwrap_or_default().trim();
        if below.is_empty() || below.starts_with(['#', '{']) {
            return false;
        }
        let is_value = line.split_once(": {{").is_some_and(|(key, _)| !key.contains(['{', '#']));
        is_value && line.ends_with(" }}") && line.matches("{{").count() == 1
    })?;
    let new = format!("{} -}}}}", line.get(..line.len() - 3)?);
    let plant = Plant::line(site, file, number, new)?;
    // A text in a ConfigMap is whatever its program takes.
    site.fails(&plant).then(|| plant.or(file, number + 1))
}

/// A line under a list's item that stands a blank too far to the left or right.
fn under_list(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let is_item = |line: &str| line.trim_start().starts_with("- name: ");
    let (file, number, line) = one(site, rng, |(file, number, line)| {
        let above = site.line(file, number - 1).unwrap_or_default();
        is_item(above) && !line.trim().is_empty() && !line.trim_start().starts_with(['-', '{', '#'])
    })?;
    let new = if rng.one_in(2) { line.strip_prefix(' ')?.to_owned() } else { format!(" {line}") };
    Plant::line(site, file, number, new).map(|plant| plant.or(file, number - 1).or(file, number + 1))
}

/// A key of a map twice.
fn duplicate_key(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| {
        let key = line.trim_start();
        let known = ["replicas: ", "serviceAccountName: ", "type: ", "image: ", "imagePullPolicy: ", "port: "];
        known.iter().any(|known| key.starts_with(known))
    })?;
    let mut plant = Plant::line(site, file, number, format!("{line}\n{line}"))?;
    plant.expect = Some((file.to_owned(), number + 1));
    Some(plant.or(file, number))
}

/// A tab for blanks.
fn tab(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| {
        line.starts_with("  ") && line.contains(": ") && !line.trim_start().starts_with(['{', '#', '-'])
    })?;
    Plant::line(site, file, number, format!("\t{}", line.trim_start()))
}

/// A version of an API that is gone, or a group that has no such kind.
fn api_version(site: &Site, rng: &mut Rng) -> Option<Plant> {
    const VERSIONS: &[(&str, &str)] = &[
        ("apiVersion: apps/v1", "apiVersion: apps/v1beta1"),
        ("apiVersion: apps/v1", "apiVersion: extensions/v1beta1"),
        ("apiVersion: apps/v1", "apiVersion: app/v1"),
        ("apiVersion: batch/v1", "apiVersion: batch/v1beta1"),
        ("apiVersion: networking.k8s.io/v1", "apiVersion: networking.k8s.io/v1beta1"),
        ("apiVersion: rbac.authorization.k8s.io/v1", "apiVersion: rbac.authorization.k8s.io/v1beta1"),
        ("apiVersion: policy/v1", "apiVersion: policy/v1beta1"),
    ];
    let (right, wrong) = *rng.pick(VERSIONS);
    let (file, number, _) = one(site, rng, |(_, _, line)| line == right)?;
    Plant::line(site, file, number, wrong).map(|plant| plant.or(file, number + 1))
}

/// A label that the selector asks for and the pods lack. What affinity asks for need not be there.
fn selector(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(file, number, line)| {
        let above = |lines: usize| site.line(file, number.saturating_sub(lines)).unwrap_or_default().trim();
        above(1) == "matchLabels:"
            && above(2) == "selector:"
            && line.contains(": ")
            && !line.contains("{{-")
            && writes(site, file, WORKLOADS)
    })?;
    let blanks = line.len() - line.trim_start().len();
    let new = format!("{}wrong.{}", " ".repeat(blanks), line.trim_start());
    Plant::line(site, file, number, new).map(|plant| plant.or(file, number - 1))
}

/// The names that stand beside the numbers of containers' ports.
fn container_ports(output: &str) -> HashSet<String> {
    let lines: Vec<&str> = output.lines().map(|line| line.trim_start_matches([' ', '-'])).collect();
    let beside = lines.windows(3).filter(|lines| lines.iter().any(|line| line.starts_with("containerPort: ")));
    let names = beside.flatten().filter_map(|line| line.strip_prefix("name: "));
    names.map(|name| name.trim_matches(['"', ' ']).to_owned()).collect()
}

/// A port's name that no container has. Where the containers are no part of the chart, nobody knows their ports.
fn port_name(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let container_ports = container_ports(&String::from_utf8_lossy(&site.output));
    let (file, number, line) = one(site, rng, |(_, _, line)| {
        let port = line.trim_start().strip_prefix("targetPort: ");
        let port = port.filter(|port| port.starts_with(|c: char| c.is_ascii_lowercase()));
        port.is_some_and(|port| container_ports.contains(port.trim()))
    })?;
    Plant::line(site, file, number, format!("{line}x"))
}

/// Kinds with pods of their own.
const WORKLOADS: &[&str] = &["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"];

/// Whether a template writes one of some kinds, or may: a helper says nothing of it.
fn writes(site: &Site, file: &str, wanted: &[&str]) -> bool {
    let mut kinds = site.lines(file).iter().filter_map(|line| line.strip_prefix("kind: ")).peekable();
    kinds.peek().is_none() || kinds.any(|kind| wanted.contains(&kind.trim()) || kind.contains("{{"))
}

/// A mount of a volume that is not there. What mounts mean in custom resources only their controllers know.
fn volume(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(file, number, line)| {
        if !writes(site, file, WORKLOADS) {
            return false;
        }
        let near = [number - 1, number + 1].map(|at| site.line(file, at).unwrap_or_default().to_owned());
        line.trim_start().starts_with("- name: ")
            && !line.contains("{{")
            && near.iter().any(|l| l.trim_start().starts_with("mountPath: "))
    })?;
    Plant::line(site, file, number, format!("{line}x"))
}

/// A secret's data as it is, where that is no base64.
fn secret_data(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(file, _, line)| {
        let text = site.lines(file);
        text.iter().any(|line| line == "kind: Secret") && line.contains(" | b64enc") && line.contains(": {{")
    })?;
    let plant = Plant::line(site, file, number, line.replacen(" | b64enc", "", 1))?;
    let key = line.trim_start().split_once(':')?.0.trim_matches('"');
    let answer = site.answer(&plant)?;
    let output = String::from_utf8_lossy(&answer.stdout);
    let is_plain = |line: &str| {
        let value = line.trim_start().strip_prefix(key).and_then(|rest| rest.strip_prefix(':'));
        value.is_some_and(|value| !is_base64(value.trim().trim_matches(['"', '\''])))
    };
    (answer.exit != 0 || output.lines().any(is_plain)).then_some(plant)
}

fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches('=');
    let is_digit = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
    text.len().is_multiple_of(4) && text.len() - digits.len() < 3 && digits.chars().all(is_digit)
}

/// A misspelt path of values that something is read from.
fn values_path(site: &Site, rng: &mut Rng) -> Option<Plant> {
    let (file, number, line) = one(site, rng, |(_, _, line)| {
        // What is asked for, or has a default, may be missing.
        let asked = ["if ", "with ", "range ", "default", "/*"].iter().any(|word| line.contains(word));
        line.matches(".Values.").count() == 1 && line.contains("{{") && !asked
    })?;
    let at = line.find(".Values.")? + ".Values.".len();
    let name = line.get(at..)?.split(|c: char| !c.is_ascii_alphanumeric()).next()?;
    (name.len() > 3).then_some(())?;
    Plant::line(site, file, number, format!("{}{}{}", line.get(..at + 1)?, line.get(at..at + 1)?, line.get(at + 1..)?))
}
