//! `availability/no-priority-class`: a pod without a priority class.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// When nodes run short, nothing says what may be evicted for what.
    NO_PRIORITY_CLASS = "availability/no-priority-class", Warning, "a pod without a priority class";
    help "set `priorityClassName`";
    profiles [];
    aliases ["priority-class-name", "priorityClassNotSet"];
    Pod check;
    bad pod "restartPolicy: Always";
    good pod "priorityClassName: high";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if pod.spec.get("priorityClassName").is_none() {
        lint.absent(pod.spec, "priorityClassName");
    }
}
