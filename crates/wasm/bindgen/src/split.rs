//! Cuts a module in two: what every chart needs, and what is loaded when a chart asks for it.
//!
//! The second module shares memory, table and globals with the first. A function that moved is reached through a slot of
//! the table: the first module fills it with a placeholder that calls [`MISSING`], and the second, once it is there,
//! with the function. So either works whether or not this program knows what calls what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use wasm_encoder::reencode::{Error, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, Instruction, Module, TableSection, TableType, TypeSection,
};
use wasmparser::{
    ConstExpr as ParsedExpr, Element, ElementItems, ElementKind, ExternalKind, FuncType, Operator, Payload, TypeRef,
};

/// The function of the first module that says that the second is not there.
pub const MISSING: &str = "deferred_is_missing";
/// What the second module calls the first.
const ENGINE: &str = "engine";
/// Functions are called through this table.
const TABLE: u32 = 0;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Both modules.
pub struct Parts {
    pub engine: Vec<u8>,
    pub deferred: Vec<u8>,
}

/// A module as far as cutting it needs to know.
#[derive(Default)]
struct Parsed<'a> {
    /// Types by index.
    types: Vec<FuncType>,
    imports: Vec<wasmparser::Import<'a>>,
    /// The type of every function, imported ones first.
    functions: Vec<u32>,
    imported: u32,
    tables: Vec<wasmparser::TableType>,
    memories: Vec<wasmparser::MemoryType>,
    globals: Vec<wasmparser::Global<'a>>,
    exports: Vec<wasmparser::Export<'a>>,
    start: Option<u32>,
    elements: Vec<Element<'a>>,
    bodies: Vec<wasmparser::FunctionBody<'a>>,
    data: Option<wasmparser::DataSectionReader<'a>>,
    names: HashMap<u32, &'a str>,
    /// What of WebAssembly the code makes use of, for the tools that follow.
    features: &'a [u8],
}

/// The custom section with [`Parsed::features`].
const FEATURES: &str = "target_features";

