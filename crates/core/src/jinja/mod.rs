//! Jinja templates: `templates/*.j2`, `.jinja` and `.jinja2`, rendered by minijinja.
//!
//! They see the same context as Go templates and may use the same functions as filters and functions; only where Jinja
//! has a filter of its own by that name, Jinja's is used. They spend the same budget, and in a traced render everything
//! that they write knows its template and its values, see [`record`].

mod convert;
mod error;
mod probes;
mod record;
mod shared;
mod symbols;
mod tags;

pub use error::JinjaError;
pub use symbols::JINJA;

use crate::budget::Exhausted;
use crate::gotmpl::funcs::{Cx, Function, Text, all};
use crate::host::{HelmVersion, Host};
use crate::text::{FileId, GuardId, Origin, OriginKind, Span, Str, lossy};
use crate::value::Value;
use convert::Container;
use minijinja::value::Rest;
use minijinja::{Environment, Error, State, UndefinedBehavior};
use probes::{AT, END, FROM, Probed, Site, VALUE};
use record::{Recorder, Variable};
use shared::Shared;
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// Filters of Jinja that template functions would hide.
const JINJA_OWN: &[&str] = &[
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "default",
    "first",
    "float",
    "format",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "range",
    "replace",
    "reverse",
    "round",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
    "dict",
    "and",
    "or",
    "not",
    "include",
    "tpl",
    "call",
];

/// Instructions one Jinja template may take: about a second, as nothing else ends a loop that does nothing.
const MAX_FUEL: u64 = 50_000_000;

/// A template that was read.
#[derive(Debug)]
struct Template {
    file: FileId,
    len: usize,
    /// The text with probes, in traced renders.
    probed: Probed,
}

/// The Jinja templates of a render.
#[derive(Debug)]
pub struct Jinja {
    env: Environment<'static>,
    shared: Arc<Shared>,
    templates: HashMap<String, Template>,
    /// The probes in all of them; none in an untraced render.
    sites: Option<Arc<Vec<Site>>>,
}

