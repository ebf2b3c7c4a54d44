//! Flags that several verbs share, and what becomes of them.

use crate::environment::{Environment, now};
use crate::flags::{Flag, NO_EFFECT, Parsed, Takes};
use chartlens::host::{HelmVersion, Host, Lookup, Timestamp};
use chartlens::log::{Level, Log};
use chartlens::render::{KubeVersion, RenderOptions};
use chartlens::values::ValuesSource;
use std::io::Read as _;
use std::sync::Arc;

const RUN: &str = "chartlens does not run other programs";
const CLUSTER: &str = "chartlens never talks to a cluster";

/// Where values come from.
pub const VALUES: &[Flag] = &[
    Flag::new("values", Takes::List, "values file, or - for standard input; the last file wins").short('f'),
    Flag::new("set", Takes::Each, "set values: a.b=1,c[0]=x; numbers, booleans and null are recognised"),
    Flag::new("set-string", Takes::Each, "set values that stay text"),
    Flag::new("set-json", Takes::Each, "set values from JSON: a=[1,2] or {\"a\": 1}"),
    Flag::new("set-file", Takes::Each, "set values to the content of files: a=path"),
    Flag::new("set-literal", Takes::Each, "set one value to the text behind the first equals sign"),
    Flag::new("skip-schema-validation", Takes::Switch, "do not check values against values.schema.json"),
];

/// What the release is.
pub const RELEASE: &[Flag] = &[
    Flag::new("namespace", Takes::Text, "namespace of the release (default \"default\")").short('n'),
    Flag::new("name-template", Takes::Text, "template that makes the name of the release"),
    Flag::new("generate-name", Takes::Switch, "make a name from the chart's").short('g'),
];

/// What chartlens adds to Helm.
pub const OWN: &[Flag] = &[
    Flag::new("helm-version", Takes::Text, "write Helm 3's bytes where they differ: 3 or 4 (default 4)")
        .choices(|| vec!["3", "4"]),
    Flag::new("seed", Takes::Text, "seed of everything random: the same seed gives the same passwords and keys"),
    Flag::new("now", Takes::Text, "the time that templates see, as RFC 3339 or Unix seconds"),
    Flag::new("timezone", Takes::Text, "the local time zone that templates see (default $TZ, else UTC)"),
    Flag::new("lookup", Takes::Each, "file or folder of objects that the `lookup` function finds"),
];

/// Flags of Helm that make no difference to a render, or that this program refuses.
pub const HELM: &[Flag] = &[
    Flag::new("create-namespace", Takes::Switch, NO_EFFECT),
    Flag::new("dependency-update", Takes::Switch, "bring the charts it needs into charts/ where they are missing"),
    Flag::new("description", Takes::Text, NO_EFFECT),
    Flag::new("disable-openapi-validation", Takes::Switch, NO_EFFECT),
    Flag::new("enable-dns", Takes::Switch, "let getHostByName ask the system"),
    Flag::new("force", Takes::Switch, NO_EFFECT).deprecated("use --force-replace instead"),
    Flag::new("force-conflicts", Takes::Switch, NO_EFFECT),
    Flag::new("force-replace", Takes::Switch, NO_EFFECT),
    Flag::new("atomic", Takes::Switch, NO_EFFECT).deprecated("use --rollback-on-failure instead"),
    Flag::new("labels", Takes::Pairs, NO_EFFECT).short('l'),
    Flag::new("no-hooks", Takes::Switch, "leave hooks out"),
    Flag::new("replace", Takes::Switch, NO_EFFECT),
    Flag::new("rollback-on-failure", Takes::Switch, NO_EFFECT),
    Flag::new(
        "server-side",
        Takes::Switch,
        "with =false a release that `install -o json` prints is applied by the client",
    ),
    Flag::new("skip-crds", Takes::Switch, "no effect here: use --include-crds"),
    Flag::new("take-ownership", Takes::Switch, NO_EFFECT),
    Flag::new("timeout", Takes::Duration, NO_EFFECT),
    Flag::new("wait", Takes::OptionalText("watcher"), NO_EFFECT).checked(wait),
    Flag::new("wait-for-jobs", Takes::Switch, NO_EFFECT),
    Flag::new("post-renderer", Takes::Text, "refused: no programs are run").refused(RUN),
    Flag::new("post-renderer-args", Takes::List, "refused: no programs are run").refused(RUN),
    Flag::new("debug", Takes::Switch, "say more; show files that are no YAML"),
    Flag::new("burst-limit", Takes::Number, NO_EFFECT),
    Flag::new("color", Takes::Text, NO_EFFECT),
    Flag::new("colour", Takes::Text, NO_EFFECT),
    Flag::new("kube-apiserver", Takes::Text, NO_EFFECT),
    Flag::new("kube-as-group", Takes::Each, NO_EFFECT),
    Flag::new("kube-as-user", Takes::Text, NO_EFFECT),
    Flag::new("kube-ca-file", Takes::Text, NO_EFFECT),
    Flag::new("kube-context", Takes::Text, NO_EFFECT),
    Flag::new("kube-insecure-skip-tls-verify", Takes::Switch, NO_EFFECT),
    Flag::new("kube-tls-server-name", Takes::Text, NO_EFFECT),
    Flag::new("kube-token", Takes::Text, NO_EFFECT),
    Flag::new("kubeconfig", Takes::Text, NO_EFFECT),
    Flag::new("qps", Takes::Float, NO_EFFECT),
];