impl<'a> Parsed<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self> {
        let mut found = Self::default();
        for payload in wasmparser::Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(types) => {
                    for kind in types.into_iter_err_on_gc_types() {
                        found.types.push(kind?);
                    }
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        let import = import?;
                        let TypeRef::Func(kind) = import.ty else {
                            return Err("only functions can be imported".into());
                        };
                        found.functions.push(kind);
                        found.imported += 1;
                        found.imports.push(import);
                    }
                }
                Payload::FunctionSection(types) => {
                    for kind in types {
                        found.functions.push(kind?);
                    }
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        found.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        found.memories.push(memory?);
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        found.globals.push(global?);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        found.exports.push(export?);
                    }
                }
                Payload::StartSection { func, .. } => found.start = Some(func),
                Payload::ElementSection(elements) => {
                    for element in elements {
                        found.elements.push(element?);
                    }
                }
                Payload::CodeSectionEntry(body) => found.bodies.push(body),
                Payload::DataSection(data) => found.data = Some(data),
                Payload::CustomSection(custom) if custom.name() == FEATURES => found.features = custom.data(),
                Payload::CustomSection(custom) => {
                    if let wasmparser::KnownCustom::Name(names) = custom.as_known() {
                        for names in names {
                            let wasmparser::Name::Function(names) = names? else { continue };
                            for naming in names {
                                let naming = naming?;
                                found.names.insert(naming.index, naming.name);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(found)
    }

    /// The functions with a body: index and body.
    fn defined(&self) -> impl Iterator<Item = (u32, &wasmparser::FunctionBody<'a>)> {
        (self.imported..).zip(&self.bodies)
    }

    /// What each function refers to, by index.
    fn references(&self) -> Result<HashMap<u32, BTreeSet<u32>>> {
        let mut all = HashMap::new();
        for (index, body) in self.defined() {
            let mut found = BTreeSet::new();
            for operator in body.get_operators_reader()? {
                match operator? {
                    Operator::Call { function_index }
                    | Operator::ReturnCall { function_index }
                    | Operator::RefFunc { function_index } => {
                        found.insert(function_index);
                    }
                    _ => {}
                }
            }
            all.insert(index, found);
        }
        Ok(all)
    }

    /// The slots of the table: which function is in which.
    fn slots(&self) -> Result<BTreeMap<u32, u32>> {
        let mut slots = BTreeMap::new();
        for element in &self.elements {
            // Both modules get these segments anew, and no others.
            let (
                ElementKind::Active { table_index: None | Some(TABLE), offset_expr },
                ElementItems::Functions(functions),
            ) = (&element.kind, element.items.clone())
            else {
                return Err("cannot cut a module with other elements than active ones of functions".into());
            };
            let start = constant(offset_expr)?;
            for (slot, function) in (start..).zip(functions) {
                slots.insert(slot, function?);
            }
        }
        Ok(slots)
    }

    fn exported(&self, name: &str) -> Option<u32> {
        self.exports
            .iter()
            .find(|export| export.name == name && export.kind == ExternalKind::Func)
            .map(|export| export.index)
    }
}

/// The value of an expression that is one constant.
fn constant(expression: &ParsedExpr<'_>) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        other => Err(format!("a slot at {other:?}").into()),
    }
}

/// The functions that move: those of the crates, and what only they refer to.
fn deferred(
    parsed: &Parsed<'_>,
    references: &HashMap<u32, BTreeSet<u32>>,
    fixed: &BTreeSet<u32>,
    crates: &[&str],
) -> BTreeSet<u32> {
    let mut moved: BTreeSet<u32> = parsed
        .defined()
        .map(|(index, _)| index)
        .filter(|index| parsed.names.get(index).is_some_and(|name| is_of(name, crates)))
        .collect();
    let mut callers: HashMap<u32, Vec<u32>> = HashMap::new();
    for (&caller, called) in references {
        for &called in called {
            callers.entry(called).or_default().push(caller);
        }
    }
    // Exports and what tables hold can be called from anywhere.
    let mut next: Vec<u32> = moved.iter().copied().collect();
    while let Some(caller) = next.pop() {
        for &called in references.get(&caller).into_iter().flatten() {
            let only_moved = || callers[&called].iter().all(|caller| moved.contains(caller));
            if called >= parsed.imported && !fixed.contains(&called) && !moved.contains(&called) && only_moved() {
                moved.insert(called);
                next.push(called);
            }
        }
    }
    // Of equal functions the compiler makes one, under a name of either: a small one by itself may be of all crates.
    let is_small = |index: &u32| parsed.bodies[(index - parsed.imported) as usize].range().len() <= SMALL;
    let by_itself = |index: &u32| references.get(index).into_iter().flatten().all(|called| !moved.contains(called));
    let elsewhere = |index: &u32| callers.get(index).into_iter().flatten().any(|caller| !moved.contains(caller));
    let stays: Vec<u32> =
        moved.iter().filter(|index| is_small(index) && elsewhere(index) && by_itself(index)).copied().collect();
    stays.iter().for_each(|index| _ = moved.remove(index));
    moved
}

/// A function of so many bytes does not weigh.
const SMALL: usize = 64;

/// Whether one of the crates, or of the modules of one, wrote a function, by its demangled name,
/// `<cel[0123456789abcdef]::Value as …>::…`.
///
/// Code of other crates for a type of theirs (`Vec<cel::Value>`) does not count: the compiler makes one function of equal
/// ones, whatever their types. It moves where only theirs calls it.
fn is_of(name: &str, crates: &[&str]) -> bool {
    let mut path = name.trim_start_matches(['<', '&', '[', '(']);
    for word in ["mut ", "dyn "] {
        path = path.strip_prefix(word).unwrap_or(path);
    }
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    let name = &path[..end];
    // What stands between brackets behind the name of a crate tells versions apart.
    let inner = path[end..].strip_prefix('[').and_then(|rest| Some(rest.split_once(']')?.1)).unwrap_or(&path[end..]);
    crates.iter().any(|wanted| match wanted.strip_prefix(name) {
        Some("") => true,
        Some(module) if module.starts_with("::") => {
            inner.strip_prefix(module).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        }
        _ => false,
    })
}

/// Writes functions anew with other indices.
struct Renumbered<'m>(&'m HashMap<u32, u32>);

impl Reencode for Renumbered<'_> {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, Error<Self::Error>> {
        Ok(self.0[&function])
    }
}

/// Calls a function of this type through a slot.
fn thunk(kind: &FuncType, index: u32, slot: u32) -> Function {
    let mut body = Function::new([]);
    for parameter in 0..kind.params().len() as u32 {
        body.instruction(&Instruction::LocalGet(parameter));
    }
    body.instruction(&Instruction::I32Const(slot as i32));
    body.instruction(&Instruction::CallIndirect { type_index: index, table_index: TABLE });
    body.instruction(&Instruction::End);
    body
}

/// Says that the second module is not there.
fn placeholder(missing: u32) -> Function {
    let mut body = Function::new([]);
    body.instruction(&Instruction::Call(missing));
    body.instruction(&Instruction::Unreachable);
    body.instruction(&Instruction::End);
    body
}

