"""Renders, their documents and their causes."""

import copy
import datetime
import pickle

import pytest

import chartlens


def test_documents(chart):
    rendered = chart.render("app", "prod", values={"replicas": 2})
    (document,) = rendered.documents
    assert (document.kind, document.name, document.api_version) == ("Deployment", "app-web", "apps/v1")
    assert (document.namespace, document.source, document.n) == ("prod", "web/templates/web.yaml", 1)
    assert document.hook is None
    assert document.text == str(document)
    assert document.text.startswith("apiVersion: apps/v1\nkind: Deployment\n")
    assert repr(document) == "<chartlens.Document Deployment app-web from web/templates/web.yaml>"


def test_objects_are_plain(chart):
    document = chart.render(set={"replicas": 3}).documents[0]
    assert type(document.object) is dict
    replicas = document.object["spec"]["replicas"]
    assert (type(replicas), replicas) == (int, 3)
    assert document.object is document.object


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.0", 1),
        ("1.5", 1.5),
        ("9007199254740993", 9007199254740993),
        ("'1'", "1"),
        ("yes", True),
        ("~", None),
        ("[1, {a: b}]", [1, {"a": "b"}]),
        ("0o17", 15),
    ],
)
def test_types_of_objects(text, value):
    chart = chartlens.load({"Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n", "templates/t.yaml": f"a: {text}\n"})
    found = chart.render().documents[0].object["a"]
    assert (type(found), found) == (type(value), value)


def test_hooks_and_notes(chart):
    rendered = chart.render("app")
    (hook,) = rendered.hooks
    assert (hook.kind, hook.name) == ("Pod", "probe")
    assert hook.hook == {"events": ["test"], "weight": 5, "delete_policies": [], "output_log_policies": []}
    assert rendered.notes == "Hello app\n"


def test_crds_are_apart(files):
    files["crds/c.yaml"] = "kind: CustomResourceDefinition\n"
    rendered = chartlens.load(files).render()
    assert rendered.crds == [("web/crds/c.yaml", "kind: CustomResourceDefinition\n")]
    assert "CustomResourceDefinition" not in str(rendered)


def test_the_text_is_helms(chart):
    text = str(chart.render("app"))
    assert text.startswith("---\n# Source: web/templates/web.yaml\napiVersion: apps/v1\n")
    assert "\n---\n# Source: web/templates/test.yaml\n" in text


def test_render_files_gives_what_templates_write(chart):
    files = chart.render_files("app", values={"replicas": 2})
    assert sorted(files) == ["web/templates/NOTES.txt", "web/templates/test.yaml", "web/templates/web.yaml"]
    assert files["web/templates/NOTES.txt"] == b"Hello app\n"
    assert b"replicas: 2\n" in files["web/templates/web.yaml"]


def test_causes(chart):
    rendered = chart.render(values={"replicas": 2}, set={"image.tag": "2"})
    document = rendered.documents[0]
    line = document.text.splitlines().index("  replicas: 2") + 1
    cause = document.cause(line, 13)
    assert cause["template"] == {"file": "templates/web.yaml", "line": 7, "column": 13, "end_line": 7, "end_column": 35}
    (value,) = cause["values"]
    assert (value["path"], value["file"], value["line"], value["layer"]) == ("replicas", "values", 1, "file")
    assert value["overrode"][0]["file"] == "values.yaml"
    assert document.cause_of("/spec/replicas") == cause
    tag = document.cause_of("/spec/template/spec/containers/0/image")
    assert [(v["path"], v["layer"]) for v in tag["values"]] == [("image.tag", "set-string")]
    name = document.cause_of("/metadata/name")
    assert name["template"]["file"] == "templates/_names.tpl"
    assert [call["file"] for call in name["stack"]] == ["templates/web.yaml"]


def test_causes_count_lines_of_the_whole_text(chart):
    rendered = chart.render()
    lines = str(rendered).splitlines()
    for document in (*rendered.documents, *rendered.hooks):
        first = lines.index(f"# Source: {document.source}") + 2
        for number, line in enumerate(document.text.splitlines()):
            if line:
                assert rendered.cause(first + number, 1) == document.cause(number + 1, 1)
    assert rendered.cause(1, 1)["generated"] == "separator"
    assert rendered.cause(2, 1)["generated"] == "source-comment"


