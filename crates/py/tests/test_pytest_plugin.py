"""The pytest plugin, run on tests of its own."""

import pytest

import chartlens
from chartlens.testing import assert_document, assert_ok, difference


@pytest.fixture
def project(pytester, files):
    """A folder with a chart and pytest's settings."""
    for name, text in files.items():
        path = pytester.path / "charts" / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    pytester.makeini("[pytest]\nchartlens_chart = charts/web\n")
    return pytester


def test_fixtures(project):
    project.makepyfile(
        """
        from chartlens.testing import assert_document, assert_ok

        def test_default_chart(render, check):
            rendered = render(None, "app", set={"replicas": 2})
            assert assert_document(rendered, kind="Deployment", name="app-web")["spec"]["replicas"] == 2
            assert_ok(check(kube_version="1.31"))

        def test_paths_and_mappings(render):
            assert render("charts/web").documents[0].kind == "Deployment"
            assert render({"Chart.yaml": "apiVersion: v2\\nname: x\\nversion: 0.1.0\\n"}).documents == ()

        def test_the_world_stands_still(render):
            files = {
                "Chart.yaml": "apiVersion: v2\\nname: x\\nversion: 0.1.0\\n",
                "templates/a.yaml": "a: {{ randAlpha 9 }}{{ now }}\\n",
            }
            assert str(render(files)) == str(render(files))
            assert "2024-01-01" in str(render(files))
            assert "2025-" in str(render(files, now="2025-01-01T00:00:00Z"))
        """
    )
    project.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_without_a_default_chart(pytester):
    pytester.makepyfile("def test(render): render()")
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*which chart? pass one, or set chartlens_chart*"])


def test_tracebacks_end_in_the_test(project):
    project.makepyfile(
        """
        import pytest
        from chartlens.testing import assert_document, assert_ok

        def test_no_document(render):
            assert_document(render(), kind="Nothing")

        def test_not_ok(check):
            assert_ok(check(set={"replicas": "many"}))

        def test_no_render(render):
            render(set={"image": "a text"}, kube_version=1.31)

        def test_no_check(check):
            check(kube_version=1.31)

        def test_no_chart(render):
            render("charts/nowhere")
        """
    )
    result = project.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=5)
    result.stdout.no_fnmatch_line("*chartlens/testing.py:*")
    result.stdout.no_fnmatch_line("*chartlens/pytest_plugin.py:*")
    result.stdout.no_fnmatch_line("*__tracebackhide__*")


def test_failed_comparisons_point_into_the_template(project):
    project.makepyfile(
        """
        from chartlens.testing import assert_document

        def test_scalar(render):
            assert assert_document(render(), kind="Deployment")["spec"]["replicas"] == 2

        def test_map(render):
            document = assert_document(render(set={"image.tag": "9"}), kind="Deployment")
            containers = document["spec"]["template"]["spec"]["containers"]
            assert containers == [{"name": "web", "image": "web:1.0"}]
        """
    )
    result = project.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(
        [
            "E*assert 1 == 2",
            "E*Deployment release-name-web /spec/replicas: found 1, expected 2",
            "E*written by templates/web.yaml:7:13",
            "E*from value replicas (values.yaml:1:11)",
            "E*/spec/template/spec/containers/0/image: found 'web:9', expected 'web:1.0'",
            "E*written by templates/web.yaml:14:22",
            "E*from value image.tag (--set-string number 1)",
        ]
    )


def test_other_comparisons_are_pytests_own(project):
    project.makepyfile("def test(): assert {'a': 1} == {'a': 2}")
    project.runpytest("-p", "no:cacheprovider").stdout.fnmatch_lines(["E*Differing items:"])


def test_snapshots(project):
    project.makepyfile(
        test_web="""
        import pytest

        @pytest.mark.parametrize("replicas", [1, 2])
        def test_web(render, assert_snapshot, replicas):
            assert_snapshot(render(set={"replicas": replicas}))

        def test_named(render, assert_snapshot):
            assert_snapshot(render(), "a b/c")
        """
    )
    first = project.runpytest("-p", "no:cacheprovider")
    first.assert_outcomes(failed=3)
    first.stdout.fnmatch_lines(["there is no *__snapshots__*: write it with pytest --chartlens-update"])

    written = project.runpytest("-p", "no:cacheprovider", "--chartlens-update")
    written.assert_outcomes(passed=3)
    written.stdout.fnmatch_lines(["chartlens: 3 snapshots written"])
    names = sorted(path.name for path in (project.path / "__snapshots__" / "test_web").iterdir())
    assert names == ["test_named-a_b_c.yaml", "test_web[1].yaml", "test_web[2].yaml"]

    again = project.runpytest("-p", "no:cacheprovider", "--chartlens-update")
    again.stdout.no_fnmatch_line("*written*")
    project.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=3)

    template = project.path / "charts" / "web" / "templates" / "web.yaml"
    template.write_text(template.read_text().replace("replicas: {{ .Values.replicas }}", "replicas: {{ add 1 .Values.replicas }}"))
    changed = project.runpytest("-p", "no:cacheprovider")
    changed.assert_outcomes(failed=3)
    changed.stdout.fnmatch_lines(
        [
            "not as in *test_web?1?.yaml (pytest --chartlens-update accepts it):",
            "--- snapshot",
            "+++ render",
            "-  replicas: 1",
            "+  replicas: 2",
            "        written by templates/web.yaml:7:13",
            "        from value replicas (--set number 1)",
        ]
    )


def test_documents_that_do_not_fit(chart):
    rendered = chart.render()
    with pytest.raises(AssertionError) as caught:
        assert_document(rendered, kind="Service", name="x")
    assert str(caught.value) == (
        "no document with kind='Service', name='x' among:\n"
        "  Deployment release-name-web (web/templates/web.yaml#1)\n"
        "  Pod probe (web/templates/test.yaml#1)"
    )
    with pytest.raises(AssertionError, match="2 documents with no condition:"):
        assert_document(rendered)


def test_parts_of_documents_are_plain(chart):
    document = assert_document(chart.render(), kind="Deployment")
    assert isinstance(document, dict)
    assert document == chart.render().documents[0].object
    containers = document["spec"]["template"]["spec"]["containers"]
    assert containers[0]["name"] == containers[-1].get("name") == "web"
    assert [container["image"] for container in containers] == ["web:1.0"]
    assert {**document["metadata"]} == {"name": "release-name-web", "namespace": "default"}
    assert document.get("nothing") is None and document.get("nothing", 1) == 1
    assert document["spec"]["replicas"] + 1 == 2
    assert [key for key, _ in document["spec"].items()] == list(document["spec"])
    with pytest.raises(KeyError):
        document["nothing"]


def test_reports_that_are_not_ok(files):
    files["values.yaml"] = "replicas: abc\nimage: {tag: a}\n"
    with pytest.raises(AssertionError, match='expected an integer, found the string "abc"'):
        assert_ok(chartlens.check(chartlens.load(files)))


def test_differences(chart):
    rendered = chart.render()
    text = str(rendered)
    assert difference(rendered, text) == []
    assert difference(rendered, text.replace("\n", "\r\n")) == ["only the ends of lines differ"]
    lines = difference(rendered, text.replace("name: probe\n", "name: probe2\n", 1))
    assert "+  name: probe" in lines
    assert lines[lines.index("+  name: probe") + 1] == "        written by templates/test.yaml:4:1"
