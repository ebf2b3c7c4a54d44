//! Names of objects: `validateMetadataName`, with the words of apimachinery's validation.

use super::objects::Object;

/// Whether the name of an object is one that its kind may have.
pub(super) fn check(object: &Object) -> Result<(), String> {
    let name = object.name.as_str();
    let mut faults = faults(name, &object.kind.to_lowercase());
    let shown = crate::text::quote(name.as_bytes());
    for fault in &mut faults {
        *fault = format!("metadata.name: Invalid value: {shown}: {fault}");
    }
    let all = match faults.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Err(format!("object name does not conform to Kubernetes naming requirements: {shown}: {all}"))
}

fn faults(name: &str, kind: &str) -> Vec<String> {
    match kind {
        "service" => form(name, 63, is_label_1035, LABEL_1035),
        "namespace" => form(name, 63, is_label_1123, LABEL_1123),
        "certificatesigningrequest" => Vec::new(),
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => path_segment(name),
        _ => form(name, 253, is_subdomain, SUBDOMAIN),
    }
}

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL_1123: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const LABEL_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

fn form(name: &str, most: usize, fits: fn(&str) -> bool, words: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let long = name.len() > most;
    if long {
        faults.push(format!("must be no more than {most} characters"));
    }
    if !fits(name) {
        faults.push(words.to_owned());
    }
    faults
}

fn is_label_1123(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

fn is_label_1035(text: &str) -> bool {
    is_label_1123(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label_1123)
}

/// `content.IsPathSegmentName`
fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"].iter().filter(|part| name.contains(*part)).map(|part| format!("may not contain '{part}'")).collect()
}