def test_columns_are_characters():
    files = {
        "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
        "templates/t.yaml": "a: '☃é{{ .Values.a }}'\n",
    }
    document = chartlens.load(files).render(set={"a": "x"}).documents[0]
    assert document.cause(1, 7)["values"][0]["path"] == "a"
    assert document.cause(1, 6)["values"] == []


@pytest.mark.parametrize("place", [(0, 1), (1, 0), (1, 1000), (1000, 1)])
def test_places_that_are_none(chart, place):
    rendered = chart.render()
    for owner in (rendered, rendered.documents[0]):
        with pytest.raises(chartlens.UsageError, match="there is no line"):
            owner.cause(*place)
    with pytest.raises(OverflowError):
        rendered.cause(-1, 1)


@pytest.mark.parametrize("pointer", ["/nothing", "spec", "/spec/template/spec/containers/1", "/spec/replicas/x"])
def test_pointers_that_lead_nowhere(chart, pointer):
    with pytest.raises(chartlens.UsageError, match="there is no"):
        chart.render().documents[0].cause_of(pointer)


def test_trace(chart):
    rendered = chart.render(values={"replicas": 2})
    at = rendered.trace(at="web/templates/web.yaml:7")
    assert (at["text"], at["cause"]["template"]["line"]) == ("  replicas: 2", 7)
    assert rendered.trace(at=9) == at
    reached = rendered.trace(value="image.tag")["reached"]
    assert [(line["document"], line["line"]) for line in reached] == [
        ("web/templates/web.yaml", 14),
        ("web/templates/test.yaml", 6),
    ]
    (line,) = rendered.trace(template="templates/_names.tpl:1")["reached"]
    assert line["text"] == "  name: release-name-web"
    values = {value["path"]: value for value in rendered.trace(explain_values=True)["values"]}
    assert (values["replicas"]["value"], values["replicas"]["read"], values["env"]["read"]) == ("2", True, False)


def test_trace_of_a_chart(chart, folder, files):
    for source in (chart, folder, files):
        assert chartlens.trace(source, value="replicas", set={"replicas": 7})["reached"][0]["text"] == "  replicas: 7"


def test_trace_masks_secrets():
    chart = chartlens.load({"Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n", "values.yaml": "password: abc\n"})
    assert chartlens.trace(chart, explain_values=True)["values"][0]["value"] == "********"
    assert chartlens.trace(chart, explain_values=True, show_secrets=True)["values"][0]["value"] == "abc"


@pytest.mark.parametrize("question", [{}, {"at": 1, "value": "a"}, {"value": "nothing"}, {"at": "nowhere:1"}, {"at": "x"}])
def test_questions_without_answer(chart, question):
    with pytest.raises(chartlens.UsageError):
        chart.render().trace(**question)


def test_release_options(template):
    assert template("{{ .Release.Name }} {{ .Release.Namespace }}", name="a", namespace="b") == "a b"
    assert template("{{ .Release.IsUpgrade }}{{ .Release.IsInstall }}", is_upgrade=True) == "truefalse"
    assert template("{{ .Capabilities.KubeVersion.Minor }}", kube_version="1.29") == "29"
    assert template('{{ .Capabilities.APIVersions.Has "x.y/v1" }}', api_versions=["x.y/v1"]) == "true"
    assert template("{{ .Capabilities.HelmVersion.Version }}", helm_version=3).startswith("v3.")
    assert template("{{ .Capabilities.HelmVersion.Version }}").startswith("v4.")


def test_seeds_repeat(template):
    text = "{{ randAlphaNum 20 }}"
    assert template(text, seed=1) == template(text, seed="1") != template(text, seed=2)
    assert template(text) != template(text)


