//! Modules: variables, locals, outputs, and the modules that they call.

use super::eval::{Eval, Scope};
use super::syntax::{Block, Fault, File};
use super::types;
use super::value::{Data, Place, Type, Value};
use crate::inputs::is_terraform;
use chartlens::budget::Exhausted;
use chartlens::text::path::clean;
use hcl_edit::expr::{Expression, TraversalOperator};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The files of a folder.
#[derive(Debug)]
pub struct Module {
    /// The folder, as the user would write it; empty for the working folder.
    pub folder: String,
    /// The files.
    pub files: Vec<File>,
    /// Which file and which of its blocks has a local value.
    locals: BTreeMap<String, (usize, usize)>,
}

/// A module with its variables: the one that is run, or one that another calls.
#[derive(Debug)]
pub struct Instance {
    /// The files.
    pub module: Rc<Module>,
    /// The folder of the module that is run.
    pub root: String,
    /// The path to its own folder from there.
    path: String,
    inputs: BTreeMap<String, Value>,
    /// What was worked out: none while it is.
    known: RefCell<BTreeMap<String, Option<Value>>>,
    children: RefCell<BTreeMap<String, Option<Children>>>,
    /// How many calls led to it.
    depth: u32,
    chain: Cell<u32>,
}

/// The modules that one call makes.
pub type Children = Rc<Vec<Rc<Instance>>>;

/// How many modules may call each other.
const MAX_CALLS: u32 = 32;

/// How many values may be worked out for each other.
const MAX_CHAIN: u32 = 200;

/// How many resources or modules one block makes, at most.
const MAX_INSTANCES: usize = 100;

impl Module {
    /// Reads the files of a folder.
    pub fn read(eval: &Eval<'_>, folder: &str) -> Module {
        let mut files = Vec::new();
        for name in (eval.files.list)(folder).into_iter().filter(|name| is_terraform(name)) {
            match read(eval, &name) {
                Ok(file) => files.push(file),
                Err(fault) => eval.faults.borrow_mut().push((name, fault)),
            }
        }
        let mut locals = BTreeMap::new();
        for (number, file) in files.iter().enumerate() {
            for (block, inner) in file.body().blocks("locals", 0).iter().enumerate() {
                locals.extend(inner.body.attributes().iter().map(|(name, _)| ((*name).to_owned(), (number, block))));
            }
        }
        Module { folder: folder.to_owned(), files, locals }
    }

    /// The blocks of a type in all files.
    pub fn blocks(&self, name: &str, labels: usize) -> Vec<Block<'_>> {
        self.files.iter().flat_map(|file| file.body().blocks(name, labels)).collect()
    }

    /// The folders of the modules in the same tree that it calls.
    pub fn calls(&self) -> Vec<String> {
        let calls = self.blocks("module", 1);
        calls.iter().filter_map(|block| self.source(block)).collect()
    }

    fn source(&self, block: &Block<'_>) -> Option<String> {
        let source = block.body.attribute("source")?.as_str()?;
        let is_local = source.starts_with("./") || source.starts_with("../");
        is_local.then(|| joined(&self.folder, source))
    }
}

/// Reads one file.
pub fn read(eval: &Eval<'_>, name: &str) -> Result<File, Fault> {
    let fault = |message| Fault { line: 1, column: 1, message };
    let text = (eval.files.read)(name).map_err(fault)?;
    let source = eval.add_source(name, text.clone());
    let text = String::from_utf8(text).map_err(|_| fault("the file is no UTF-8".to_owned()))?;
    File::parse(name, &text, source)
}

/// A path from a folder.
pub fn joined(folder: &str, path: &str) -> String {
    if path.starts_with('/') || folder.is_empty() {
        return clean(path);
    }
    clean(&format!("{folder}/{path}"))
}

impl Instance {
    /// The module that is run, with the variables that are given.
    pub fn root(module: Rc<Module>, inputs: BTreeMap<String, Value>) -> Instance {
        let root = module.folder.clone();
        Instance::new(module, root, ".".to_owned(), inputs, 0)
    }

    fn new(module: Rc<Module>, root: String, path: String, inputs: BTreeMap<String, Value>, depth: u32) -> Instance {
        let (known, children) = (RefCell::default(), RefCell::default());
        Instance { module, root, path, inputs, known, children, depth, chain: Cell::new(0) }
    }

    /// What is worked out once; what hangs on itself is not known.
    fn once(
        &self,
        key: String,
        place: Place,
        work: impl FnOnce() -> Result<Value, Exhausted>,
    ) -> Result<Value, Exhausted> {
        if let Some(known) = self.known.borrow().get(&key) {
            return Ok(known.clone().unwrap_or_else(|| Value::failed(place)));
        }
        self.known.borrow_mut().insert(key.clone(), None);
        let value = self.chained(place, work)?;
        self.known.borrow_mut().insert(key, Some(value.clone()));
        Ok(value)
    }

