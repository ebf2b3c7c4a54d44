//! Places in objects, as people write them.

/// A JSON pointer as people write paths: `spec.containers[0].image`. Keys that are no plain names are quoted.
pub fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for step in pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        match step {
            step if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) => {
                path.push_str(&format!("[{step}]"))
            }
            step if step.is_empty() || !step.chars().all(is_plain) => path.push_str(&format!("[{step:?}]")),
            step if path.is_empty() => path.push_str(&step),
            step => path.push_str(&format!(".{step}")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn pointers_are_written_for_people() {
        assert_eq!(
            path_of("/spec/template/spec/containers/0/env/10/value"),
            "spec.template.spec.containers[0].env[10].value"
        );
        assert_eq!(path_of("/metadata/annotations/a.b~1c"), "metadata.annotations[\"a.b/c\"]");
        assert_eq!(path_of("/data/log.conf"), "data[\"log.conf\"]");
    }
}
