//! `availability/no-dns-options`: a pod without DNS options.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// With the usual `ndots: 5` every name of the outside is first looked up in all search domains of the cluster.
    NO_DNS_OPTIONS = "availability/no-dns-options", Warning, "a pod without DNS options";
    help "set `dnsConfig.options` with a smaller `ndots`";
    profiles [];
    aliases ["dnsconfig-options"];
    Pod check;
    bad pod "dnsPolicy: ClusterFirst";
    good pod "dnsConfig: {options: [{name: ndots, value: \"2\"}]}";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if pod.spec.path(&["dnsConfig", "options"]).is_none() {
        lint.absent(pod.spec, "dnsConfig.options");
    }
}
