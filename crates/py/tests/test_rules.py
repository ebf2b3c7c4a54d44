"""Rules that are functions."""

import pickle

import pytest

import chartlens

DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "example.com/web:1"}]}
"""


@chartlens.rule(code="team/even", message="the replicas are odd", level="error", help="take one more", kinds=["Deployment"])
def even(object, cause, release):
    """Replicas come in pairs."""
    if object["spec"]["replicas"] % 2:
        return "/spec/replicas", f"{object['spec']['replicas']} replicas for {len(release['objects'])} objects"


@pytest.fixture
def web():
    """A chart with three replicas."""
    return chartlens.load({
        "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        "values.yaml": "replicas: 3\n",
        "templates/web.yaml": DEPLOYMENT,
        "templates/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
    })


def test_findings_have_places_and_causes(web):
    (found,) = chartlens.check(web, profile="none", rules=[even])
    assert (found.code, found.severity, found.message) == ("team/even", "error", "3 replicas for 2 objects")
    assert (found.file, found.line, found.pointer, found.help) == ("templates/web.yaml", 6, "/spec/replicas", "take one more")
    assert found.cause["values"][0]["path"] == "replicas"
    assert chartlens.check(web, profile="none", rules=[even], set={"replicas": 4}).diagnostics == []


def test_functions_see_the_cause_and_the_release(web):
    seen = []

    @chartlens.rule(code="team/look", message="no")
    def look(object, cause, release):
        seen.append((object["kind"], cause["template"]["file"], release["name"], release["kube_version"], release["values_set"]))

    chartlens.check(web, rules=[look], kube_version="1.31", name="prod", values_sets={"a": {}})
    assert sorted(seen) == [
        ("ConfigMap", "templates/map.yaml", "prod", "1.31", "a"),
        ("Deployment", "templates/web.yaml", "prod", "1.31", "a"),
    ]


def test_functions_see_the_causes_of_fields(web):
    seen = {}

    @chartlens.rule(code="team/look", message="no", kinds=["Deployment"])
    def look(object, cause, release):
        seen["replicas"] = cause.of("/spec/replicas")
        seen["kind"] = cause.of("/kind")
        seen["missing"] = cause.of("/spec/paused")
        seen["all"] = [other["template"]["file"] for other in release["causes"]]
        seen["kept"] = cause

    chartlens.check(web, profile="none", rules=[look], set={"replicas": 4})
    assert seen["replicas"]["template"]["line"] == 6
    assert [(value["path"], value["layer"]) for value in seen["replicas"]["values"]] == [("replicas", "set")]
    assert seen["kind"]["template"]["line"] == 2 and seen["kind"]["values"] == []
    assert seen["missing"] is None
    assert sorted(seen["all"]) == ["templates/map.yaml", "templates/web.yaml"]
    # It holds on to what it is about.
    assert seen["kept"].of("/spec/replicas") == seen["replicas"]
    with pytest.raises(ValueError, match=r'expected a JSON pointer such as "/spec/replicas", found "spec.replicas"'):
        seen["kept"].of("spec.replicas")


def test_functions_see_the_chart_and_its_values(web):
    seen = []

    @chartlens.rule(code="team/look", message="no", kinds=["ConfigMap"])
    def look(object, cause, release):
        seen.append((release["chart"]["version"], release["values"]))

    chartlens.check(web, rules=[look], set={"image.tag": "1.2"})
    assert seen == [("0.1.0", {"replicas": 3, "image": {"tag": "1.2"}})]


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        (None, []),
        (True, []),
        (False, ["no"]),
        ("why", ["why"]),
        (("/metadata", None), ["no"]),
        (["a", ("/metadata/name", "b")], ["a", "b"]),
        (("metadata.name", "a"), ['the rule cannot be evaluated: expected a JSON pointer such as "/spec/replicas", found "metadata.name"']),
        (7, ["the rule cannot be evaluated: TypeError: 'int' object is not iterable"]),
    ],
)
def test_answers(web, answer, messages):
    rule = chartlens.rule(code="team/x", message="no", kinds=["ConfigMap"])(lambda object, cause, release: answer)
    found = chartlens.check(web, profile="none", rules=[rule])
    assert [one.message for one in found] == messages


def test_an_exception_is_a_finding(web):
    rule = chartlens.rule(code="team/x", message="no", kinds=["ConfigMap"])(lambda object, cause, release: object["data"])
    (found,) = chartlens.check(web, profile="none", rules=[rule])
    assert found.message == "the rule cannot be evaluated: KeyError: 'data'"


def test_rules_are_allowed_selected_and_ignored_as_others(files):
    files["templates/a.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a  # chartlens: allow team/no -- it is old\n"
    files["templates/b.yaml"] = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n  annotations: {chartlens.dev/allow: team/no -- it is new}\n"
    )
    files["templates/c.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n"
    no = chartlens.rule(code="team/no", message="no", kinds=["ConfigMap"])(lambda object, cause, release: False)
    chart = chartlens.load(files)
    assert [found.object["name"] for found in chartlens.check(chart, profile="none", rules=[no])] == ["c"]
    assert not chartlens.check(chart, profile="none", ignore=["team/no"], rules=[no]).diagnostics
    assert not chartlens.check(chart, select=["hooks"], rules=[no]).diagnostics
    assert chartlens.check(chart, select=["team"], rules=[no]).diagnostics


def test_manifests_are_looked_at_too(tmp_path):
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"
    (tmp_path / "all.yaml").write_text(text)
    lines = []

    @chartlens.rule(code="team/b", message="no b")
    def rule(object, cause, release):
        lines.append((cause.of("/metadata/name")["template"]["line"], release["chart"], release["values"]))
        return object["metadata"]["name"] != "b"

    (found,) = chartlens.check(tmp_path / "all.yaml", profile="none", rules=[rule])
    assert (found.line, found.object["name"]) == (7, "b")
    assert lines == [(3, None, None), (7, None, None)]


def test_what_is_no_rule_is_refused(web):
    with pytest.raises(TypeError, match="expected functions under @chartlens.rule, found function"):
        chartlens.check(web, rules=[lambda object, cause, release: None])
    with pytest.raises(chartlens.UsageError, match="no category and name"):
        chartlens.check(web, rules=[chartlens.rule(code="owner", message="no")(lambda *_: None)])
    with pytest.raises(chartlens.UsageError, match="level of error, warning or note, found fatal"):
        chartlens.check(web, rules=[chartlens.rule(code="a/b", message="no", level="fatal")(lambda *_: None)])


def test_rules_are_functions_still():
    cause = chartlens.ObjectCause({}, {"/spec/replicas": {"values": []}}.get)
    assert even({"spec": {"replicas": 2}}, cause, {"objects": []}) is None
    assert cause.of("/spec/replicas") == {"values": []} and cause.of("/spec") is None
    assert chartlens.ObjectCause({}).of("/spec") is None
    assert even.function.__doc__ == "Replicas come in pairs."
    # What processes send each other finds the function by its name.
    assert pickle.loads(pickle.dumps(chartlens.Rule(len, "a/b", "no", "note", None, ()))).function is len