/// A cut, decided: indices are those of the whole module.
struct Cut<'a> {
    parsed: Parsed<'a>,
    moved: BTreeSet<u32>,
    /// Moved functions that the first module calls by name, and the slot that each is called through.
    thunks: BTreeMap<u32, u32>,
    /// The moved function in each slot that the second module fills.
    slots: BTreeMap<u32, u32>,
    /// The slots of the table.
    size: u32,
    /// What moved functions call in the first module.
    shared: BTreeSet<u32>,
    missing: u32,
}

impl<'a> Cut<'a> {
    fn new(bytes: &'a [u8], crates: &[&str]) -> Result<Self> {
        let parsed = Parsed::new(bytes)?;
        let references = parsed.references()?;
        let missing = parsed.exported(MISSING).ok_or_else(|| format!("the module has no function {MISSING}"))?;
        if parsed.types.get(parsed.functions[missing as usize] as usize).is_none_or(|kind| !kind.params().is_empty()) {
            return Err(format!("{MISSING} takes arguments").into());
        }
        let all_slots = parsed.slots()?;
        let exported =
            parsed.exports.iter().filter(|export| export.kind == ExternalKind::Func).map(|export| export.index);
        let exported: BTreeSet<u32> = exported.chain(parsed.start).collect();
        let fixed = exported.iter().copied().chain(all_slots.values().copied()).collect();
        let moved = deferred(&parsed, &references, &fixed, crates);

        let kept = || references.iter().filter(|(caller, _)| !moved.contains(caller));
        let called: BTreeSet<u32> = kept()
            .flat_map(|(_, called)| called)
            .chain(&exported)
            .copied()
            .filter(|index| moved.contains(index))
            .collect();
        let mut slots: BTreeMap<u32, u32> =
            all_slots.into_iter().filter(|(_, function)| moved.contains(function)).collect();
        let mut size = u32::try_from(parsed.tables[TABLE as usize].initial)?;
        let mut thunks = BTreeMap::new();
        for function in called {
            let slot = slots.iter().find(|(_, other)| **other == function).map(|(slot, _)| *slot);
            let slot = slot.unwrap_or_else(|| {
                size += 1;
                size - 1
            });
            slots.insert(slot, function);
            thunks.insert(function, slot);
        }
        let shared = moved
            .iter()
            .flat_map(|function| &references[function])
            .copied()
            .filter(|index| !moved.contains(index))
            .collect();
        Ok(Self { parsed, moved, thunks, slots, size, shared, missing })
    }