def test_clocks(template):
    text = '{{ now | date "2006-01-02T15:04:05Z07:00" }}'
    moment = datetime.datetime(2024, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)
    for now in (moment, moment.timestamp(), int(moment.timestamp()), "2024-02-03T04:05:06Z"):
        assert template(text, now=now, timezone="UTC") == "2024-02-03T04:05:06Z"
    assert template(text, now=moment, timezone="Europe/Berlin") == "2024-02-03T05:05:06+01:00"


@pytest.mark.parametrize(
    "arguments",
    [
        {"name": "No Name"},
        {"kube_version": "nonsense"},
        {"helm_version": 5},
        {"now": "yesterday"},
        {"now": float("nan")},
        {"now": 1e300},
    ],
)
def test_arguments_without_sense(chart, arguments):
    with pytest.raises(chartlens.UsageError) as caught:
        chart.render(**arguments)
    assert isinstance(caught.value, ValueError)


def test_versions_that_are_numbers(chart):
    with pytest.raises(TypeError, match=r'kube_version: expected a text such as "1.31" .*, found 1.3 \(float\)'):
        chart.render(kube_version=1.30)
    with pytest.raises(TypeError, match=r"kube_version: .*, found 131 \(int\)"):
        chart.render_files(kube_version=131)


def test_errors_have_helms_text_and_a_cause(files):
    files["templates/web.yaml"] = 'a: {{ required "image.tag is missing" .Values.image.nothing }}\n'
    with pytest.raises(chartlens.RenderError) as caught:
        chartlens.load(files).render()
    assert str(caught.value).endswith(
        'execution error at (web/templates/web.yaml:1:6): image.tag is missing'
    )
    found = caught.value.diagnostics[0]
    assert (found.file, found.line, found.severity) == ("templates/web.yaml", 1, "error")
    assert isinstance(caught.value, chartlens.Error)


def test_errors_survive_pickling(files):
    files["templates/web.yaml"] = 'a: {{ fail "no" }}\n'
    with pytest.raises(chartlens.RenderError) as caught:
        chartlens.load(files).render()
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), str(again)) == (chartlens.RenderError, str(caught.value))
    assert again.diagnostics == caught.value.diagnostics != []


def test_missing_dependencies_are_the_charts_fault(files):
    files["Chart.yaml"] += "dependencies: [{name: db, version: 1.0.0, repository: https://example.com}]\n"
    with pytest.raises(chartlens.ChartError, match="found in Chart.yaml, but missing in charts/ directory: db"):
        chartlens.load(files).render()


def test_charts_refuse_versions_of_kubernetes(files):
    files["Chart.yaml"] += 'kubeVersion: ">=1.30"\n'
    chart = chartlens.load(files)
    with pytest.raises(chartlens.ChartError, match="chart requires kubeVersion: >=1.30"):
        chart.render(kube_version="1.29")


def test_charts_pickle(chart, folder):
    for one in (chart, chartlens.load(folder)):
        again = pickle.loads(pickle.dumps(one))
        assert (again.name, again.path) == (one.name, one.path)
        assert str(again.render()) == str(one.render())


def test_charts_are_their_own_copies(chart):
    assert copy.copy(chart) is chart
    assert copy.deepcopy(chart) is chart


def test_nothing_can_be_set(chart):
    rendered = chart.render()
    for owner, name in ((chart, "name"), (rendered, "notes"), (rendered.documents[0], "text")):
        with pytest.raises(AttributeError):
            setattr(owner, name, "x")
        with pytest.raises(AttributeError):
            setattr(owner, "new", "x")


def test_classes_cannot_be_made_by_hand():
    for one in (chartlens.Chart, chartlens.Rendered, chartlens.Document, chartlens.Diagnostic, chartlens.Report):
        with pytest.raises(TypeError):
            one()


def test_renders_do_not_pickle(chart):
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(chart.render())


def test_the_log_is_helms(files, folder):
    files["templates/test.yaml"] = files["templates/test.yaml"].replace("hook: test", "hook: test-failure")
    assert chartlens.load(files).render().log == ['level=INFO msg="skipping unknown hooks" hookTypes=test-failure']
    (folder / "link.txt").symlink_to("Chart.yaml")
    (line,) = chartlens.load(folder).render().log
    assert line.startswith('level=INFO msg="found symbolic link in path.')
