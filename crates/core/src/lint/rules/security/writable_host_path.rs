//! `security/writable-host-path`: a container that can write to a folder of its node.

use crate::diag::Fact;
use crate::lint::object::Container;
use crate::lint::rule::{Lint, rule};

rule! {
    /// It can change what other programs of the node run or read.
    WRITABLE_HOST_PATH = "security/writable-host-path", Warning, "a container that can write to a folder of its node";
    help "set `readOnly: true` on the mount";
    profiles [Security];
    aliases ["writable-host-mount"];
    Container check;
    bad pod "volumes: [{name: etc, hostPath: {path: /etc}}]\n      initContainers:\n        - name: copy\n          image: example.com/copy:1\n          volumeMounts: [{name: etc, mountPath: /etc}]";
    good pod "volumes: [{name: etc, hostPath: {path: /etc}}]\n      initContainers:\n        - name: copy\n          image: example.com/copy:1\n          volumeMounts: [{name: etc, mountPath: /etc, readOnly: true}]";
}

fn check(lint: &mut Lint<'_>, container: &Container<'_>) {
    for mount in container.node.list("volumeMounts").filter(|mount| mount.bool("readOnly") != Some(true)) {
        let Some(name) = mount.get("name") else { continue };
        let mut volumes = container.pod.spec.list("volumes");
        if volumes.any(|volume| volume.str("name") == name.as_str() && volume.get("hostPath").is_some()) {
            let says = format!("the folder of the node in `{}` can be written to", name.as_str().unwrap_or_default());
            lint.at(name, Fact::Remark { says });
        }
    }
}
