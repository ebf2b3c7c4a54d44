//! Events.

use crate::kube::tree::{Node, quoted};
use crate::validate::api::check::{Context, check};
use crate::validate::api::table::Rule::{Longest, Required};
use crate::validate::api::{syntax, table::some};

const EVENTS: &[&str] = &["core.v1.Event", "events.v1.Event"];

check! {
    /// An Event is in the namespace of the object that it is about.
    EVENT = "api/event", event;
    mirrors "core validation.legacyValidateEvent";
    on EVENTS;
    accepted "apiVersion: v1\nkind: Event\nmetadata: {name: a, namespace: b}\ninvolvedObject: {kind: Pod, name: a, namespace: b}\n";
    rejected "apiVersion: v1\nkind: Event\nmetadata: {name: a, namespace: b}\ninvolvedObject: {kind: Pod, name: a, namespace: c}\n";
}

/// What an event of either group calls a field.
fn called(event: Node<'_>, new: &'static str, old: &'static str) -> &'static str {
    if is_new(event) { new } else { old }
}

fn is_new(event: Node<'_>) -> bool {
    event.str("apiVersion").is_some_and(|version| version.starts_with("events.k8s.io/"))
}

fn is_timed(event: Node<'_>) -> bool {
    event.str("eventTime").is_some_and(|time| !time.is_empty())
}

fn event(cx: &mut Context<'_, '_>, event: Node<'_>) {
    let own = event.path(&["metadata", "namespace"]).and_then(Node::as_str).unwrap_or("default");
    let object = event.get(called(event, "regarding", "involvedObject")).filter(|object| object.is_map());
    // The server calls the object by its old name.
    const PATH: &[&str] = &["involvedObject", "namespace"];
    match object.and_then(|object| some(object, "namespace")) {
        Some((_, other)) if other != own && !is_timed(event) => {
            cx.at(event, PATH, format!("expected the namespace of the event, {own}, found {}", quoted(other)));
        }
        None if own != "default" && !(is_timed(event) && own == "kube-system") => {
            cx.at(event, PATH, format!("the event is in the namespace {own}"));
        }
        _ => {}
    }
}

check! {
    /// An Event with an `eventTime` says who reports it and what was done and why; one of `events.k8s.io` always has a
    /// time and a type, and none of the fields that came before them.
    EVENT_FIELDS = "api/event-fields", fields;
    mirrors "core validation.legacyValidateEvent, ValidateEventCreate";
    on EVENTS;
    accepted "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a}\neventTime: '2026-01-02T03:04:05.000000Z'\nreportingController: example.com/a\nreportingInstance: a\naction: a\nreason: a\ntype: Normal\n";
    rejected "apiVersion: events.k8s.io/v1\nkind: Event\nmetadata: {name: a}\neventTime: '2026-01-02T03:04:05.000000Z'\nreportingController: example.com/a\nreportingInstance: a\naction: a\nreason: a\n";
}

fn fields(cx: &mut Context<'_, '_>, event: Node<'_>) {
    if is_timed(event) {
        let controller = called(event, "reportingController", "reportingComponent");
        Required(&["reportingInstance", "action", "reason"]).check(cx, event);
        for key in ["reportingInstance", "action", "reason"] {
            Longest(key, 128).check(cx, event);
        }
        let name = event.str(controller).unwrap_or("");
        if event.get(controller).is_none_or(|node| node.as_str().is_some())
            && let Err(problem) = syntax::qualified_name(name)
        {
            cx.problem(&problem).at(
                event,
                &[controller],
                format!("{} cannot be who reports an event: {problem}", quoted(name)),
            );
        }
        Longest(called(event, "note", "message"), 1024).check(cx, event);
    }
    if !is_new(event) {
        return;
    }
    if !is_timed(event) {
        cx.at(event, &["eventTime"], "the event does not say when it was");
    }
    let kind = event.get("type");
    if kind.is_none_or(|kind| kind.as_str().is_some_and(|kind| !matches!(kind, "Normal" | "Warning"))) {
        cx.at(event, &["type"], "expected the type Normal or Warning");
    }
    if let Some(series) = event.get("series").filter(|series| series.is_map()) {
        if series.int("count").unwrap_or(0) < 2 {
            cx.at(event, &["series", "count"], "a series is of two events at least");
        }
        if series.str("lastObservedTime").is_none_or(str::is_empty) {
            cx.at(event, &["series", "lastObservedTime"], "the series does not say when it was last seen");
        }
    }
    let set = |key: &str| event.get(key).filter(|node| node.as_int() != Some(0) && node.as_str() != Some(""));
    for (key, name) in [
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
    ] {
        if let Some(node) = set(key) {
            cx.near(event, name, node, format!("`{key}` is for events that are older than `eventTime`"));
        }
    }
    let source = event.get("deprecatedSource");
    let says = |key: &str| source.and_then(|source| source.str(key)).is_some_and(|text| !text.is_empty());
    if let Some(source) = source.filter(|_| says("component") || says("host")) {
        cx.near(event, "source", source, "`reportingController` and `reportingInstance` say who reports the event");
    }
}
