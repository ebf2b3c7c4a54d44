//! What runs templates: an engine for each language, behind one trait.

use super::RenderErrorKind;
use super::engine::Renderable;
use crate::diag::Fact;
use crate::gotmpl::GO;
use crate::gotmpl::funcs::{Cx, Text};
use crate::gotmpl::{Exec, Holes, TemplateSet, Texts, VirtualFile};
use crate::host::{HelmVersion, Host};
use crate::jinja::JINJA;
use crate::jinja::Jinja;
use crate::language::Language;
use crate::text::{FileId, SourceMap, Str};
use crate::value::Value;
use foldhash::HashSet;

/// What runs the templates of one language, with all that a render has.
pub(super) trait Engine {
    /// The language: which templates are written in it, and what they say without being run.
    fn language(&self) -> &'static dyn Language;

    /// Reads a template, with the number of its file.
    fn parse(&mut self, template: &Renderable, file: FileId) -> Read;

    /// Whether anything was read under a name.
    fn has(&self, name: &str) -> bool;

    /// What runs the templates that were read. `sources` says which file numbers are taken, those of texts that came into
    /// being in an earlier run among them.
    fn runner<'s, 'r: 's>(
        &'s self,
        cx: &Cx<'r>,
        keep_going: bool,
        sources: &SourceMap,
        earlier: &[VirtualFile],
    ) -> Box<dyn Runner<'r> + 's>;
}

/// What reading a template gave.
#[derive(Default)]
pub(super) struct Read {
    /// The names that it defines, its own among them.
    pub names: Vec<Str>,
    /// What did not parse.
    pub errors: Vec<RenderErrorKind>,
}

/// What runs templates of one language, all over the values, the origins and the budget of one render.
pub(super) trait Runner<'r> {
    /// Runs one over its context.
    fn run(&mut self, cx: &mut Cx<'r>, template: &Renderable, context: Value) -> Ran;

    /// Whether a fault is there for want of what did not parse.
    fn follows(&self, _fault: &RenderErrorKind) -> bool {
        false
    }

    /// Texts that came into being on the way and ran as templates, in the order of their numbers, the earlier ones first.
    fn virtual_files(&self) -> &[VirtualFile] {
        &[]
    }
}

/// What came of a run.
pub(super) struct Ran {
    /// What was written.
    pub text: Result<Text, RenderErrorKind>,
    /// Faults that the run went on behind.
    pub passed: Vec<RenderErrorKind>,
    /// Whether something that should have been written is missing.
    pub has_holes: bool,
    /// The names of templates that it asked for, if they are known.
    pub asked: Option<HashSet<Str>>,
}

/// Go's text/template.
pub(super) struct GoTemplates<'t> {
    texts: &'t Texts,
    helm: HelmVersion,
    set: TemplateSet,
}

impl<'t> GoTemplates<'t> {
    /// Nothing read yet. `texts` knows what was read before.
    pub fn new(texts: &'t Texts, helm: HelmVersion) -> GoTemplates<'t> {
        GoTemplates { texts, helm, set: TemplateSet::default() }
    }
}

impl Engine for GoTemplates<'_> {
    fn language(&self) -> &'static dyn Language {
        GO
    }

    fn parse(&mut self, template: &Renderable, file: FileId) -> Read {
        let name = template.title.clone();
        let (parsed, errors) = self.texts.parse(name, &template.text, file, self.helm);
        self.set.add(&parsed);
        let names = parsed.definitions.iter().map(|definition| definition.name.clone()).collect();
        Read { names, errors: errors.into_iter().map(RenderErrorKind::Parse).collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.set.get(name.as_bytes()).is_some()
    }

    fn runner<'s, 'r: 's>(
        &'s self,
        cx: &Cx<'r>,
        keep_going: bool,
        sources: &SourceMap,
        earlier: &[VirtualFile],
    ) -> Box<dyn Runner<'r> + 's> {
        let mut exec = Exec::new(cx.aside(), &self.set, sources);
        exec.holes = Holes::new(keep_going);
        exec.virtual_files = earlier.to_vec();
        Box::new(GoRunner { exec, set: &self.set })
    }
}

struct GoRunner<'r, 's> {
    exec: Exec<'r, 's>,
    set: &'s TemplateSet,
}

impl<'r> Runner<'r> for GoRunner<'r, '_> {
    fn run(&mut self, cx: &mut Cx<'r>, template: &Renderable, context: Value) -> Ran {
        std::mem::swap(cx, &mut self.exec.cx);
        self.exec.around = template.guard;
        let text = self.exec.run(&template.title, context);
        std::mem::swap(cx, &mut self.exec.cx);
        let (has_holes, passed) = self.exec.holes.take();
        let text = match text {
            Ok(text) => Ok(cx.without_no_value(text)),
            Err(error) => Err(match error.exhausted() {
                Some(end) => RenderErrorKind::Limit(end),
                None => RenderErrorKind::Exec(error),
            }),
        };
        let passed = passed.into_iter().map(RenderErrorKind::Exec).collect();
        Ran { text, passed, has_holes, asked: Some(self.exec.take_asked()) }
    }

    fn follows(&self, fault: &RenderErrorKind) -> bool {
        let RenderErrorKind::Exec(error) = fault else { return false };
        let Some(Fact::UnknownTemplate { name, .. }) = error.fact() else { return false };
        self.set.broken().any(|source| memchr::memmem::find(&source.text, name.as_bytes()).is_some())
    }

    fn virtual_files(&self) -> &[VirtualFile] {
        &self.exec.virtual_files
    }
}

/// Jinja; what it needs is only made for charts that have such templates.
pub(super) struct JinjaTemplates<'h> {
    host: &'h Host,
    helm: HelmVersion,
    tracing: bool,
    jinja: Option<Jinja>,
}

impl<'h> JinjaTemplates<'h> {
    /// Nothing read yet.
    pub fn new(host: &'h Host, helm: HelmVersion, tracing: bool) -> JinjaTemplates<'h> {
        JinjaTemplates { host, helm, tracing, jinja: None }
    }
}

impl Engine for JinjaTemplates<'_> {
    fn language(&self) -> &'static dyn Language {
        JINJA
    }

    fn parse(&mut self, template: &Renderable, file: FileId) -> Read {
        let jinja = self.jinja.get_or_insert_with(|| Jinja::new(self.host, self.helm, self.tracing));
        let added = jinja.add(&template.name, &template.text, file);
        let names = vec![template.title.clone()];
        Read { names, errors: added.err().map(RenderErrorKind::Jinja).into_iter().collect() }
    }

    fn has(&self, name: &str) -> bool {
        self.jinja.as_ref().is_some_and(|jinja| jinja.has(name))
    }

    fn runner<'s, 'r: 's>(&'s self, _: &Cx<'r>, _: bool, _: &SourceMap, _: &[VirtualFile]) -> Box<dyn Runner<'r> + 's> {
        Box::new(JinjaRunner { jinja: self.jinja.as_ref() })
    }
}

struct JinjaRunner<'s> {
    jinja: Option<&'s Jinja>,
}

impl<'r> Runner<'r> for JinjaRunner<'_> {
    fn run(&mut self, cx: &mut Cx<'r>, template: &Renderable, context: Value) -> Ran {
        let text = match self.jinja {
            Some(jinja) => jinja.run(cx, &template.name, &context, template.guard),
            None => Ok(Text::default()),
        };
        let text = text.map_err(|error| match error {
            Ok(error) => RenderErrorKind::Jinja(error),
            Err(end) => RenderErrorKind::Limit(end),
        });
        Ran { text, passed: Vec::new(), has_holes: false, asked: None }
    }
}