impl Jinja {
    /// No templates yet.
    pub fn new(host: &Host, helm: HelmVersion, tracing: bool) -> Jinja {
        let shared = Shared::new(host, helm);
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Chainable);
        for function in all() {
            for name in function.names.iter().filter(|name| !JINJA_OWN.contains(name)) {
                add_function(&mut env, name, function, &shared);
            }
        }
        if tracing {
            add_probes(&mut env, &shared);
        }
        let ticking = shared.clone();
        env.set_formatter(move |out, state, value| {
            let is_recording = ticking.lock().recorder.is_some();
            // A list says what it looks like by asking for what is in it, so nothing may be held meanwhile.
            let text = if is_recording { value.to_string() } else { String::new() };
            let mut inner = ticking.lock();
            inner.tick()?;
            if let Some((recorder, trace)) = inner.recording() {
                recorder.write(&text, trace);
            }
            drop(inner);
            minijinja::escape_formatter(out, state, value)
        });
        Jinja { env, shared, templates: HashMap::new(), sites: tracing.then(Arc::default) }
    }

    /// Reads a template. Others find it by its name, or by the way to it from their own folder.
    ///
    /// # Errors
    ///
    /// What Jinja says of a text that is no template.
    pub fn add(&mut self, name: &str, text: &[u8], file: FileId) -> Result<(), JinjaError> {
        let text = lossy(text);
        self.env.add_template_owned(name.to_owned(), text.clone().into_owned()).map_err(|error| {
            let places = |_: &str, range: std::ops::Range<usize>| Some(Span::new(file, range.start, range.end));
            JinjaError::new(&error, name, &text, &places, &self.env)
        })?;
        let mut template = Template { file, len: text.len(), probed: Probed::default() };
        if let Some(sites) = self.sites.as_mut().map(Arc::make_mut) {
            let known = sites.len();
            let probed = probes::probed(&text, file, sites);
            // A text that only Jinja understands runs as it is: it is its own cause as a whole.
            match probed.filter(|probed| self.env.add_template_owned(name.to_owned(), probed.text.clone()).is_ok()) {
                Some(probed) => template.probed = probed,
                None => {
                    sites.truncate(known);
                    let _ = self.env.add_template_owned(name.to_owned(), text.into_owned());
                }
            }
        }
        self.templates.insert(name.to_owned(), template);
        let names: Vec<String> = self.templates.keys().cloned().collect();
        self.env.set_path_join_callback(move |name, parent| {
            let mut folders: Vec<&str> = parent.split('/').collect();
            folders.pop();
            let beside = crate::text::path::clean(&format!("{}/{name}", folders.join("/")));
            if names.contains(&beside) { beside.into() } else { name.into() }
        });
        Ok(())
    }

    /// Whether there is a template of that name.
    pub fn has(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// Renders one template over a Go context. `around` is what switched its chart on.
    ///
    /// # Errors
    ///
    /// Why the template fails: a limit of the host, or what Jinja says.
    pub fn run(
        &self,
        cx: &mut Cx<'_>,
        name: &str,
        context: &Value,
        around: Option<GuardId>,
    ) -> Result<Text, Result<JinjaError, Exhausted>> {
        let Some(template) = self.templates.get(name) else { return Ok(Text::default()) };
        let whole = Span::new(template.file, 0, template.len);
        let recorder = match (&self.sites, cx.trace.as_deref_mut()) {
            (Some(sites), Some(trace)) => Some(Recorder::new(sites.clone(), whole, around, trace)),
            _ => None,
        };
        self.shared.lend(cx, recorder);
        let ran = self.run_lent(name, context);
        let mut inner = self.shared.lock();
        let about = inner.recording().map(|(recorder, trace)| recorder.about(trace));
        drop(inner);
        let inner = self.shared.take_back(cx);
        let text = match (ran, inner.ended) {
            (_, Some(end)) => return Err(Err(end)),
            (Ok(text), None) => text,
            (Err(error), None) => {
                if error.kind() == minijinja::ErrorKind::OutOfFuel {
                    return Err(Err(Exhausted::Fuel(cx.budget.limits().fuel.min(MAX_FUEL))));
                }
                let text = self.env.get_template(name).map(|template| template.source().to_owned());
                let places = |name: &str, range| self.place(name, range);
                let error = JinjaError::new(&error, name, &text.unwrap_or_default(), &places, &self.env);
                let (fact, of_function) = inner.failed;
                let about = if of_function.is_none() { about.unwrap_or_default() } else { of_function };
                return Err(Ok(JinjaError { fact: fact.or(error.fact), about, ..error }));
            }
        };
        let Some(trace) = cx.trace.as_deref_mut() else {
            return Ok(Text { str: Str::from(text), origin: Origin::NONE });
        };
        let noted = inner.recorder.map(|recorder| recorder.finish(trace)).unwrap_or_default();
        let origin = if *noted.str == *text.as_bytes() {
            noted.origin
        } else {
            let frame = trace.add_frame(crate::text::Frame { parent: None, site: whole, guard: around });
            trace.add(OriginKind::Written { span: whole, frame, guard: around, value: Origin::NONE })
        };
        Ok(Text { str: Str::from(text), origin })
    }

    fn run_lent(&self, name: &str, context: &Value) -> Result<String, Error> {
        let (context, fuel) = {
            let inner = self.shared.lock();
            (self.shared.jinja(context, 0)?, inner.budget.left().min(MAX_FUEL))
        };
        let mut env = self.env.clone();
        env.set_fuel(Some(fuel));
        let mut written = Written { shared: self.shared.clone(), bytes: Vec::new() };
        let captured = env.get_template(name)?.render_captured_to(context, &mut written)?;
        let spent = captured.state().fuel_levels().map_or(0, |(spent, _)| spent);
        let mut inner = self.shared.lock();
        let spent = inner.budget.spend(spent);
        inner.until(spent)?;
        Ok(String::from_utf8(written.bytes).unwrap_or_else(|error| lossy(error.as_bytes()).into_owned()))
    }

    /// The place in a template's file of bytes of what Jinja runs.
    fn place(&self, name: &str, range: std::ops::Range<usize>) -> Option<Span> {
        let template = self.templates.get(name)?;
        let plain = |offset| template.probed.plain_offset(offset).min(template.len);
        Some(Span::new(template.file, plain(range.start), plain(range.end)))
    }
}

