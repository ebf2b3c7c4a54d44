//! `chartlens check` of a tree with objects of Argo CD and Flux: the charts they name are checked with the values they give.

use chartlens_tests::folder::{CHART_YAML, Folder, Shown};
use serde_json::Value;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}\nspec:\n  ports:\n    - port: {{ .Values.port }}\n      targetPort: {{ .Values.target }}\n";

/// A repository with one chart.
fn repository() -> Folder {
    Folder::default()
        .with("repo/charts/t/Chart.yaml", CHART_YAML)
        .with("repo/charts/t/values.yaml", "port: 80\ntarget: http\n")
        .with("repo/charts/t/templates/service.yaml", SERVICE)
}

fn findings(folder: &Folder) -> (Vec<Value>, String) {
    let shown = folder.run("check repo --select schema --format json");
    let report: Value = serde_json::from_str(&shown.stdout).unwrap_or_else(|_| panic!("{}", shown.stderr));
    (report["diagnostics"].as_array().expect("findings").clone(), shown.stderr)
}

/// The only finding: the value it blames, with its file, line and column.
#[track_caller]
fn blamed(folder: &Folder) -> (String, String, u64, u64) {
    let (all, said) = findings(folder);
    assert_eq!(all.len(), 1, "{all:#?}\n{said}");
    let value = &all[0]["cause"]["values"][0];
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    (text("path"), text("file"), value["line"].as_u64().unwrap_or(0), value["column"].as_u64().unwrap_or(0))
}

fn application(source: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: shop\nspec:\n  destination: {{namespace: prod}}\n  source:\n    repoURL: https://git.example/shop\n{source}"
    )
}

#[test]
fn values_in_an_application_are_blamed_where_they_stand() {
    let app = "repo/apps/prod/shop.yaml";
    let at = |source: &str| repository().with(app, application(source));
    let block = at("    path: charts/t\n    helm:\n      values: |\n        # the port\n        port: eighty\n");
    assert_eq!(blamed(&block), ("port".to_owned(), app.to_owned(), 13, 15));
    let map = at("    path: ./charts/t/\n    helm:\n      valuesObject:\n        target: http\n        port: eighty\n");
    assert_eq!(blamed(&map), ("port".to_owned(), app.to_owned(), 13, 15));
    let flow = at("    path: charts/t\n    helm: {valuesObject: {port: eighty}}\n");
    assert_eq!(blamed(&flow), ("port".to_owned(), app.to_owned(), 10, 33));
    assert_eq!(findings(&at("    path: charts/t\n")).0.len(), 0);
}

#[test]
fn names_namespaces_files_and_parameters_count() {
    let source = "    path: charts/t\n    helm:\n      releaseName: other\n      valueFiles: [../../env/prod.yaml, $values/env/more.yaml, gone.yaml]\n      parameters:\n        - {name: target, value: \"8080\", forceString: true}\n";
    let folder = repository().with("repo/apps/a.yaml", application(source));
    let folder = folder.with("repo/env/prod.yaml", "port: 81\n").with("repo/env/more.yaml", "target: 1\n");
    let shown = folder.run("check repo --format json");
    assert!(
        shown.stderr.contains("Note: repo/apps/a.yaml: Application shop: the values file gone.yaml is not there"),
        "{}",
        shown.stderr
    );
    let bad = folder.with("repo/env/more.yaml", "port: eighty\n");
    assert_eq!(blamed(&bad), ("port".to_owned(), "repo/env/more.yaml".to_owned(), 1, 7));
    let (all, _) = findings(&bad);
    assert_eq!((&all[0]["object"]["name"], &all[0]["object"]["namespace"]), (&"other".into(), &"prod".into()));
    let flag = bad.run("check repo --select schema --set port=82 --format json");
    assert_eq!(flag.exit, 0, "flags go over it: {}", flag.stdout);
}

#[test]
fn a_set_makes_an_application_of_every_element() {
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata:\n  name: all\nspec:\n  generators:\n    - list:\n        elements:\n          - {env: dev, port: 80}\n          - env: prod\n            port: eighty\n    - git: {directories: []}\n  template:\n    metadata:\n      name: 'shop-{{env}}'\n    spec:\n      source:\n        path: charts/t\n        helm:\n          values: |\n            port: {{ port }}\n";
    let folder = repository().with("repo/set.yaml", set);
    assert_eq!(blamed(&folder), ("port".to_owned(), "repo/set.yaml".to_owned(), 21, 19));
    let (all, said) = findings(&folder);
    assert_eq!(all[0]["object"]["name"], "shop-prod");
    assert!(said.contains("ApplicationSet all: what its generator `git` finds is not known here"), "{said}");
    let go = set.replace("{{env}}", "{{ .env | lower }}");
    let (all, said) = findings(&folder.with("repo/set.yaml", go));
    assert_eq!(all.len(), 0);
    assert!(said.contains("`{{ .env | lower }}` in the template of shop-"), "{said}");
}

#[test]
fn releases_of_flux_take_values_from_the_tree() {
    let release = |more: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: shop, namespace: flux}}\nspec:\n  chart:\n    spec:\n      chart: ./charts/t\n      sourceRef: {{kind: GitRepository, name: repo}}\n{more}"
        )
    };
    let file = "repo/clusters/a/shop.yaml";
    let inline = repository().with(file, release("  values:\n    port: eighty\n"));
    assert_eq!(blamed(&inline), ("port".to_owned(), file.to_owned(), 10, 11));
    let from = release(
        "  valuesFrom:\n    - {kind: ConfigMap, name: shop}\n    - {kind: Secret, name: gone}\n    - {kind: Secret, name: gone-too, optional: true}\n",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop, namespace: flux}\ndata:\n  values.yaml: |\n    port: eighty\n";
    let folder = repository().with(file, from).with("repo/clusters/a/values.yaml", map);
    assert_eq!(blamed(&folder), ("port".to_owned(), "repo/clusters/a/values.yaml".to_owned(), 6, 11));
    let (_, said) = findings(&folder);
    assert!(
        said.contains("its values of the Secret gone are not in this tree") && !said.contains("gone-too"),
        "{said}"
    );
}

#[test]
fn what_cannot_be_looked_at_is_named() {
    let remote = application("    chart: redis\n").replace("git.example", "charts.example");
    let folder = repository()
        .with("repo/apps/redis.yaml", remote)
        .with("repo/apps/gone.yaml", application("    path: charts/gone\n    helm: {}\n"))
        .with("repo/apps/up.yaml", application("    path: ../../../etc\n    helm: {}\n"))
        .with("repo/base/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n");
    let Shown { stderr, .. } = folder.run("check repo");
    for line in [
        "Note: repo/apps/redis.yaml: Application shop: the chart redis of https://charts.example/shop is not fetched, and so not checked: --fetch does that",
        "Note: repo/apps/gone.yaml: Application shop: there is no chart at charts/gone in this tree: it is not checked",
        "Note: repo/apps/up.yaml: Application shop: there is no chart at ../../../etc in this tree: it is not checked",
        "Note: repo/base/kustomization.yaml: Kustomize is not rendered: kustomize build repo/base | chartlens check -",
    ] {
        assert!(stderr.contains(line), "{line}\n{stderr}");
    }
    assert_eq!(folder.run("check repo --quiet").stderr, "");
}
