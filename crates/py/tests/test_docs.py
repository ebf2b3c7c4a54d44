"""Every example that the package and its pages show works as shown."""

import doctest
import inspect
import pathlib
import re
import shutil
import subprocess
import sys
import types

import pytest

import chartlens
import chartlens._many
import chartlens._native
import chartlens._trace
import chartlens.testing

ROOT = pathlib.Path(__file__).parents[3]


def documented():
    """Names and docstrings of everything in the package."""
    for module in (chartlens, chartlens.testing, chartlens._trace, chartlens._many):
        yield module.__name__, module.__doc__
    for name in chartlens.__all__:
        member = getattr(chartlens, name)
        yield name, getattr(member, "__doc__", None)
        for below, function in vars(member).items() if inspect.isclass(member) else ():
            if not below.startswith("_"):
                yield f"{name}.{below}", function.__doc__


@pytest.mark.parametrize(("name", "text"), list(documented()), ids=lambda value: str(value)[:30].split("\n")[0])
def test_docstrings(name, text):
    if name == "__version__" or name == "Error.diagnostics":
        return
    assert text, f"{name} has no documentation"
    examples = doctest.DocTestParser().get_doctest(inspect.cleandoc(text), {}, name, None, 0)
    out = []
    doctest.DocTestRunner().run(examples, out=out.append)
    assert not out, "".join(out)


def blocks(fence):
    """The Python of the pages behind this fence: where it stands, and its text."""
    for page in (ROOT / "README.md", ROOT / "docs" / "python.md", ROOT / "crates" / "py" / "README.md"):
        lines, start = page.read_text().splitlines(), None
        for number, line in enumerate(lines, 1):
            if start is None and line == fence:
                start = number
            elif start is not None and line == "```":
                yield pytest.param("\n".join(lines[start : number - 1]) + "\n", id=f"{page.parent.name}/{page.name}:{start}")
                start = None
        assert start is None


@pytest.fixture
def place(tmp_path, monkeypatch, files):
    """A folder with the chart `charts/web` and the values file `prod.yaml`, as the pages imagine it."""
    for name, content in files.items():
        path = tmp_path / "charts" / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    (tmp_path / "prod.yaml").write_text("replicas: 3\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", list(blocks("```python")))
def test_pages(text, place):
    if text.startswith(">>>"):
        examples = doctest.DocTestParser().get_doctest(text, {}, "page", None, 0)
        out = []
        doctest.DocTestRunner().run(examples, out=out.append)
        assert not out, "".join(out)
        return
    try:
        exec(compile(text, "example", "exec"), vars(types.ModuleType("example")))
    except SystemExit as end:
        assert not end.code


@pytest.mark.parametrize("text", list(blocks("```python test")))
def test_tests_of_pages(text, place, pytester):
    shutil.copytree(place / "charts", pytester.path / "charts")
    pytester.makepyfile(text)
    assert pytester.runpytest("-p", "no:cacheprovider", "--chartlens-update").ret == 0
    result = pytester.runpytest("-p", "no:cacheprovider")
    assert result.ret == 0 and result.parseoutcomes().get("passed", 0) > 0


def test_hooks(place):
    """The hooks for pre-commit are commands that work."""
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    hooks = re.findall(r"^- id: (.*)$", text, re.M)
    entries = re.findall(r"^  entry: (.*)$", text, re.M)
    assert hooks == ["chartlens-check", "chartlens-manifests"] and len(entries) == 2
    for entry in entries:
        command, *args = entry.split()
        assert command == "chartlens"
        result = subprocess.run([sys.executable, "-m", command, *args, "."], capture_output=True, text=True)
        assert (result.returncode, "1 chart" in result.stdout) == (0, True), result.stderr
