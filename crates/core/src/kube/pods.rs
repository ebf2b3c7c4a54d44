//! The pods in objects.

use super::Gvk;
use super::tree::Node;

/// The specification of the pods that an object makes: that of a Pod itself, or the one in a workload's template.
pub fn pod_spec(object: Node<'_>) -> Option<Node<'_>> {
    object.path(pod_spec_path(object.str("apiVersion")?, object.str("kind")?)?)
}

/// The pod template of a workload, with labels and annotations beside the specification.
pub fn pod_template(object: Node<'_>) -> Option<Node<'_>> {
    let path = pod_spec_path(object.str("apiVersion")?, object.str("kind")?)?;
    object.path(path.split_last()?.1).filter(|template| template.key() == "template")
}

/// Where objects of a kind have the specification of their pods.
pub fn pod_spec_path(api_version: &str, kind: &str) -> Option<&'static [&'static str]> {
    let group = Gvk::new(api_version, kind).group;
    // Groups of custom resources have a dot. Of the others one that is not there is misspelt.
    if group.contains('.') {
        return None;
    }
    Some(match (group, kind) {
        ("", "Pod") => &["spec"],
        ("", "PodTemplate") => &["template", "spec"],
        ("", "ReplicationController") => &["spec", "template", "spec"],
        (_, "Deployment" | "DaemonSet" | "ReplicaSet" | "StatefulSet") => &["spec", "template", "spec"],
        (_, "Job") => &["spec", "template", "spec"],
        (_, "CronJob") => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => return None,
    })
}

/// All containers of a pod: the init containers, the containers, the ephemeral ones.
pub fn containers<'t>(pod_spec: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    ["initContainers", "containers", "ephemeralContainers"].into_iter().flat_map(move |key| pod_spec.list(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use crate::kube::tree::Tree;

    #[test]
    fn pods_are_found_in_workloads() {
        let text =
            b"apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {a: b}}, \
                     spec: {initContainers: [{name: a}], containers: [{name: b}]}}}}}\n";
        let document = crate::yaml::parse(text).unwrap();
        let tree = Tree::build(&document, &Budget::default()).unwrap();
        let root = tree.root().unwrap();
        let names: Vec<_> = containers(pod_spec(root).unwrap()).filter_map(|c| c.str("name")).collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(pod_template(root).unwrap().path(&["metadata", "labels", "a"]).and_then(Node::as_str), Some("b"));
        assert_eq!(pod_spec_path("v1", "Service"), None);
    }
}
