//! `templates/error-in-output`: the error of `fromYaml` or `fromJson` in the output.

use crate::diag::Fact;
use crate::lint::chart::{Output, OutputLint};
use crate::lint::rule::rule;
use crate::text::OriginKind;

rule! {
    /// They do not fail: what they cannot read becomes a map with the key `Error`, or a list with the text, and gets into the manifest.
    ERROR_IN_OUTPUT = "templates/error-in-output", Warning, "the error of `fromYaml` or `fromJson` in the output";
    help "mend the text that is read, or look for the key `Error`";
    profiles [Default];
    aliases [];
    Output check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ fromYaml \"a: b: c\" | toJson }}\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: {{ fromYaml \"a: b\" | toJson | quote }}\n")];
}

fn check(lint: &mut OutputLint<'_>, output: &Output<'_>) {
    const SAID: &[&[u8]] =
        &[b"error converting YAML to JSON", b"error unmarshaling JSON", b"json: cannot unmarshal", b"yaml: line "];
    let said: Vec<_> = SAID.iter().map(memchr::memmem::Finder::new).collect();
    for (number, document) in output.documents.iter().enumerate() {
        for said in &said {
            let Some(start) = said.find(&document.text) else { continue };
            let origin = output.causes.origin_at(document, start);
            // A text of the chart may well speak of errors.
            let made =
                matches!(output.causes.trace.get(origin), Some(OriginKind::Written { value, .. }) if !value.is_none());
            if made {
                let says = "the output has an error in it, which `fromYaml` or `fromJson` gave".to_owned();
                lint.in_document(number, start..start + said.needle().len(), Fact::Remark { says });
                break;
            }
        }
    }
}