    /// What is worked out for another value, unless there are too many of these already.
    fn chained(&self, place: Place, work: impl FnOnce() -> Result<Value, Exhausted>) -> Result<Value, Exhausted> {
        let chain = self.chain.get();
        if chain >= MAX_CHAIN {
            return Ok(Value::unknown(place, Type::Any));
        }
        self.chain.set(chain + 1);
        let value = work();
        self.chain.set(chain);
        value
    }

    /// `var.…`
    pub fn variable(&self, eval: &Eval<'_>, name: &str, place: Place) -> Result<Value, Exhausted> {
        let value = self.once(format!("var.{name}"), place, || {
            let blocks = self.module.blocks("variable", 1);
            let Some(block) = blocks.iter().find(|block| block.labels.first().is_some_and(|label| label == name))
            else {
                return Ok(Value::failed(place));
            };
            let scope = Scope::new(None, block.body.source);
            let ty = match block.body.attribute("type") {
                Some(expression) => types::of(eval, expression, &scope)?,
                None => Type::Any,
            };
            if let Some(given) = self.inputs.get(name) {
                return given.clone().converted(&ty);
            }
            match block.body.attribute("default") {
                Some(default) => eval.expression(default, &scope)?.converted(&ty),
                None => Ok(Value::unknown(place, ty)),
            }
        })?;
        // What is not known is told where it is asked for.
        Ok(if value.is_unknown() { Value { place, ..value } } else { value })
    }

    /// `local.…`
    pub fn local(&self, eval: &Eval<'_>, name: &str, place: Place) -> Result<Value, Exhausted> {
        self.once(format!("local.{name}"), place, || {
            let file =
                self.module.locals.get(name).and_then(|(file, block)| Some((self.module.files.get(*file)?, block)));
            let Some((file, number)) = file else { return Ok(Value::failed(place)) };
            let blocks = file.body().blocks("locals", 0);
            eval.budget.spend(blocks.len() as u64)?;
            match blocks.get(*number).and_then(|block| block.body.attribute(name)) {
                Some(expression) => eval.expression(expression, &Scope::new(Some(self), file.source)),
                None => Ok(Value::failed(place)),
            }
        })
    }

    /// `path.…`
    pub fn path(&self, name: &str, place: Place) -> Value {
        match name {
            "module" => Value::text(place, self.path.as_str()),
            "root" | "cwd" => Value::text(place, "."),
            _ => Value::failed(place),
        }
    }

    /// A path as expressions have it, from the working folder: Terraform runs in the folder of its root module.
    pub fn resolved(&self, path: &str) -> String {
        joined(&self.root, path)
    }

    /// `module.….…`
    pub fn output(&self, eval: &Eval<'_>, name: &str, output: &str, place: Place) -> Result<Value, Exhausted> {
        let blocks = self.module.blocks("module", 1);
        let block = blocks.iter().find(|block| block.labels.first().is_some_and(|label| label == name));
        let Some(block) = block.filter(|block| !is_counted(block)) else {
            return Ok(Value::unknown(place, Type::Any));
        };
        let children = self.chained_children(eval, name, block)?;
        let Some(child) = children.as_ref().and_then(|children| children.first()) else {
            return Ok(Value::unknown(place, Type::Any));
        };
        child.once(format!("output.{output}"), place, || {
            let blocks = child.module.blocks("output", 1);
            let block = blocks.iter().find(|block| block.labels.first().is_some_and(|label| label == output));
            match block.and_then(|block| Some((block.body.source, block.body.attribute("value")?))) {
                Some((source, value)) => eval.expression(value, &Scope::new(Some(child), source)),
                None => Ok(Value::unknown(place, Type::Any)),
            }
        })
    }

    fn chained_children(&self, eval: &Eval<'_>, name: &str, block: &Block<'_>) -> Result<Option<Children>, Exhausted> {
        if self.chain.get() >= MAX_CHAIN {
            return Ok(None);
        }
        self.chain.set(self.chain.get() + 1);
        let children = self.children(eval, name, block);
        self.chain.set(self.chain.get() - 1);
        children
    }

    /// The modules that a call makes; none for one that is not in this tree, or that hangs on itself.
    pub fn children(&self, eval: &Eval<'_>, name: &str, block: &Block<'_>) -> Result<Option<Children>, Exhausted> {
        if let Some(known) = self.children.borrow().get(name) {
            return Ok(known.clone());
        }
        self.children.borrow_mut().insert(name.to_owned(), None);
        let Some(folder) = self.module.source(block).filter(|_| self.depth < MAX_CALLS) else { return Ok(None) };
        let module = Rc::new(Module::read(eval, &folder));
        if module.files.is_empty() {
            return Ok(None);
        }
        let source = block.body.attribute("source").and_then(Expression::as_str).unwrap_or_default();
        let path = clean(&format!("{}/{source}", self.path));
        let mut made = Vec::new();
        for scope in self.scopes(eval, block)? {
            let mut inputs = BTreeMap::new();
            for (input, expression) in block.body.attributes() {
                if !matches!(input, "source" | "version" | "providers" | "count" | "for_each" | "depends_on") {
                    inputs.insert(input.to_owned(), eval.expression(expression, &scope)?);
                }
            }
            let (root, depth) = (self.root.clone(), self.depth + 1);
            made.push(Rc::new(Instance::new(module.clone(), root, path.clone(), inputs, depth)));
        }
        let made = Rc::new(made);
        self.children.borrow_mut().insert(name.to_owned(), Some(made.clone()));
        Ok(Some(made))
    }

