//! `chartlens.toml`: what to check for, next to what is checked.

use crate::environment::Environment;
use crate::peers;
use chartlens::codes;
use chartlens::diag::{Severity, did_you_mean};
use chartlens::lint::{Choice, Judge, NAMED, ObjectSchema, Options, Override, SchemaTarget};
use chartlens::render::KubeVersion;
use chartlens::session::{CheckOptions, Session};
use chartlens::validate::Expression;
use chartlens::values::ValuesSource;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the file.
pub const NAME: &str = "chartlens.toml";

/// The JSON Schema of the file, for editors: made by `cargo xtask gen config`.
pub const SCHEMA: &str = include_str!("config.schema.json");

/// What the file may say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    /// The profile: `default`, `strict`, `security`, `pss-baseline`, `pss-restricted`, `gke-autopilot` or `none`.
    pub profile: Option<String>,
    /// Only these codes, rules or categories, in place of the profile.
    pub select: Vec<String>,
    /// More of them, on top of the profile.
    pub extend_select: Vec<String>,
    /// What is not told.
    pub ignore: Vec<String>,
    /// Other levels, by code, rule or category.
    pub levels: BTreeMap<String, Severity>,
    /// What is set of rules: the name of a rule, and its options.
    pub options: Options,
    /// Objects that come from elsewhere, by kind: names or patterns.
    pub external: BTreeMap<String, Vec<String>>,
    /// What to render for.
    pub targets: Targets,
    /// Rules of one's own.
    pub rules: Vec<OwnRule>,
    /// What holds for some files or objects only.
    pub overrides: Vec<Override>,
}

/// A rule of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OwnRule {
    /// Its code: category and name, such as `team/owner`.
    pub code: String,
    /// What must hold for every object, in CEL over `object`, `cause` and `release`.
    #[serde(default)]
    pub expression: Option<String>,
    /// In place of that, a JSON Schema that must accept every object, or the part that `target` names.
    #[serde(default, serialize_with = "plain")]
    pub schema: Option<Json>,
    /// What the schema is about: `object`, `pod-spec`, `container`, or `main-container` for all but init containers.
    #[serde(default)]
    pub target: SchemaTarget,
    /// What is wrong where it does not hold.
    pub message: String,
    /// How much its findings weigh; a warning where nothing is said.
    #[serde(default = "warning")]
    pub level: Severity,
    /// What to do.
    #[serde(default)]
    pub help: Option<String>,
    /// The kinds that it is about; all where there are none.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// A manifest that has the finding, for `chartlens rules --test`.
    #[serde(default)]
    pub bad: Option<String>,
    /// One that has not.
    #[serde(default)]
    pub good: Option<String>,
}

fn warning() -> Severity {
    Severity::Warning
}

/// Writes a schema as TOML has it: numbers as such, and no nulls.
fn plain<S: Serializer>(schema: &Option<Json>, serializer: S) -> Result<S::Ok, S::Error> {
    struct Plain<'v>(&'v Json);

    impl Serialize for Plain<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self.0 {
                Json::Number(number) => match number.as_i64() {
                    Some(number) => serializer.serialize_i64(number),
                    None => serializer.serialize_f64(number.as_f64().unwrap_or_default()),
                },
                Json::Array(items) => serializer.collect_seq(items.iter().map(Plain)),
                Json::Object(entries) => {
                    let there = entries.iter().filter(|(_, value)| !value.is_null());
                    serializer.collect_map(there.map(|(key, value)| (key, Plain(value))))
                }
                other => other.serialize(serializer),
            }
        }
    }

    match schema {
        Some(schema) => serializer.serialize_some(&Plain(schema)),
        None => serializer.serialize_none(),
    }
}

impl OwnRule {
    /// The rule, compiled.
    ///
    /// # Errors
    ///
    /// An expression or a schema that is none, or a code without a category.
    pub fn compile(&self) -> Result<chartlens::lint::OwnRule, String> {
        let wrong = |error: String| format!("rules: {}: {error}", self.code);
        let judge = match (&self.expression, &self.schema) {
            (Some(expression), None) => Judge::Expression(Arc::new(Expression::new(expression).map_err(wrong)?)),
            (None, Some(schema)) => Judge::Schema(Arc::new(ObjectSchema::new(schema, self.target).map_err(wrong)?)),
            _ => return Err(wrong("expected one of `expression` and `schema`".to_owned())),
        };
        let rule = chartlens::lint::OwnRule {
            code: self.code.clone(),
            level: self.level,
            message: self.message.clone(),
            help: self.help.clone(),
            kinds: self.kinds.clone(),
            judge,
        };
        rule.checked()
    }

    /// What is wrong with the rule's examples, a line each.
    ///
    /// # Errors
    ///
    /// What [`OwnRule::compile`] fails with.
    pub fn test(&self) -> Result<Vec<String>, String> {
        let choice = Choice { profile: Some("none".to_owned()), own: vec![self.compile()?], ..Choice::default() };
        let selection = Arc::new(codes::select(&choice).map_err(|error| error.to_string())?);
        let options = CheckOptions { selection, ..CheckOptions::default() };
        let finds = |text: &str| {
            let report = Session::new().check_manifests(&[(self.code.clone(), text.as_bytes().into())], &options);
            report.diagnostics.iter().any(|found| found.code == self.code)
        };
        let mut wrong = Vec::new();
        match &self.bad {
            None => wrong.push(format!("{}: there is no bad example", self.code)),
            Some(text) if !finds(text) => wrong.push(format!("{}: the bad example is not found", self.code)),
            Some(_) => {}
        }
        match &self.good {
            None => wrong.push(format!("{}: there is no good example", self.code)),
            Some(text) if finds(text) => wrong.push(format!("{}: the good example is found", self.code)),
            Some(_) => {}
        }
        Ok(wrong)
    }
}

