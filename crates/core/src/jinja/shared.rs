//! What Jinja's closures share with the render: Jinja wants them to live on their own, so the render's values and origins
//! are lent to them while a template runs.

use super::convert::from_jinja;
use super::record::Recorder;
use crate::budget::{Budget, Exhausted};
use crate::diag::Fact;
use crate::gotmpl::funcs::{Cx, Function, Mark, Text};
use crate::host::{HelmVersion, Host};
use crate::log::Log;
use crate::text::{MAX_INPUTS, Origin, OriginKind, Trace};
use crate::value::{Heap, Repr, Value};
use minijinja::{Error, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What template functions and lists and maps need when Jinja calls them.
#[derive(Debug)]
pub struct Shared {
    host: Host,
    helm: HelmVersion,
    inner: Mutex<Inner>,
}

/// What changes while a template runs.
#[derive(Debug, Default)]
pub struct Inner {
    /// Lists and maps.
    pub heap: Heap,
    /// The origins, in traced renders.
    pub trace: Option<Box<Trace>>,
    /// What the run notes, in traced renders.
    pub recorder: Option<Recorder>,
    /// What is left of the render's budget.
    pub budget: Budget,
    /// The limit that ended the run.
    pub ended: Option<Exhausted>,
    /// Why a function failed, as data, and the value that it speaks of.
    pub failed: (Option<Box<Fact>>, Origin),
    draws: u64,
    lint: bool,
    log: Vec<Log>,
}

impl Inner {
    /// Origin of a text that a function is given.
    pub fn origin_of(&self, text: &str) -> Origin {
        self.recorder.as_ref().map_or(Origin::NONE, |recorder| recorder.origin_of(text))
    }

    /// What the run notes, with the origins; none in an untraced render.
    pub fn recording(&mut self) -> Option<(&mut Recorder, &mut Trace)> {
        self.recorder.as_mut().zip(self.trace.as_deref_mut())
    }

    /// Ends the run where the budget is spent.
    pub fn tick(&mut self) -> Result<(), Error> {
        let ticked = self.budget.tick();
        self.until(ticked)
    }

    /// Notes the limit that ends the run.
    pub fn until(&mut self, result: Result<(), Exhausted>) -> Result<(), Error> {
        result.map_err(|end| {
            self.ended = Some(end);
            Error::new(ErrorKind::OutOfFuel, end.to_string())
        })
    }
}

impl Shared {
    /// Nothing lent yet.
    pub fn new(host: &Host, helm: HelmVersion) -> Arc<Shared> {
        Arc::new(Shared { host: host.clone(), helm, inner: Mutex::default() })
    }

    /// What changes, for one look or one call: nothing of Jinja's may be walked meanwhile.
    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the state of the render, with what the run notes.
    pub fn lend(&self, cx: &mut Cx<'_>, recorder: Option<Recorder>) {
        let inner = Inner {
            heap: std::mem::take(&mut cx.heap),
            trace: cx.trace.take(),
            recorder,
            budget: cx.budget.fork(),
            draws: cx.draws,
            lint: cx.lint,
            ..Inner::default()
        };
        *self.lock() = inner;
    }

    /// Takes the state back, with what was spent, and gives what is left of the run.
    pub fn take_back(&self, cx: &mut Cx<'_>) -> Inner {
        let mut inner = std::mem::take(&mut *self.lock());
        (cx.heap, cx.trace, cx.draws) = (std::mem::take(&mut inner.heap), inner.trace.take(), inner.draws);
        cx.log.append(&mut inner.log);
        if let Err(end) = cx.budget.spend(cx.budget.left().saturating_sub(inner.budget.left())) {
            inner.ended.get_or_insert(end);
        }
        inner
    }

    /// Calls a template function with Jinja's values.
    pub fn call(
        self: &Arc<Self>,
        function: &'static Function,
        args: &[minijinja::Value],
    ) -> Result<minijinja::Value, Error> {
        let count = function.params.len() - usize::from(function.variadic);
        if args.len() < count || (!function.variadic && args.len() > count) {
            let message = format!("expected {count} arguments, found {}", args.len());
            let fact = Fact::ArgumentCount {
                function: function.names.first().copied().unwrap_or_default().to_owned(),
                expected: count as u32,
                given: args.len() as u32,
            };
            self.lock().failed = (Some(Box::new(fact)), Origin::NONE);
            return Err(Error::new(ErrorKind::InvalidOperation, message));
        }
        let args = args.iter().map(super::convert::settled).collect::<Result<Vec<_>, _>>()?;
        let mut inner = self.lock();
        let inner = &mut *inner;
        inner.tick()?;
        let mut values = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let ty = function.params.get(i).or(function.params.last()).copied();
            let value = from_jinja(inner, arg, ty, 0)?;
            // Jinja's values do not change.
            values.push(if function.is(Mark::Changes) { inner.heap.deep_copy(&value) } else { value });
        }
        let mut cx = Cx::new(&self.host, &inner.budget, self.helm, false);
        (cx.heap, cx.trace) = (std::mem::take(&mut inner.heap), inner.trace.take());
        (cx.draws, cx.lint) = (inner.draws, inner.lint);
        let result = (function.call)(&mut cx, &mut values);
        let Cx { heap, trace, draws, mut log, .. } = cx;
        (inner.heap, inner.trace, inner.draws) = (heap, trace, draws);
        inner.log.append(&mut log);
        match result {
            Ok(value) => {
                let value = inner.caused(value, &values);
                self.jinja(&value, 0)
            }
            Err(error) => {
                inner.ended = error.exhausted;
                inner.failed = (error.fact, error.about);
                Err(Error::new(ErrorKind::InvalidOperation, error.message))
            }
        }
    }
}

impl Inner {
    /// The result of a function with the arguments as the cause of what it made.
    fn caused(&mut self, mut value: Value, args: &[Value]) -> Value {
        let Some((recorder, trace)) = self.recorder.as_mut().zip(self.trace.as_deref_mut()) else { return value };
        let heap = &self.heap;
        let is_new = |o: &Origin| !o.is_none() && !trace.keeps(value.origin, *o) && !heap.holds(&value, *o);
        let given = args.iter().flat_map(|arg| heap.origins(arg)).filter(is_new);
        let inputs: Box<[Origin]> = given.take(MAX_INPUTS).collect();
        let call = trace.add(OriginKind::Call { span: recorder.span(), inputs });
        value.origin = trace.fill(value.origin, call);
        if let Repr::Str(str) = &value.repr {
            recorder.made(Text { str: str.clone(), origin: value.origin });
        }
        value
    }
}