    fn features(&self) -> CustomSection<'a> {
        CustomSection { name: FEATURES.into(), data: self.parsed.features.into() }
    }

    fn kind(&self, function: u32) -> u32 {
        self.parsed.functions[function as usize]
    }

    fn types(&self) -> Result<TypeSection> {
        let mut section = TypeSection::new();
        for kind in &self.parsed.types {
            section.ty().func_type(&RoundtripReencoder.func_type(kind.clone())?);
        }
        Ok(section)
    }

    fn tables(&self) -> Result<Vec<TableType>> {
        let mut tables = Vec::new();
        for table in &self.parsed.tables {
            tables.push(RoundtripReencoder.table_type(*table)?);
        }
        let table = &mut tables[TABLE as usize];
        table.minimum = self.size.into();
        table.maximum = table.maximum.map(|maximum| maximum.max(self.size.into()));
        Ok(tables)
    }

    /// What the second module takes from the first, beside functions: name, kind and index.
    fn places(&self) -> Result<Vec<(String, EntityType, ExportKind, u32)>> {
        let mut places = Vec::new();
        for (index, table) in (0..).zip(self.tables()?) {
            places.push((format!("t{index}"), EntityType::Table(table), ExportKind::Table, index));
        }
        for (index, memory) in (0..).zip(&self.parsed.memories) {
            places.push((
                format!("m{index}"),
                EntityType::Memory(RoundtripReencoder.memory_type(*memory)?),
                ExportKind::Memory,
                index,
            ));
        }
        for (index, global) in (0..).zip(&self.parsed.globals) {
            places.push((
                format!("g{index}"),
                EntityType::Global(RoundtripReencoder.global_type(global.ty)?),
                ExportKind::Global,
                index,
            ));
        }
        Ok(places)
    }

    /// The first module: thunks and placeholders follow its own functions.
    fn engine(&self) -> Result<Vec<u8>> {
        let parsed = &self.parsed;
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        let kept: Vec<u32> = (0..parsed.functions.len() as u32).filter(|index| !self.moved.contains(index)).collect();
        let mut indices: HashMap<u32, u32> = kept.iter().copied().zip(0..).collect();
        let mut next = kept.len() as u32;
        indices.extend(self.thunks.keys().copied().zip(next..));
        next += self.thunks.len() as u32;
        let kinds: BTreeSet<u32> = self.slots.values().map(|function| self.kind(*function)).collect();
        let placeholders: HashMap<u32, u32> = kinds.iter().copied().zip(next..).collect();

        for (index, body) in parsed.defined().filter(|(index, _)| !self.moved.contains(index)) {
            functions.function(self.kind(index));
            Renumbered(&indices).parse_function_body(&mut code, body.clone())?;
        }
        for (&function, &slot) in &self.thunks {
            let kind = self.kind(function);
            functions.function(kind);
            code.function(&thunk(&parsed.types[kind as usize], kind, slot));
        }
        for kind in kinds {
            functions.function(kind);
            code.function(&placeholder(indices[&self.missing]));
        }

        let mut imports = ImportSection::new();
        for import in &parsed.imports {
            RoundtripReencoder.parse_import(&mut imports, *import)?;
        }
        let mut tables = TableSection::new();
        for table in self.tables()? {
            tables.table(table);
        }
        let mut memories = wasm_encoder::MemorySection::new();
        for memory in &parsed.memories {
            memories.memory(RoundtripReencoder.memory_type(*memory)?);
        }
        let mut globals = wasm_encoder::GlobalSection::new();
        for global in &parsed.globals {
            Renumbered(&indices).parse_global(&mut globals, global.clone())?;
        }
        let mut exports = ExportSection::new();
        for export in &parsed.exports {
            Renumbered(&indices).parse_export(&mut exports, *export)?;
        }
        for (name, _, kind, index) in self.places()? {
            exports.export(&name, kind, index);
        }
        for &function in &self.shared {
            exports.export(&format!("f{function}"), ExportKind::Func, indices[&function]);
        }

        let mut module = Module::new();
        module.section(&self.types()?).section(&imports).section(&functions).section(&tables).section(&memories);
        module.section(&globals).section(&exports);
        if let Some(start) = parsed.start {
            module.section(&wasm_encoder::StartSection { function_index: indices[&start] });
        }
        module.section(&self.elements(&indices, &placeholders)?).section(&code);
        if let Some(data) = &parsed.data {
            let mut section = wasm_encoder::DataSection::new();
            RoundtripReencoder.parse_data_section(&mut section, data.clone())?;
            module.section(&section);
        }
        module.section(&self.features());
        Ok(module.finish())
    }

    /// The first module's part of the table, slots of the second filled with placeholders.
    fn elements(&self, indices: &HashMap<u32, u32>, placeholders: &HashMap<u32, u32>) -> Result<ElementSection> {
        let mut section = ElementSection::new();
        let mut filled = self.parsed.slots()?;
        filled.extend(&self.slots);
        let index = |function: u32| match self.moved.contains(&function) {
            true => placeholders[&self.kind(function)],
            false => indices[&function],
        };
        fill(&mut section, &filled, index);
        Ok(section)
    }

    /// The second module.
    fn deferred(&self) -> Result<Vec<u8>> {
        let mut imports = ImportSection::new();
        for (name, kind, _, _) in self.places()? {
            imports.import(ENGINE, &name, kind);
        }
        for &function in &self.shared {
            imports.import(ENGINE, &format!("f{function}"), EntityType::Function(self.kind(function)));
        }
        let indices: HashMap<u32, u32> = self.shared.iter().chain(&self.moved).copied().zip(0..).collect();
        let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
        for (index, body) in self.parsed.defined().filter(|(index, _)| self.moved.contains(index)) {
            functions.function(self.kind(index));
            Renumbered(&indices).parse_function_body(&mut code, body.clone())?;
        }
        let mut elements = ElementSection::new();
        fill(&mut elements, &self.slots, |function| indices[&function]);
        let mut module = Module::new();
        module.section(&self.types()?).section(&imports).section(&functions).section(&elements).section(&code);
        module.section(&self.features());
        Ok(module.finish())
    }
}

/// Fills slots of the table, one segment for each run of them.
fn fill(section: &mut ElementSection, slots: &BTreeMap<u32, u32>, index: impl Fn(u32) -> u32) {
    let slots: Vec<(u32, u32)> = slots.iter().map(|(slot, function)| (*slot, index(*function))).collect();
    for run in slots.chunk_by(|(before, _), (after, _)| before + 1 == *after) {
        let functions: Vec<u32> = run.iter().map(|(_, function)| *function).collect();
        section.active(None, &ConstExpr::i32_const(run[0].0 as i32), Elements::Functions(functions.into()));
    }
}

/// Cuts a module: functions of these crates, and what only they call, go to the second one.
pub fn split(module: &[u8], crates: &[&str]) -> Result<Parts> {
    let cut = Cut::new(module, crates)?;
    Ok(Parts { engine: cut.engine()?, deferred: cut.deferred()? })
}
