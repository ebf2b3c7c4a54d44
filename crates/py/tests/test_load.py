"""Charts from everywhere."""

import io
import os
import pathlib
import tarfile
import types
import zipfile

import pytest

import chartlens


def packed(files, folder="web"):
    """An archive as `helm package` makes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"{folder}/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    return out.getvalue()


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr("web/" + name, text)
    return zipfile.ZipFile(out)


def test_a_mapping(files):
    chart = chartlens.load(files)
    assert (chart.name, chart.version, chart.app_version, chart.description) == ("web", "0.1.0", "1.2", "A web")
    assert chart.path is None
    assert repr(chart) == "<chartlens.Chart web 0.1.0>"


def test_any_mapping_with_paths_and_bytes(files):
    view = types.MappingProxyType({pathlib.PurePosixPath(name): text.encode() for name, text in files.items()})
    assert str(chartlens.load(view).render()) == str(chartlens.load(files).render())


@pytest.mark.parametrize("kind", [str, pathlib.Path])
def test_a_folder(chart, folder, kind):
    loaded = chartlens.load(kind(folder))
    assert loaded.path == str(folder)
    assert str(loaded.render()) == str(chart.render())


def test_an_archive(files, tmp_path, chart):
    path = tmp_path / "web-0.1.0.tgz"
    path.write_bytes(packed(files))
    for source in (path, path.read_bytes()):
        assert str(chartlens.load(source).render()) == str(chart.render())


def test_a_package_resource(files, tmp_path, monkeypatch, chart):
    importlib_resources = pytest.importorskip("importlib.resources")
    package = tmp_path / "charts_of_mine"
    for name, text in files.items():
        path = package / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    resource = importlib_resources.files("charts_of_mine").joinpath("web")
    assert str(chartlens.load(resource).render()) == str(chart.render())


def test_a_resource_in_a_zip(files, chart):
    with zipped(files) as archive:
        assert str(chartlens.load(zipfile.Path(archive, "web/")).render()) == str(chart.render())


def test_a_tree_heeds_helmignore(files):
    files[".helmignore"] = "templates/NOTES.txt\n"
    assert chartlens.load(files).render().notes == "Hello release-name\n"
    with zipped(files) as archive:
        assert chartlens.load(zipfile.Path(archive, "web/")).render().notes == ""


def test_an_archive_in_a_zip(files, chart):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("web.tgz", packed(files))
    with zipfile.ZipFile(out) as archive:
        assert str(chartlens.load(zipfile.Path(archive, "web.tgz")).render()) == str(chart.render())


def test_a_file_system_of_fsspec(files, chart):
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for name, text in files.items():
        memory.pipe(f"/web/{name}", text.encode())
    assert str(chartlens.load(fsspec.get_mapper("memory://web")).render()) == str(chart.render())


def test_a_tree_without_end():
    class Endless:
        name = "x"

        def is_dir(self):
            return True

        def iterdir(self):
            return iter([self])

        def read_bytes(self):
            return b""

    with pytest.raises(chartlens.ChartError, match="limit reached: folders nested deeper than 100 levels"):
        chartlens.load(Endless())


def test_nothing_at_a_path(tmp_path):
    missing = str(tmp_path / "missing")
    with pytest.raises(chartlens.ChartError) as caught:
        chartlens.load(missing)
    assert str(caught.value) == f'path "{missing}" not found'


def test_a_folder_without_chart(tmp_path):
    with pytest.raises(chartlens.ChartError) as caught:
        chartlens.load(tmp_path)
    start = f"unable to detect chart at {tmp_path}/Chart.yaml: "
    assert str(caught.value) == start + f"open {tmp_path}/Chart.yaml: no such file or directory"


def test_a_broken_chart_says_where():
    with pytest.raises(chartlens.ChartError) as caught:
        chartlens.load({"Chart.yaml": "apiVersion: v2\nname: [\n"})
    (found,) = caught.value.diagnostics
    assert (found.code.split("/")[0], found.file, found.line) == ("chart", "Chart.yaml", 2)


@pytest.mark.parametrize("source", [b"", b"no archive", b"\x1f\x8b" + bytes(100)])
def test_bytes_that_are_no_archive(source):
    with pytest.raises(chartlens.ChartError):
        chartlens.load(source)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (1, "expected a path, bytes or a mapping of files, found int"),
        (None, "expected a path, bytes or a mapping of files, found NoneType"),
        ([("Chart.yaml", "")], "expected a path, bytes or a mapping of files, found list"),
        ({1: "x"}, "expected the path of a file as a key, found int"),
        ({"Chart.yaml": 1}, "Chart.yaml: expected text or bytes, found int"),
        ({"Chart.yaml": None}, "Chart.yaml: expected text or bytes, found NoneType"),
    ],
)
def test_wrong_types(source, text):
    with pytest.raises(TypeError) as caught:
        chartlens.load(source)
    assert str(caught.value) == text


def test_paths_that_no_system_has():
    for path in ("\0", "x" * 100_000, os.fsdecode(b"\xff")):
        with pytest.raises(chartlens.ChartError):
            chartlens.load(path)
