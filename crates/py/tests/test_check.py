"""Reports and their findings."""

import json
import pickle
import xml.etree.ElementTree

import pytest

import chartlens


@pytest.fixture
def broken(files):
    """A chart whose replicas are text, and whose ports are no list."""
    files["values.yaml"] = "replicas: abc\nimage: {tag: '1.0'}\n"
    files["templates/svc.yaml"] = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: 80}\n"
    return chartlens.load(files)


def test_nothing_found(chart):
    report = chartlens.check(chart)
    assert report.ok
    assert (len(report), list(report), report.diagnostics) == (0, [], [])
    assert report
    assert report.summary == {"errors": 0, "warnings": 0, "notes": 0, "charts": 1, "documents": 2}
    assert str(report).startswith("no findings: ")


def test_a_report_is_true_where_it_is_ok():
    """Findings that are no errors do not make it false."""
    gadget = "apiVersion: example.org/v1\nkind: Gadget\nmetadata: {name: x}\n"
    report = chartlens.check(
        chartlens.load({"Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n", "templates/a.yaml": gadget})
    )
    assert len(report) > 0
    assert report.ok
    assert bool(report) is True


@pytest.mark.parametrize("version", [1.31, ["1.30", 1.31], 131, (1.31,)])
def test_versions_that_are_numbers(broken, version):
    with pytest.raises(TypeError, match=r'kube_version: expected a text such as "1.31"') as caught:
        chartlens.check(broken, kube_version=version)
    if version != 131:
        assert "(as numbers 1.30 and 1.3 are the same), found 1.31 (float)" in str(caught.value)


def test_findings(broken):
    report = chartlens.check(broken)
    assert not report.ok
    assert not report
    assert report.summary["errors"] == len(report) == 2
    found = next(found for found in report if found.pointer == "/spec/replicas")
    assert (found.code, found.severity, found.chart) == ("schema/wrong-type", "error", "web")
    assert found.message == 'expected an integer, found the string "abc"'
    assert found.object == {"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "default", "name": "release-name-web"}
    assert (found.file, found.line, found.column) == ("templates/web.yaml", 7, 13)
    assert found.rendered["document"] == "web/templates/web.yaml"
    assert found.cause["values"][0]["path"] == "replicas"
    assert found.targets == [{"kube_version": "1.37", "helm_version": "4", "values_set": None}]
    assert isinstance(found.fixes, list) and isinstance(found.notes, list)
    assert str(found).startswith("web/templates/web.yaml:7:13: error: ")
    assert repr(found) == f"<chartlens.Diagnostic {found.code}: {found.message}>"
    assert found.to_dict() == json.loads(report.to_json())["diagnostics"][list(report).index(found)]


def test_reports_are_sequences(broken):
    report = chartlens.check(broken)
    assert report[0] == list(report)[0]
    assert report[-1] == list(report)[-1]
    assert report[:1] == list(report)[:1]
    assert report[0] in report
    with pytest.raises(IndexError):
        report[99]
    with pytest.raises(TypeError):
        report["x"]


def test_formats(broken):
    report = chartlens.check(broken)
    as_json = json.loads(report.to_json())
    assert as_json["version"] == 1
    assert [found["code"] for found in as_json["diagnostics"]] == [found.code for found in report]
    sarif = json.loads(report.to_sarif())
    assert len(sarif["runs"][0]["results"]) == len(report)
    junit = xml.etree.ElementTree.fromstring(report.to_junit())
    assert len(list(junit.iter("failure"))) == len(report)
    assert "replicas: {{ .Values.replicas }}" in str(report)
    assert repr(report).startswith("<chartlens.Report 2 errors")


def test_reports_pickle(broken):
    report = chartlens.check(broken)
    again = pickle.loads(pickle.dumps(report))
    assert (again.to_json(), again.to_sarif(), str(again)) == (report.to_json(), report.to_sarif(), str(report))
    assert pickle.loads(pickle.dumps(report[0])) == report[0] != report[1]


def test_paths(folder, files):
    for name in ("a", "b"):
        path = folder.parent / "charts" / name
        path.mkdir(parents=True)
        (path / "Chart.yaml").write_text(f"apiVersion: v2\nname: {name}\nversion: 0.1.0\n")
    manifest = folder.parent / "plain" / "m.yaml"
    manifest.parent.mkdir()
    manifest.write_text("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: 80}\n")
    assert chartlens.check(folder).summary["charts"] == 1
    assert chartlens.check(str(folder.parent / "charts")).summary["charts"] == 2
    (found,) = chartlens.check(manifest)
    assert (found.chart, found.file) == (None, None) or found.chart is None
    report = chartlens.check([folder, manifest.parent, chartlens.load(files)])
    assert (report.summary["charts"], len(report)) == (2, 1)


def test_a_chart_that_does_not_load_is_a_finding(folder):
    (folder / "Chart.yaml").write_text("name: [\n")
    report = chartlens.check(folder)
    assert not report.ok
    assert (report[0].chart, report[0].file) == (str(folder), "Chart.yaml")


def test_a_template_that_fails_is_a_finding(files):
    files["templates/bad.yaml"] = 'a: {{ fail "no" }}\n'
    report = chartlens.check(chartlens.load(files))
    assert [(found.code.split("/")[0], found.file) for found in report] == [("render", "templates/bad.yaml")]


def test_versions_and_values_sets(broken):
    report = chartlens.check(
        broken, kube_version=["1.31", "1.37"], values_sets={"good": {"replicas": 1}, "bad": [{"replicas": "x"}]}
    )
    (found,) = [found for found in report if found.pointer == "/spec/replicas"]
    assert [(target["kube_version"], target["values_set"]) for target in found.targets] == [("1.31", "bad"), ("1.37", "bad")]
    assert chartlens.check(broken, kube_version="1.31")[0].targets[0]["kube_version"] == "1.31"


def test_ci_values(files):
    files["ci/bad-values.yaml"] = "replicas: abc\n"
    chart = chartlens.load(files)
    assert chartlens.check(chart).ok
    (found,) = chartlens.check(chart, ci_values=True)
    assert found.targets[0]["values_set"] == "bad"


def test_crds(tmp_path):
    (tmp_path / "crd.yaml").write_text(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Thing, plural: things}\n"
        "  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n"
        "        type: object\n        properties: {spec: {type: object, properties: {size: {type: integer}}}}\n"
    )
    chart = chartlens.load(
        {
            "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
            "templates/t.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nspec: {size: big}\n",
        }
    )
    assert chartlens.check(chart).ok
    assert not chartlens.check(chart, strict_kinds=True).ok
    for crds in (tmp_path, [str(tmp_path / "crd.yaml")]):
        assert [found.pointer for found in chartlens.check(chart, crds=crds)] == ["/spec/size"]
    with pytest.raises(chartlens.UsageError, match="--crds missing: no such file or directory"):
        chartlens.check(chart, crds="missing")