/// Helm's `waitValue.Set`.
fn wait(value: &str) -> Result<Option<String>, String> {
    let instead = match value {
        "watcher" | "legacy" | "hookOnly" => return Ok(None),
        "true" => "watcher",
        "false" => "hookOnly",
        _ => {
            let shown = chartlens::text::quote(value.as_bytes());
            return Err(format!("invalid wait input {shown}. Valid inputs are watcher, hookOnly, and legacy"));
        }
    };
    let text = format!("--wait={value} is deprecated (boolean value) and can be replaced with --wait={instead}");
    Ok(Some(Log::new(Level::Warn, &text).slog()))
}

/// The version of Helm asked for.
pub fn helm_version(parsed: &Parsed) -> Result<HelmVersion, String> {
    match parsed.text("helm-version").map(|v| v.trim_start_matches('v')) {
        None => Ok(HelmVersion::V4),
        Some(v) if v == "4" || v.starts_with("4.") => Ok(HelmVersion::V4),
        Some(v) if v == "3" || v.starts_with("3.") => Ok(HelmVersion::V3),
        Some(other) => Err(format!("invalid --helm-version {other:?}: expected 3 or 4")),
    }
}

/// Whether Helm 4 goes on with the colours asked for. If not, it says so and ends before it looks at anything else.
pub fn colours_are_known(parsed: &Parsed, env: &mut Environment<'_>) -> bool {
    let mode = parsed.text("color").or(parsed.text("colour")).unwrap_or("auto");
    if matches!(mode, "never" | "auto" | "always") || helm_version(parsed).is_ok_and(|helm| helm < HelmVersion::V4) {
        return true;
    }
    let shown = chartlens::text::quote(mode.as_bytes());
    let text = format!("invalid color mode {shown}: must be one of: never, auto, always");
    let line = Log::new(Level::Warn, "command failed").with("error", &text);
    env.log(&[line], HelmVersion::V4, false);
    false
}

/// Flags of Helm 4 that exclude each other, as cobra says it.
pub fn check_groups(parsed: &Parsed) -> Result<(), String> {
    for (first, second) in [("force", "force-conflicts"), ("force-replace", "force-conflicts")] {
        if parsed.given(first) && parsed.given(second) {
            let (low, high) = if first < second { (first, second) } else { (second, first) };
            return Err(format!(
                "if any flags in the group [{first} {second}] are set none of the others can be; [{low} {high}] were all set"
            ));
        }
    }
    Ok(())
}

/// An error for flags that ask for what this program does not do.
pub fn refuse(parsed: &Parsed, groups: &[(&str, &[Flag])]) -> Result<(), String> {
    for flag in groups.iter().flat_map(|(_, flags)| flags.iter()) {
        if let Some(reason) = flag.refuses
            && parsed.given(flag.name)
        {
            return Err(format!("--{}: {reason}", flag.name));
        }
    }
    match parsed.text("dry-run") {
        Some("server") => Err(format!("--dry-run=server: {CLUSTER}")),
        _ => Ok(()),
    }
}

/// Whether `--dry-run` asks for a simulation: Helm 4's `cmdGetDryRunFlagStrategy`. `template` is always one.
pub fn dry_run(parsed: &Parsed, template: bool, log: &mut Vec<Log>) -> Result<bool, String> {
    let Some(value) = parsed.text("dry-run") else { return Ok(template) };
    let quoted = chartlens::text::quote(value.as_bytes());
    let on = match value {
        "unset" => {
            let text = "--dry-run is deprecated and should be replaced with '--dry-run=client'";
            log.push(Log::new(Level::Warn, text));
            return Ok(true);
        }
        "client" => return Ok(true),
        "none" if !template => return Ok(false),
        "1" | "t" | "T" | "TRUE" | "true" | "True" => true,
        "0" | "f" | "F" | "FALSE" | "false" | "False" | "none" => false,
        _ => return Err(format!("invalid dry-run value ({quoted}). Must be \"none\", \"server\", or \"client\"")),
    };
    if template && !on {
        return Err(format!("invalid dry-run value ({quoted}). Must be \"server\" or \"client\""));
    }
    let instead = if on { "client" } else { "none" };
    let text =
        format!("boolean '--dry-run={value}' flag is deprecated and must be replaced with '--dry-run={instead}'");
    log.push(Log::new(Level::Warn, text));
    Ok(on)
}

