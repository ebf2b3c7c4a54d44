//! Fields that the server calls otherwise than manifests do: its messages name what its code does.

/// The code of a check, what a pointer has, and what the server says instead. A `*` is the number of an item.
const ROWS: &[(&str, &str, &str)] = &[
    // ValidatePodTemplateSpec
    ("api/label-key", "/template/metadata/labels", "/template/labels"),
    ("api/label-value", "/template/metadata/labels", "/template/labels"),
    ("api/annotation-key", "/template/metadata/annotations", "/template/annotations"),
    ("api/pod-annotation", "/template/metadata/annotations", "/template/annotations"),
    // validatePersistentVolumeClaimSpec
    ("api/volume-claim", "/resources/requests/storage", "/resources/storage"),
    // validateLoadBalancerSourceRanges
    ("api/service-load-balancer", "/spec/loadBalancerSourceRanges", "/spec/LoadBalancerSourceRanges"),
    // validateHostUsers
    ("api/host-namespaces", "/hostIPC", "/HostIPC"),
    ("api/host-namespaces", "/hostPID", "/HostPID"),
    // validateOverhead
    ("api/overhead", "/overhead/podFixed", "/overhead/limits"),
    ("api/overhead", "/spec/overhead", "/spec/overhead/limits"),
    // validateDownwardAPIVolumeFile
    ("api/file-mode", "/downwardAPI/items/*", "/downwardAPI"),
    ("api/field-path", "/downwardAPI/items/*", "/downwardAPI"),
    ("api/resource-field", "/downwardAPI/items/*", "/downwardAPI"),
    // ValidateVolumeMounts
    ("api/sub-path", "/volumeMounts/*", "/volumeMounts"),
    ("api/mount-options", "/volumeMounts/*", "/volumeMounts"),
    // validateVolumeSource
    ("api/volume-fields", "/gcePersistentDisk", "/persistentDisk"),
    // validateProjectionSources
    ("api/projected-volume", "/sources/*/serviceAccountToken/path", "/path"),
    // ValidateNode
    ("api/node", "/spec/taints", "/metadata/taints"),
    // validatePodAffinityTerm
    ("api/affinity-term", "/namespaces/*", "/namespace"),
];

/// What the server calls the field of a pointer.
pub(super) fn spelled(code: &str, pointer: String) -> String {
    let found = |row: &(&str, &str, &'static str)| place(&pointer, row.1).map(|range| (range, row.2));
    match ROWS.iter().filter(|row| row.0 == code).find_map(found) {
        Some(((start, end), name)) => {
            let (before, after) = (pointer.get(..start).unwrap_or(""), pointer.get(end..).unwrap_or(""));
            format!("{before}{name}{after}")
        }
        None => pointer,
    }
}

/// Where a part of a pointer is: the last place, of whole segments.
fn place(pointer: &str, part: &str) -> Option<(usize, usize)> {
    let starts = pointer.match_indices('/').map(|(start, _)| start).rev();
    starts.filter_map(|start| Some((start, start + fits(pointer.get(start..)?, part)?))).next()
}

/// How many bytes of a pointer a part takes.
fn fits(pointer: &str, part: &str) -> Option<usize> {
    let mut rest = pointer;
    for segment in part.split('/').skip(1) {
        rest = rest.strip_prefix('/')?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (own, after) = rest.split_at_checked(end)?;
        let number = segment == "*" && !own.is_empty() && own.bytes().all(|b| b.is_ascii_digit());
        if own != segment && !number {
            return None;
        }
        rest = after;
    }
    Some(pointer.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_called_as_the_server_does() {
        let name = |code: &str, pointer: &str| spelled(code, pointer.to_owned());
        assert_eq!(name("api/label-key", "/spec/template/metadata/labels/a"), "/spec/template/labels/a");
        assert_eq!(name("api/label-key", "/metadata/labels/a"), "/metadata/labels/a");
        assert_eq!(
            name("api/sub-path", "/spec/containers/0/volumeMounts/3/subPath"),
            "/spec/containers/0/volumeMounts/subPath"
        );
        assert_eq!(name("api/overhead", "/spec/overhead/cpu"), "/spec/overhead/limits/cpu");
        assert!(ROWS.iter().all(|row| super::super::CHECKS.iter().any(|check| check.code == row.0)));
    }
}
