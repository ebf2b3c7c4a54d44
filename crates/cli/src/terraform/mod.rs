//! Terraform: `helm_release`, `kubernetes_manifest` and `kubectl_manifest`, with what variables, locals, functions and modules of
//! the same tree say of them. Nothing is run: what only a run can tell is unknown, has a placeholder in its place, and no
//! finding comes of it.
//!
//! Nothing here reads files: the host says what stands at a path.

mod encode;
mod eval;
mod functions;
mod guard;
mod module;
mod resources;
mod syntax;
mod template;
mod text;
mod types;
mod value;

use crate::releases::{Files, Found};
use chartlens::budget::{Budget, CancelToken, Exhausted, Limits};
use chartlens::diag::{Cause, Diagnostic, Place};
use chartlens::text::{LineColumn, SourceFile};
use eval::Eval;
use module::{Instance, Module};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use syntax::Fault;

/// How many steps the expressions of one tree may take.
const FUEL: u64 = 2_000_000;

/// How long a text may become.
const STRING: u64 = 16 << 20;

/// What the configurations in folders ask for. `only` is a file, where one is named and not its folder; `given` are files of
/// variables beside those that Terraform reads by itself.
pub fn found(folders: &[String], only: Option<&str>, given: &[String], files: &Files<'_>) -> Found {
    let mut limits = Limits::default();
    (limits.fuel, limits.string) = (FUEL, STRING);
    let budget = Budget::new(limits, CancelToken::default());
    let eval = Eval { files, sources: RefCell::default(), faults: RefCell::default(), budget };
    let mut found = Found::default();
    let modules: Vec<Rc<Module>> = folders.iter().map(|folder| Rc::new(Module::read(&eval, folder))).collect();
    // What another calls is looked at as it is called.
    let called: BTreeSet<String> = modules.iter().flat_map(|module| module.calls()).collect();
    for module in modules.into_iter().filter(|module| !called.contains(&module.folder) || only.is_some()) {
        let inputs = inputs(&eval, &module.folder, given);
        let folder = module.folder.clone();
        let root = Instance::root(module, inputs);
        if let Err(end) = resources::find(&eval, &root, only, &mut found) {
            let folder = if folder.is_empty() { "." } else { &folder };
            let end = match end {
                Exhausted::Fuel(most) => {
                    format!("limit reached: expressions that take more than {most} steps (limit `fuel`)")
                }
                end => end.to_string(),
            };
            found.notes.push(format!("{folder}: {end}: the rest of its Terraform is not looked at"));
        }
    }
    found.read.extend(eval.sources.take().into_iter().map(|(name, _)| name));
    let mut told = BTreeSet::new();
    for (file, fault) in eval.faults.take() {
        if only.is_none_or(|only| only == file) && told.insert((file.clone(), fault.line)) {
            tell(&file, fault, files, &mut found);
        }
    }
    found
}

/// The variables of a root module: `terraform.tfvars`, `*.auto.tfvars`, and the files that are given.
fn inputs(eval: &Eval<'_>, folder: &str, given: &[String]) -> BTreeMap<String, value::Value> {
    let all = (eval.files.list)(folder);
    let name = |path: &String| path.rsplit('/').next().unwrap_or_default().to_owned();
    let of = |is: fn(&str) -> bool| all.iter().filter(move |path| is(&name(path)));
    let plain = of(|name| name == "terraform.tfvars").chain(of(|name| name == "terraform.tfvars.json"));
    let auto = of(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"));
    let mut inputs = BTreeMap::new();
    for path in plain.chain(auto).chain(given) {
        match module::variables(eval, path) {
            Ok(values) => inputs.extend(values),
            Err(fault) => eval.faults.borrow_mut().push((path.clone(), fault)),
        }
    }
    inputs
}

/// Adds a file that cannot be read as a finding.
fn tell(file: &str, fault: Fault, files: &Files<'_>, found: &mut Found) {
    let Fault { line, column, message } = fault;
    let source = SourceFile::new(file, (files.read)(file).unwrap_or_default());
    let at = |column| source.lines().offset_of(&source.text, LineColumn { line, column }) as usize;
    let place = Place::new(&source, at(column)..at(column + 1));
    let cause = Some(Cause { template: Some(place), ..Cause::default() });
    let fault = Diagnostic { code: "terraform/invalid".into(), message, cause, ..Diagnostic::default() };
    found.faults.push((fault, source.text.clone()));
}
