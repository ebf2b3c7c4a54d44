//! `availability/job-stays`: a Job that stays when it is done.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Finished jobs and their pods pile up until somebody removes them. Those of a CronJob go by its history limits.
    JOB_STAYS = "availability/job-stays", Warning, "a Job that stays when it is done";
    help "set `ttlSecondsAfterFinished`" cure "86400";
    profiles [];
    aliases ["job-ttl-seconds-after-finished"];
    Object check;
    bad manifest "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a:1}]}}}\n";
    good manifest "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {ttlSecondsAfterFinished: 100, template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a:1}]}}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("batch", "Job")) else { return };
    // Helm removes hooks by itself.
    let is_hook = object.node.path(&["metadata", "annotations", "helm.sh/hook"]).is_some();
    if spec.get("ttlSecondsAfterFinished").is_none() && !is_hook {
        lint.absent(spec, "ttlSecondsAfterFinished");
    }
}