/// The same in Helm 3, which looks at the value only when the chart is there: `validateDryRunOptionFlag`.
pub fn check_dry_run_3(parsed: &Parsed) -> Result<(), String> {
    match parsed.text("dry-run") {
        None | Some("unset" | "" | "false" | "true" | "none" | "client" | "server") => Ok(()),
        _ => Err("Invalid dry-run flag. Flag must one of the following: false, true, none, client, server".to_owned()),
    }
}

/// The layers of values that the flags name. Files are read here.
pub fn values(parsed: &Parsed, env: &mut Environment<'_>, helm: HelmVersion) -> Result<Vec<ValuesSource>, String> {
    let mut sources = Vec::new();
    for name in parsed.all("values") {
        let text = if name.trim() == "-" {
            let mut text = Vec::new();
            env.stdin.read_to_end(&mut text).map_err(|e| e.to_string())?;
            text
        } else if name.contains("://") {
            return Err(format!("-f {name}: chartlens does not fetch values files"));
        } else {
            match env.read(name) {
                Ok(text) => text,
                Err(message) => {
                    // Helm reads one file after the other, so it finds an earlier one at fault first.
                    chartlens::values::check(&sources, helm, &|file| env.read(file)).map_err(|e| e.message)?;
                    return Err(message);
                }
            }
        };
        sources.push(ValuesSource::File { name: name.clone(), text: Arc::from(text) });
    }
    let mut add = |name: &str, make: fn(String) -> ValuesSource| {
        sources.extend(parsed.all(name).iter().cloned().map(make));
    };
    add("set-json", ValuesSource::SetJson);
    add("set", ValuesSource::Set);
    add("set-string", ValuesSource::SetString);
    add("set-file", ValuesSource::SetFile);
    add("set-literal", ValuesSource::SetLiteral);
    Ok(sources)
}

/// The render that the flags describe, but for the release's name.
pub fn render_options(parsed: &Parsed, env: &Environment<'_>) -> Result<RenderOptions, String> {
    let helm = helm_version(parsed)?;
    let kube_version = match parsed.text("kube-version").filter(|v| !v.is_empty()) {
        Some(text) => Some(KubeVersion::parse(text, helm).map_err(|e| format!("invalid kube version '{text}': {e}"))?),
        None => None,
    };
    let variable = (env.variable)("HELM_NAMESPACE");
    let namespace = parsed.text("namespace").map(str::to_owned).or(variable).filter(|n| !n.is_empty());
    Ok(RenderOptions {
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        is_upgrade: parsed.on("is-upgrade"),
        kube_version,
        api_versions: parsed.all("api-versions").to_vec(),
        skip_schema_validation: parsed.on("skip-schema-validation"),
        sub_notes: parsed.on("render-subchart-notes"),
        labels: parsed.all("labels").iter().filter_map(|pair| Some(pair.split_once('=')?.0.to_owned())).collect(),
        helm,
        ..RenderOptions::default()
    })
}

/// The world as templates see it.
pub fn host(parsed: &Parsed, env: &Environment<'_>) -> Result<Host, String> {
    let now = match parsed.text("now") {
        None => now(),
        Some(text) => parse_time(text)?,
    };
    let seed = match parsed.text("seed") {
        Some(text) => chartlens::host::seed_from_text(text),
        None => random_seed(),
    };
    let zone = parsed.text("timezone").map(str::to_owned).or_else(|| (env.variable)("TZ")).filter(|z| !z.is_empty());
    let lookup = match parsed.all("lookup") {
        [] => None,
        paths => Some(Arc::new(crate::lookup::Objects::read(env, paths)?) as Arc<dyn Lookup>),
    };
    Ok(Host { now, zone: zone.unwrap_or_else(|| "UTC".to_owned()), seed, lookup, dns: None })
}

fn parse_time(text: &str) -> Result<Timestamp, String> {
    if let Ok(seconds) = text.parse() {
        return Ok(Timestamp { seconds, nanoseconds: 0 });
    }
    chartlens::parse_time(text).map_err(|e| {
        format!("invalid --now {text:?}: expected Unix seconds or a time such as 2026-01-02T15:04:05Z ({e})")
    })
}

/// A seed from the system.
pub fn random_seed() -> [u8; 32] {
    use std::hash::{BuildHasher as _, Hasher as _};
    let mut seed = [0; 32];
    if std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut seed)).is_ok() {
        return seed;
    }
    // Elsewhere the standard library's hash keys are the randomness at hand.
    for chunk in seed.chunks_mut(8) {
        let random = std::collections::hash_map::RandomState::new().build_hasher().finish();
        chunk.copy_from_slice(random.to_le_bytes().get(..chunk.len()).unwrap_or_default());
    }
    seed
}
