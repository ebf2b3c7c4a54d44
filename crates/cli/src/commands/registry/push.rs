//! `chartlens push`: a packed chart to an OCI registry.

use super::{Arguments, GENERAL, run, tell};
use crate::commands::Command;
use crate::environment::Environment;
use crate::flags::Parsed;
use crate::references::{PLACES, SERVER, registry};
use chartlens::log::Log;

/// The verb.
pub static COMMAND: Command = Command {
    name: "push",
    usage: "chartlens push [chart] [remote] [flags]",
    summary: "Bring a packed chart to a registry, as `helm push` does",
    description: "Brings an archive of `chartlens package`, and the provenance file beside it, to an OCI registry.",
    examples: &[("chartlens push web-1.2.0.tgz oci://registry.example/charts", "as charts/web:1.2.0")],
    flags: &[("Servers", SERVER), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&COMMAND, Arguments::AtLeast(2), args, env, push),
};

fn push(parsed: &Parsed, env: &mut Environment<'_>, _: &mut Vec<Log>) -> Result<(), String> {
    let registry = registry(parsed, env);
    registry.check()?;
    let [chart, remote, ..] = parsed.arguments.as_slice() else { return Ok(()) };
    let pushed = chartlens_registry::push(&registry, chart, remote);
    tell(&registry, env);
    pushed
}