    /// What the expressions of a block see, once for each time that `count` and `for_each` ask for it.
    pub fn scopes(&self, eval: &Eval<'_>, block: &Block<'_>) -> Result<Vec<Scope<'_>>, Exhausted> {
        let plain = Scope::new(Some(self), block.body.source);
        let keys = |key: Value, value: Value| -> Result<Value, Exhausted> {
            let place = key.place;
            let entries = [("key".to_owned(), (place, key)), ("value".to_owned(), (value.place, value))];
            Value::map(place, entries.into(), None)
        };
        if let Some(count) = block.body.attribute("count") {
            let place = plain.place(count);
            let index = |index| Value::map(place, [("index".to_owned(), (place, index))].into(), None);
            let indices = match eval.expression(count, &plain)?.to_number() {
                Some(count) => (0..MAX_INSTANCES)
                    .map(|n| n as f64)
                    .take_while(|n| *n < count)
                    .map(|n| Value::number(place, n))
                    .collect(),
                None => vec![Value::unknown(place, Type::Number)],
            };
            let named = |value| {
                let mut scope = plain.clone();
                scope.set("count", index(value)?);
                Ok(scope)
            };
            return indices.into_iter().map(named).collect();
        }
        if let Some(each) = block.body.attribute("for_each") {
            let collection = eval.expression(each, &plain)?;
            let place = plain.place(each);
            let pairs = match (super::eval::pairs(&collection), &collection.data) {
                // The keys of a set are its items.
                (Some(pairs), Data::List(_)) => pairs.into_iter().map(|(_, item)| (item.clone(), item)).collect(),
                (Some(pairs), _) => pairs,
                (None, _) => vec![(Value::unknown(place, Type::Text), Value::unknown(place, Type::Any))],
            };
            let named = |(key, value)| {
                let mut scope = plain.clone();
                scope.set("each", keys(key, value)?);
                Ok(scope)
            };
            return pairs.into_iter().take(MAX_INSTANCES).map(named).collect();
        }
        Ok(vec![plain])
    }

    /// An attribute of a resource that its block sets: `kubernetes_namespace.shop.metadata[0].name`.
    pub fn attribute(
        &self,
        eval: &Eval<'_>,
        (kind, name): (&str, &str),
        operators: &[&TraversalOperator],
        place: Place,
    ) -> Result<Value, Exhausted> {
        let unknown = Ok(Value::unknown(place, Type::Any));
        let blocks = self.module.blocks("resource", 2);
        eval.budget.spend(blocks.len() as u64)?;
        let Some(block) = blocks.iter().find(|block| block.labels == [kind, name]).filter(|block| !is_counted(block))
        else {
            return unknown;
        };
        let scope = Scope::new(Some(self), block.body.source);
        let mut body = block.body;
        let mut rest = operators.iter().copied().skip(1);
        while let Some(TraversalOperator::GetAttr(name)) = rest.next() {
            if let Some(expression) = body.attribute(name.as_str()) {
                let rest: Vec<&TraversalOperator> = rest.collect();
                return self.chained(place, || {
                    let value = eval.expression(expression, &scope)?;
                    eval.walk(value, &rest, place, &scope)
                });
            }
            let is_first = match rest.next() {
                Some(TraversalOperator::LegacyIndex(index)) => *index.value() == 0,
                Some(TraversalOperator::Index(Expression::Number(index))) => index.value().as_u64() == Some(0),
                _ => false,
            };
            match body.blocks(name.as_str(), 0).first().filter(|_| is_first) {
                Some(inner) => body = inner.body,
                None => return unknown,
            }
        }
        unknown
    }
}

/// Whether there may be several of it.
fn is_counted(block: &Block<'_>) -> bool {
    block.body.attribute("count").or(block.body.attribute("for_each")).is_some()
}

/// The values of a file of variables.
pub fn variables(eval: &Eval<'_>, name: &str) -> Result<BTreeMap<String, Value>, Fault> {
    let file = read(eval, name)?;
    let scope = Scope::new(None, file.source);
    let mut found = BTreeMap::new();
    for (name, expression) in file.body().attributes() {
        let value = eval.expression(expression, &scope);
        let value = value.map_err(|end| Fault { line: 1, column: 1, message: end.to_string() })?;
        found.insert(name.to_owned(), value);
    }
    Ok(found)
}
