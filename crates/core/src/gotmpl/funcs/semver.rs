//! Versions: `semver`, `semverCompare` and the methods of `*semver.Version`.

use super::args::{SemVer, SemVerOrNil};
use super::{FuncError, Text, functions};
use crate::semver::{Constraint, SemverError, Version};
use crate::text::quote;
use crate::value::{IntType, Repr, Value};
use std::cmp::Ordering;

impl From<SemverError> for FuncError {
    fn from(error: SemverError) -> Self {
        FuncError::new(error.to_string())
    }
}

fn uint(n: u64) -> Value {
    Value::new(Repr::Int(n as i64, IntType::Uint64))
}

fn next(part: u64, name: &str) -> Result<u64, FuncError> {
    part.checked_add(1).ok_or_else(|| FuncError::new(format!("{name} version increment would overflow uint64")))
}

/// Whether a text is made of identifiers between dots, as suffixes are.
fn identifiers(text: &str) -> bool {
    text.split('.').all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

functions! {
    pub static SEMVER;

    /// Reads a version; `.Major`, `.Minor`, `.Patch`, `.Prerelease`, `.Metadata` and `.Original` are its parts.
    ///
    /// `{{ (semver "1.2.3").Major }}` gives `1`
    "semver" => fn semver(cx, text: Text) -> Result<Value, FuncError> {
        Ok(Version::parse_as(&text.str.to_lossy(), cx.helm)?.to_value(true))
    }

    /// Whether a version satisfies a constraint. Prereleases satisfy only constraints that name one:
    /// write `>=1.20-0` to accept `1.30.1-gke.5`.
    ///
    /// `{{ if semverCompare ">=1.21-0" .Capabilities.KubeVersion.Version }}`
    "semverCompare" [Scalar] => fn semver_compare(cx, constraint: Text, version: Text) -> Result<bool, FuncError> {
        let constraint = Constraint::parse_as(&constraint.str.to_lossy(), cx.helm)?;
        let version = Version::parse_as(&version.str.to_lossy(), cx.helm)?;
        Ok(constraint.check(&version))
    }
}

functions! {
    pub static VERSION_METHODS;

    /// The first number of a version.
    "Major" => fn major(_cx, version: SemVer) -> Value { uint(version.0.major) }

    /// The second number of a version.
    "Minor" => fn minor(_cx, version: SemVer) -> Value { uint(version.0.minor) }

    /// The third number of a version.
    "Patch" => fn patch(_cx, version: SemVer) -> Value { uint(version.0.patch) }

    /// What stands after the hyphen.
    "Prerelease" => fn prerelease(_cx, version: SemVer) -> String { version.0.pre }

    /// What stands after the plus sign.
    "Metadata" => fn metadata(_cx, version: SemVer) -> String { version.0.metadata }

    /// The version with all three numbers.
    "String" => fn string(_cx, version: SemVer) -> String { version.0.to_string() }

    /// The next patch version; of a prerelease the release.
    "IncPatch" => fn inc_patch(_cx, version: SemVer) -> Result<Value, FuncError> {
        let v = version.0;
        let patch = if v.pre.is_empty() { next(v.patch, "patch")? } else { v.patch };
        Ok(v.bumped(v.major, v.minor, patch).to_value(false))
    }

    /// The next minor version.
    "IncMinor" => fn inc_minor(_cx, version: SemVer) -> Result<Value, FuncError> {
        let v = version.0;
        Ok(v.bumped(v.major, next(v.minor, "minor")?, 0).to_value(false))
    }

    /// The next major version.
    "IncMajor" => fn inc_major(_cx, version: SemVer) -> Result<Value, FuncError> {
        let v = version.0;
        Ok(v.bumped(next(v.major, "major")?, 0, 0).to_value(false))
    }

    /// The version with another prerelease.
    "SetPrerelease" => fn set_prerelease(_cx, version: SemVer, pre: Text) -> Result<Value, FuncError> {
        let pre = pre.str.to_string();
        if !pre.is_empty() && !identifiers(&pre) {
            return Err(FuncError::new("invalid prerelease string"));
        }
        let mut v = Version { pre, ..version.0 };
        v.original = format!("{}{v}", v.prefix());
        Ok(v.to_value(false))
    }

    /// The version with other build metadata.
    "SetMetadata" => fn set_metadata(_cx, version: SemVer, metadata: Text) -> Result<Value, FuncError> {
        let metadata = metadata.str.to_string();
        if !metadata.is_empty() && !identifiers(&metadata) {
            return Err(FuncError::new("invalid metadata string"));
        }
        let mut v = Version { metadata, ..version.0 };
        v.original = format!("{}{v}", v.prefix());
        Ok(v.to_value(false))
    }

    /// The version as a JSON text, in bytes.
    "MarshalJSON" => fn marshal_json(_cx, version: SemVer) -> Value {
        Value::new(Repr::Bytes(quote(version.0.to_string().as_bytes()).into()))
    }

    /// The version as a text, in bytes.
    "MarshalText" => fn marshal_text(_cx, version: SemVer) -> Value {
        Value::new(Repr::Bytes(version.0.to_string().as_bytes().into()))
    }

    /// The version as a text.
    "Value" => fn value(_cx, version: SemVer) -> String { version.0.to_string() }
}

/// How a version compares to another.
fn order(version: &SemVer, other: &SemVerOrNil) -> Result<Ordering, FuncError> {
    other.0.as_ref().map(|other| version.0.compare(other)).ok_or_else(FuncError::nil_dereference)
}

// The methods that a `*semver.Version` has, and a plain one lacks.
functions! {
    pub static VERSION_POINTER_METHODS;

    /// The text that was read.
    "Original" => fn original(_cx, version: SemVer) -> String { version.0.original }

    /// -1, 0 or 1 as this version is before, equal to or after another.
    "Compare" => fn compare(_cx, version: SemVer, other: SemVerOrNil) -> Result<i64, FuncError> {
        Ok(order(&version, &other)? as i64)
    }

    /// Whether this version is before another.
    "LessThan" => fn less_than(_cx, version: SemVer, other: SemVerOrNil) -> Result<bool, FuncError> {
        Ok(order(&version, &other)?.is_lt())
    }

    /// Whether this version is before another or equal to it.
    "LessThanEqual" => fn less_than_equal(_cx, version: SemVer, other: SemVerOrNil) -> Result<bool, FuncError> {
        Ok(order(&version, &other)?.is_le())
    }

    /// Whether this version is after another.
    "GreaterThan" => fn greater_than(_cx, version: SemVer, other: SemVerOrNil) -> Result<bool, FuncError> {
        Ok(order(&version, &other)?.is_gt())
    }

    /// Whether this version is after another or equal to it.
    "GreaterThanEqual" => fn greater_than_equal(_cx, version: SemVer, other: SemVerOrNil) -> Result<bool, FuncError> {
        Ok(order(&version, &other)?.is_ge())
    }

    /// Whether two versions have the same precedence.
    "Equal" => fn equal(_cx, version: SemVer, other: SemVerOrNil) -> bool {
        other.0.is_some_and(|other| version.0.compare(&other).is_eq())
    }
}
