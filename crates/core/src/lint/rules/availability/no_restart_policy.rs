//! `availability/no-restart-policy`: a pod that does not say whether its containers restart.

use crate::lint::object::Pod;
use crate::lint::rule::{Lint, rule};

rule! {
    /// What counts then is `Always`, which a reader has to know.
    NO_RESTART_POLICY = "availability/no-restart-policy", Warning, "a pod that does not say whether its containers restart";
    help "set `restartPolicy`" cure "Always";
    profiles [];
    aliases ["restart-policy", "cronjob-restartpolicy"];
    Pod check;
    bad pod "dnsPolicy: ClusterFirst";
    good pod "restartPolicy: Always";
}

fn check(lint: &mut Lint<'_>, pod: &Pod<'_>) {
    if pod.spec.get("restartPolicy").is_none() {
        lint.absent(pod.spec, "restartPolicy");
    }
}
