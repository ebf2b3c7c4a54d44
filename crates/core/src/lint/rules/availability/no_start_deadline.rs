//! `availability/no-start-deadline`: a CronJob without a deadline for its start.

use crate::lint::object::Object;
use crate::lint::rule::{Lint, rule};

rule! {
    /// After 100 missed starts the controller gives the job up altogether.
    NO_START_DEADLINE = "availability/no-start-deadline", Warning, "a CronJob without a deadline for its start";
    help "set `startingDeadlineSeconds`" cure "300";
    profiles [];
    aliases ["cronjob-has-deadline"];
    Object check;
    bad manifest "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: \"0 3 * * *\", jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a:1}]}}}}}\n";
    good manifest "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: \"0 3 * * *\", startingDeadlineSeconds: 100, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: example.com/a:1}]}}}}}\n";
}

fn check(lint: &mut Lint<'_>, object: &Object<'_>) {
    let Some(spec) = object.spec().filter(|_| object.is("batch", "CronJob")) else { return };
    if spec.get("startingDeadlineSeconds").is_none() {
        lint.absent(spec, "startingDeadlineSeconds");
    }
}
