//! `metadata/long-name`: what the API server refuses with a long release name.

use crate::diag::Fact;
use crate::lint::chart::FileLint;
use crate::lint::renders::Renders;
use crate::lint::rule::rule;

rule! {
    /// Helm takes release names of up to 53 characters, and names and labels made of them grow with them: a Service has 63 at the most,
    /// a CronJob 52. The chart is rendered once more with such a name, and what is refused then is told.
    LONG_NAME = "metadata/long-name", Warning, "what the API server refuses with a long release name";
    help "cut it with `trunc` and `trimSuffix \"-\"`, with room for what stands behind it";
    profiles [Strict];
    aliases [];
    Renders check;
    bad chart [("templates/a.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}-for-metrics\nspec:\n  ports:\n    - port: 80\n")];
    good chart [("templates/a.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name | trunc 51 | trimSuffix \"-\" }}-for-metrics\nspec:\n  ports:\n    - port: 80\n")];
}

fn check(lint: &mut FileLint<'_>, renders: &Renders<'_>) {
    for (cause, message) in renders.refused {
        let says = format!("with a release name of 53 characters: {message}");
        lint.at_cause(cause.clone(), Fact::Remark { says });
    }
}
