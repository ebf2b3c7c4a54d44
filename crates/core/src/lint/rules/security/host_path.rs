//! `security/host-path`: a pod that mounts a folder of its node.

use crate::diag::Fact;
use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What is there differs from node to node, and what the pod writes stays behind; with some folders the node can be taken over.
    HOST_PATH = "security/host-path", Warning, "a pod that mounts a folder of its node";
    help "use a claim, a ConfigMap or an `emptyDir`";
    profiles [Strict, Security, GkeAutopilot];
    aliases ["sensitive-host-mounts", "hostPathSet"];
    Pod check;
    bad pod "volumes: [{name: etc, hostPath: {path: /etc}}]";
    good pod "volumes: [{name: data, emptyDir: {}}]";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    for path in pod.spec.list("volumes").filter_map(|volume| volume.path(&["hostPath", "path"])) {
        let text = path.as_str().unwrap_or_default();
        lint.at(path, Fact::Remark { says: format!("the folder `{text}` of the node is mounted") });
    }
}