/// What to render for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Targets {
    /// Versions of Kubernetes, such as `"1.37"`.
    pub kube_versions: Vec<String>,
    /// Values files by the name of the set, from the folder of the configuration.
    pub values_sets: BTreeMap<String, Vec<String>>,
}

/// A configuration, and the file it comes from.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What it says.
    pub config: Config,
    /// Where it stands; none where there is no file.
    pub file: Option<PathBuf>,
    /// What of another tool's configuration has no place here, a line each.
    pub warnings: Vec<String>,
}

/// The file of the nearest configuration at a path or above it.
pub fn nearest(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let names = || std::iter::once(&NAME).chain(peers::NAMES);
    path.ancestors().flat_map(|folder| names().map(|name| folder.join(name))).find(|file| file.is_file())
}

impl Found {
    /// The nearest configuration at a path or above it: chartlens' own, or else that of another tool.
    ///
    /// # Errors
    ///
    /// A file that is no configuration: its path, the line, and what is wrong.
    pub fn above(path: &Path) -> Result<Found, String> {
        nearest(path).map_or_else(|| Ok(Found::default()), Found::read)
    }

    /// The configuration in a file; in YAML it is that of another tool.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or is no configuration.
    pub fn read(file: PathBuf) -> Result<Found, String> {
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(&file).map_err(|error| told(&error))?;
        if file.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
            let peers::Read { config, warnings } = peers::read(text.as_bytes()).map_err(|error| told(&error))?;
            let warnings = warnings.iter().map(|warning| told(warning)).collect();
            return Ok(Found { config, file: Some(file), warnings });
        }
        let config = toml::from_str(&text).map_err(|error| told(&error.to_string().trim_end()))?;
        Ok(Found { config, file: Some(file), warnings: Vec::new() })
    }

    /// The options of a check with what the file says; what was chosen by flags comes first.
    ///
    /// # Errors
    ///
    /// A name that nothing has, a version that is none, a values file that cannot be read.
    pub fn apply(&self, options: &CheckOptions, flags: &Choice, env: &Environment<'_>) -> Result<CheckOptions, String> {
        let mut options = options.clone();
        let choice = self.choice(flags).map_err(|error| self.told(&error))?;
        let selection = codes::select(&choice).map_err(|error| self.told(&error))?;
        options.selection = Arc::new(selection);
        let unknown = |kind: &&String| !NAMED.iter().any(|known| known.eq_ignore_ascii_case(kind));
        if let Some(kind) = self.config.external.keys().find(unknown) {
            let near = did_you_mean(kind, NAMED.iter().copied());
            let advice =
                near.map_or_else(|| format!("they are {}", NAMED.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err(self.told(&format!("external: no rule looks for objects of the kind `{kind}`; {advice}")));
        }
        let external = self.config.external.iter();
        options.external = external.flat_map(|(kind, names)| names.iter().map(|n| (kind.clone(), n.clone()))).collect();
        if options.kube_versions.is_empty() {
            for text in &self.config.targets.kube_versions {
                let helm = options.render.helm;
                let told = |error: &dyn std::fmt::Display| self.told(&format!("kube-versions: {text:?}: {error}"));
                let version = KubeVersion::parse(text, helm).map_err(|error| told(&error))?;
                chartlens::kube::known_version(&format!("{}.{}", version.major, version.minor))
                    .map_err(|e| told(&e))?;
                options.kube_versions.push(version);
            }
        }
        if options.values_sets.is_empty() {
            let folder = self.file.as_deref().and_then(Path::parent).unwrap_or(&env.folder);
            for (name, files) in &self.config.targets.values_sets {
                let read = |file: &String| {
                    let text = env.read(&folder.join(file).to_string_lossy()).map_err(|error| self.told(&error))?;
                    Ok(ValuesSource::File { name: file.clone(), text: Arc::from(text) })
                };
                options.values_sets.push((name.clone(), files.iter().map(read).collect::<Result<_, String>>()?));
            }
        }
        Ok(options)
    }

    /// What is chosen when flags come first: a profile or a selection in place of the file's, all else on top.
    ///
    /// # Errors
    ///
    /// A rule of one's own that is none.
    pub fn choice(&self, flags: &Choice) -> Result<Choice, String> {
        let config = &self.config;
        let both = |a: &[String], b: &[String]| a.iter().chain(b).cloned().collect();
        let levels = config.levels.iter().map(|(name, level)| (name.clone(), *level));
        let chosen = flags.profile.is_some() || !flags.select.is_empty();
        Ok(Choice {
            profile: if chosen { flags.profile.clone() } else { config.profile.clone() },
            select: if chosen { flags.select.clone() } else { config.select.clone() },
            extend_select: both(&config.extend_select, &flags.extend_select),
            ignore: both(&config.ignore, &flags.ignore),
            levels: levels.chain(flags.levels.iter().cloned()).collect(),
            options: config.options.clone(),
            own: config.rules.iter().map(OwnRule::compile).collect::<Result<_, _>>()?,
            overrides: config.overrides.clone(),
        })
    }

    fn told(&self, error: &dyn std::fmt::Display) -> String {
        match &self.file {
            Some(file) => format!("{}: {error}", file.display()),
            None => error.to_string(),
        }
    }
}
