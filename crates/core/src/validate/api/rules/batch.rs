//! Jobs on a schedule.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::cron;

const CRON_JOB: &[&str] = &["io.k8s.api.batch.v1.CronJobSpec", "io.k8s.api.batch.v1beta1.CronJobSpec"];

check! {
    /// A schedule has five fields (minute, hour, day of the month, month, day of the week), or is a name such as
    /// `@daily` or `@every 1h`.
    CRON_SCHEDULE = "api/cron-schedule", cron_schedule;
    mirrors "batch validation.validateScheduleFormat";
    on CRON_JOB;
    accepted "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '*/5 0-6,22 * JAN mon-fri', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
    rejected "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '60 * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
}

fn cron_schedule(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    if let Some(schedule) = spec.get("schedule")
        && let Some(text) = schedule.as_str()
        && let Err(problem) = cron::check(text)
    {
        cx.error(schedule, format!("{} is no schedule: {problem}", quoted(text)));
    } else if cx.minor() >= 29
        && let Some(schedule) = spec.get("schedule")
        && schedule.as_str().is_some_and(|text| text.contains("TZ"))
    {
        cx.error_help(schedule, "a schedule names no time zone", "use the field `timeZone`");
    }
}

check! {
    /// The concurrency policy is `Allow`, `Forbid` or `Replace`.
    CRON_ENUM = "api/cron-enum", cron_enum;
    mirrors "batch validation.validateConcurrencyPolicy";
    on CRON_JOB;
    accepted "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '@daily', concurrencyPolicy: Forbid, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
    rejected "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '@daily', concurrencyPolicy: Deny, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
}

fn cron_enum(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    super::allowed(cx, spec, "concurrencyPolicy", &["Allow", "Forbid", "Replace"]);
}

check! {
    /// The time zone of a schedule is a name of the time zone database, not empty and not `Local`.
    TIME_ZONE = "api/time-zone", time_zone;
    mirrors "batch validation.validateTimeZone";
    on CRON_JOB;
    accepted "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '@daily', timeZone: Europe/Berlin, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
    rejected "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec: {schedule: '@daily', timeZone: Europe/Nowhere, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}}\n";
}

fn time_zone(cx: &mut Context<'_, '_>, spec: Node<'_>) {
    let Some((zone, text)) = spec.get("timeZone").and_then(|zone| Some((zone, zone.as_str()?))) else { return };
    let known = jiff::tz::db()
        .get(text)
        .is_ok_and(|zone| zone.iana_name() == Some(text) || text.eq_ignore_ascii_case("utc") && text == "UTC");
    if !known {
        cx.error(zone, format!("expected a time zone such as Europe/Berlin, found {}", zone.found()));
    }
}
