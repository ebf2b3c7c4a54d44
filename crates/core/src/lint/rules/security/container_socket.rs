//! `security/container-socket`: a pod that mounts the socket of the container runtime.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// Who reaches it starts containers of any kind on the node: it is as good as root there.
    CONTAINER_SOCKET = "security/container-socket", Warning, "a pod that mounts the socket of the container runtime";
    help "use the API of the cluster, or a builder that needs no daemon";
    profiles [Default, Security];
    aliases ["docker-sock"];
    Pod check;
    bad pod "volumes: [{name: sock, hostPath: {path: /var/run/docker.sock}}]";
    good pod "volumes: [{name: data, emptyDir: {}}]";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    for path in pod.spec.list("volumes").filter_map(|volume| volume.path(&["hostPath", "path"])) {
        let is_socket =
            |text: &str| ["docker.sock", "containerd.sock", "crio.sock"].iter().any(|name| text.ends_with(name));
        if path.as_str().is_some_and(is_socket) {
            lint.unwanted(path);
        }
    }
}