def test_secrets_are_masked(files):
    files["values.yaml"] += "password: hunter2\n"
    files["templates/s.yaml"] = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: {{ .Values.password | quote }}}\n"
    )
    chart = chartlens.load(files)
    for text in (str(chartlens.check(chart)), chartlens.check(chart).to_json()):
        assert "hunter2" not in text
    assert "hunter2" in chartlens.check(chart, show_secrets=True).to_json()


def test_nothing_to_check(tmp_path):
    with pytest.raises(chartlens.UsageError, match="no such file or directory"):
        chartlens.check("missing/chart")
    with pytest.raises(chartlens.UsageError, match="neither charts nor manifests"):
        chartlens.check(tmp_path)
    with pytest.raises(chartlens.UsageError, match="no such file or directory"):
        chartlens.check("-")
    assert chartlens.check([]).summary["charts"] == 0


@pytest.mark.parametrize("target", [1, None, b"x", {"Chart.yaml": ""}, [1], object()])
def test_wrong_types(target):
    with pytest.raises(TypeError, match="expected a chart, a path or a list of these, found"):
        chartlens.check(target)


def cyclic():
    cycle = []
    cycle.append(cycle)
    return cycle


def test_lists_that_hold_themselves():
    with pytest.raises(TypeError, match="found list"):
        chartlens.check(cyclic())


def test_updates_are_held_against_what_is_there() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: {{ .Values.type }}\n"
    chart = chartlens.load(
        {
            "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
            "values.yaml": "type: example.com/a\n",
            "templates/a.yaml": text,
        }
    )
    assert chartlens.check(chart, against=chart).ok
    (found,) = chartlens.check(chart, against_values={"type": "example.com/b"})
    assert (found.code, found.pointer) == ("update/secret-type", "/type")
    (found,) = chartlens.check(chart, against=chart, against_values={"type": "example.com/b"})
    assert found.facts[0]["was"] == {"type": "string", "text": "example.com/b"}
    with pytest.raises(chartlens.UsageError):
        chartlens.check(chart, against="nowhere")