/// What a template writes, as far as the budget goes.
struct Written {
    shared: Arc<Shared>,
    bytes: Vec<u8>,
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut inner = self.shared.lock();
        let written = (self.bytes.len() + bytes.len()) as u64;
        let checked = inner.budget.tick().and_then(|()| inner.budget.check_output(written));
        inner.until(checked).map_err(io::Error::other)?;
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn add_function(env: &mut Environment<'_>, name: &'static str, function: &'static Function, shared: &Arc<Shared>) {
    let as_filter = shared.clone();
    // A pipe hands its value to the last parameter, as in Go templates.
    env.add_filter(name, move |value: minijinja::Value, args: Rest<minijinja::Value>| {
        let mut all = args.0;
        all.push(value);
        as_filter.call(function, &all)
    });
    let as_function = shared.clone();
    env.add_function(name, move |args: Rest<minijinja::Value>| as_function.call(function, &args.0));
}

/// The calls that probes make.
fn add_probes(env: &mut Environment<'_>, shared: &Arc<Shared>) {
    let from = shared.clone();
    env.add_function(FROM, move |state: &State<'_, '_>, site: u32| {
        let names = from.lock().recording().map(|(recorder, _)| recorder.variables(site)).unwrap_or_default();
        let values = names.into_iter().filter_map(|name| Some((state.lookup(&name)?, name)));
        let values: Vec<_> = values.map(|(value, name)| Variable::new(name, value)).collect();
        let round = state.lookup("loop").and_then(|round| round.get_attr("index0").ok()?.as_usize());
        let mut inner = from.lock();
        if let Some((recorder, trace)) = inner.recording() {
            recorder.from(site, &values, round, trace);
        }
        // Only where it stands for itself is it written.
        String::new()
    });
    let value_of = shared.clone();
    env.add_function(VALUE, move |from: String, site: u32, value: minijinja::Value| {
        let _ = from;
        let items = value.downcast_object_ref::<Container>().map(Container::items).unwrap_or_default();
        if let Some((recorder, trace)) = value_of.lock().recording() {
            recorder.value(site, items, trace);
        }
        value
    });
    let end = shared.clone();
    env.add_function(END, move |site: u32| {
        if let Some((recorder, trace)) = end.lock().recording() {
            recorder.end(site, trace);
        }
        String::new()
    });
    let at = shared.clone();
    env.add_function(AT, move |site: u32| {
        if let Some((recorder, trace)) = at.lock().recording() {
            recorder.at(site, trace);
        }
        String::new()
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::{Budget, Limits};
    use crate::diag::Fact;
    use crate::yaml::from_text;

    const VALUES: &[u8] =
        b"Values: {a: {b: x}, num: 3, list: [1, 2], maps: [{name: p, k: {z: 1}}], html: '<a>'}\nRelease: {Name: r}\n";

    fn run(text: &str, tracing: bool) -> Result<String, Result<JinjaError, Exhausted>> {
        let limits = Limits { fuel: 100_000, ..Limits::default() };
        let (host, budget) = (Host::default(), Budget::new(limits, Default::default()));
        let mut cx = Cx::new(&host, &budget, HelmVersion::V4, tracing);
        let context = from_text(&mut cx.heap, VALUES, crate::json::Numbers::Float).unwrap();
        let mut jinja = Jinja::new(&host, HelmVersion::V4, tracing);
        let shared =
            "{% macro two(p) -%}\n  {{ p }}={{ Values.num }}\n{%- endmacro %}{% block body %}base{% endblock %}\n";
        jinja.add("c/templates/_shared.j2", shared.as_bytes(), FileId(1)).unwrap();
        jinja.add("c/templates/t.j2", text.as_bytes(), FileId(0)).map_err(Ok)?;
        if tracing {
            assert!(!jinja.templates["c/templates/t.j2"].probed.text.is_empty(), "no probes in {text}");
        }
        let ran = jinja.run(&mut cx, "c/templates/t.j2", &context, None)?;
        if let Some(trace) = &cx.trace {
            let whole = Span::new(FileId(0), 0, text.len());
            let whole = matches!(trace.get(ran.origin), Some(OriginKind::Written { span, value: Origin::NONE, .. }) if *span == whole);
            assert!(!whole || !text.contains("{{"), "the whole file is the cause of {text}");
        }
        Ok(ran.str.to_string())
    }

    fn rendered(text: &str) -> Result<String, Result<JinjaError, Exhausted>> {
        let plain = run(text, false);
        let traced = run(text, true);
        assert_eq!(plain.as_ref().ok(), traced.as_ref().ok());
        let place = |result: &Result<String, Result<JinjaError, Exhausted>>| match result {
            Err(Ok(error)) => Some((error.line, error.message.clone(), error.span, error.fact.clone())),
            _ => None,
        };
        assert_eq!(place(&plain), place(&traced));
        plain
    }

    #[test]
    fn context_filters_and_functions_are_the_same() {
        assert_eq!(rendered("{{ Release.Name }}-{{ Values.a.b|quote }} {{ Values.num }}").unwrap(), "r-\"x\" 3");
        assert_eq!(rendered("{% for i in Values.list %}{{ i }},{% endfor %}{{ Values.missing.x }}").unwrap(), "1,2,");
        assert_eq!(rendered("{{ trunc(2, 'abc') }} {{ 'abc'|trunc(2) }}").unwrap(), "ab ab");
    }

    #[test]
    fn probes_change_nothing() {
        let texts = [
            ("a {{- ' b ' -}}  c\n", "a b c"),
            ("{%- for k, v in Values.a|items -%}\n {{ k }}: {{ v }}\n{%- endfor %}\nend\n", "b: x\nend"),
            ("{% for i in Values.list if i > 1 %}{{ loop.index }}{{ i }}{% else %}none{% endfor %}", "12"),
            ("{% set x, y = 1, [Values.num, 2] %}{{ x }}{{ y|join('-') }}", "13-2"),
            ("{% set t %}  {{ Values.num }}\n{% endset %}[{{ t|trim }}]", "[3]"),
            (
                "{% macro m(a, b=(1, 2), c='}}') %}<{{ a }}{{ c }}{{ caller() if caller }}>{% endmacro %}{{ m(Values.num) }}{% call m(2) %}in{% endcall %}",
                "<3}}><2}}in>",
            ),
            ("{% filter upper %}a{{ Values.a.b }}{% endfilter %}!", "AX!"),
            ("{% with a = Values.num, b = {'k': 1} %}{{ a }}{{ b.k }}{% endwith %}", "31"),
            ("{% if Values.num == 4 %}a{% elif Values.num == 3 -%}  b{%- else %}c{% endif %}", "b"),
            ("{% raw -%} {{ x }} {%- endraw %}{# c -#}  {{ 1 }}", "{{ x }}1"),
            ("{% from '_shared.j2' import two %}{{ two(Values.a.b)|indent(2) }}", "x=3"),
            (
                "{% extends '_shared.j2' %}gone {{ Values.num }}{% block body %}own {{ super() }}{% endblock %}",
                "own base",
            ),
            ("{% include '_shared.j2' %}|", "base|"),
            ("{% do dict() %}{{ Values.maps|map(attribute='name')|join }}{{ Values.maps[-1].k|toYaml }}", "pz: 1"),
            (
                "{%- for i in Values.maps recursive %}{{ i.name }}{% if i.c %}{{ loop(i.c) }}{% endif %}{% endfor %}",
                "p",
            ),
            (
                "{{ Values.list|reverse|toYaml }} {{ [Values.a, 1]|toJson }} {{ Values.a }}",
                "- 2\n- 1 [{\"b\":\"x\"},1] {'b': 'x'}",
            ),
            ("{% autoescape true %}{{ Values.num }}{% endautoescape %}", "3"),
            ("{{ Values.a is defined and Values.html|length }}", "3"),
        ];
        for (text, expected) in texts {
            assert_eq!(rendered(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_a_template_changes_is_a_copy() {
        assert_eq!(rendered("{{ set(Values.a, 'b', 'y').b }}{{ Values.a.b }}").unwrap(), "yx");
    }

    #[test]
    fn errors_name_the_line_and_what_is_wrong() {
        let fact = |text: &str| match rendered(text) {
            Err(Ok(error)) => (error.line, error.fact.map(|fact| *fact)),
            _ => panic!("no error in {text}"),
        };
        let unknown = |name: &str| Some(Fact::UnknownFunction { name: name.to_owned(), near: None });
        assert_eq!(fact("a\n{{ x| }}").0, Some(2));
        assert_eq!(fact("a\n{{ Values.num|quot }}"), (Some(2), unknown("quot")));
        assert_eq!(fact("{% if nofun(1) %}{% endif %}"), (Some(1), unknown("nofun")));
        assert_eq!(fact("a{% if 1 %}\n\nb").1, Some(Fact::Unclosed { what: "if".to_owned(), opened: Some(1) }));
        assert!(matches!(fact("\n{% include 'no.j2' %}"), (Some(2), Some(Fact::UnknownTemplate { .. }))));
        assert!(matches!(fact("{{ fail('no') }}").1, Some(Fact::Refused { .. })));
    }

    #[test]
    fn one_budget_ends_it() {
        let endless = "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}";
        assert!(matches!(rendered(endless), Err(Err(Exhausted::Fuel(100_000)))));
        let long = "{% for i in range(10000) %}{{ 'x' * 1000 }}{% endfor %}";
        assert!(matches!(rendered(long), Err(Err(Exhausted::Fuel(_)))));
    }
}
