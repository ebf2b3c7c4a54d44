//! Templates that run within an expression: Helm's `include` and `tpl`.

use super::ast::NodeId;
use super::error::ExecError;
use super::exec::{Exec, Result, State, VirtualFile};
use super::funcs::{Callee, Text};
use crate::text::Str;
use crate::value::Value;

/// Helm's bound on nested includes of one name.
const MAX_INCLUDES: u32 = 1_000;

/// How deep texts under `tpl` may stand in each other.
const MAX_TPL: usize = 10_000;

impl Exec<'_, '_> {
    /// Helm's `include`.
    pub(super) fn include(&mut self, state: &State<'_>, id: NodeId, name: &Text, data: Value) -> Result<Text> {
        let number = self.called.number(&name.str, self.set);
        let called = self.called.name(number);
        if called.included > MAX_INCLUDES {
            let message =
                format!("rendering template has a nested reference name: {}: unable to execute template", name.str);
            return Err(ExecError::text(message, None));
        }
        called.included += 1;
        let own = called.template.clone();
        self.note_asked(&name.str);
        self.memo.enter();
        let caller = (state.frame, state.source.span(id), state.guard);
        let result = match self.overlaid(&name.str).or(own) {
            Some(template) => self.once(number, data, |exec, data| exec.run_template(&template, data, Some(caller))),
            None => Err(super::exec::no_template(&name.str)),
        };
        self.memo.leave();
        self.called.name(number).included -= 1;
        result
    }

    /// Helm's `tpl`: the text runs beside the chart's templates; what it defines is seen only there.
    pub(super) fn tpl(&mut self, state: &State<'_>, id: NodeId, text: &Text, data: Value) -> Result<Text> {
        let parsed = match self.parsed.get(&text.str) {
            // In a traced render equal texts of different origin are different files.
            Some(parsed) if !self.cx.is_tracing() => parsed.clone(),
            _ => {
                let file = crate::text::FileId(self.next_file);
                self.next_file += 1;
                self.virtual_files.push(VirtualFile { file, origin: text.origin, text: text.str.clone() });
                let helm = self.cx.helm;
                let bytes = std::sync::Arc::from(text.str.as_bytes());
                let parsed = super::parse(Str::from("gotpl"), bytes, file, &|name| Callee::find(name, helm)).map_err(
                    |error| {
                        let shown = crate::text::quote(&text.str);
                        ExecError::text(format!("cannot parse template {shown}: "), Some(error.into()))
                    },
                )?;
                let parsed = std::sync::Arc::new(parsed);
                self.parsed.insert(text.str.clone(), parsed.clone());
                parsed
            }
        };
        let Some(own) = parsed.definitions.last() else { return Ok(Text::default()) };
        let template = super::Template {
            name: Str::from("gotpl"),
            source: parsed.source.clone(),
            root: own.root,
            broken: own.broken,
        };
        let mut overlay = super::TemplateSet::default();
        overlay.add(&parsed);
        // Blank definitions do not hide what is there already.
        for definition in parsed.definitions.iter().filter(|d| d.empty) {
            if self.find(&definition.name).is_some() {
                overlay.remove(&definition.name);
            }
        }
        if self.overlays.len() >= MAX_TPL {
            return Err(crate::budget::Exhausted::Depth(MAX_TPL as u64).into());
        }
        self.overlays.push(overlay);
        let caller = (state.frame, state.source.span(id), state.guard);
        let passed = self.holes.passed();
        let result = self.run_template(&template, data, Some(caller));
        self.overlays.pop();
        let around = |error| {
            let shown = crate::text::quote(&text.str);
            ExecError::text(format!("error during tpl function execution for {shown}: "), Some(error))
        };
        self.holes.wrap(passed, around);
        let text = result.map_err(around)?;
        Ok(self.cx.without_no_value(text))
    }
}
