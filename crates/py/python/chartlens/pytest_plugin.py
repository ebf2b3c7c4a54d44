"""The pytest plugin: fixtures for tests of charts.

``render(chart, …)`` renders and ``check(chart, …)`` checks; charts are given as ``chartlens.load`` takes them, by paths
from pytest's root folder, or not at all where the setting ``chartlens_chart`` names one. Clock, time zone and seed stand
still. ``assert_snapshot(rendered)`` compares with what ``pytest --chartlens-update`` wrote.
"""

from __future__ import annotations

import os
import pathlib
import re
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Union

import pytest

from . import testing
from ._native import Chart, Rendered, Report, load
from ._native import check as _check

if TYPE_CHECKING:
    from ._types import Source

_CHARTS = pytest.StashKey[Dict[str, Chart]]()
_WRITTEN = pytest.StashKey[int]()

#: The world that templates see, so that renders repeat.
_WORLD: Dict[str, Any] = {"seed": 0, "now": "2024-01-01T00:00:00Z", "timezone": "UTC"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting."""
    group = parser.getgroup("chartlens")
    group.addoption("--chartlens-update", action="store_true", help="write the snapshots of renders anew")
    parser.addini("chartlens_chart", "path of the chart that the fixtures render and check by default", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make room for what a session keeps."""
    config.stash[_CHARTS] = {}
    config.stash[_WRITTEN] = 0


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> Optional[List[str]]:
    """Point into the template where a part of a document is not as expected."""
    return testing.explain(op, left, right)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say how many snapshots were written."""
    written = config.stash[_WRITTEN]
    if written:
        terminalreporter.write_line(f"chartlens: {written} snapshot{'s' if written > 1 else ''} written")


def _chart(config: pytest.Config, chart: Union[Chart, Source, None]) -> Chart:
    """A chart; those with paths are loaded once a session."""
    __tracebackhide__ = True
    if chart is None:
        chart = config.getini("chartlens_chart")
        if not chart:
            raise pytest.UsageError("which chart? pass one, or set chartlens_chart in pytest's settings")
    if isinstance(chart, Chart):
        return chart
    if not isinstance(chart, (str, os.PathLike)):
        return load(chart)
    path = str(config.rootpath / chart)
    charts = config.stash[_CHARTS]
    if path not in charts:
        charts[path] = load(path)
    return charts[path]


@pytest.fixture
def render(request: pytest.FixtureRequest) -> Callable[..., Rendered]:
    """Render a chart: ``render(chart, name, namespace, values=…, …)`` as ``Chart.render``."""

    def render(chart: Union[Chart, Source, None] = None, *release: str, **arguments: Any) -> Rendered:
        __tracebackhide__ = True
        return _chart(request.config, chart).render(*release, **{**_WORLD, **arguments})

    return render


@pytest.fixture
def check(request: pytest.FixtureRequest) -> Callable[..., Report]:
    """Check a chart: ``check(chart, values=…, kube_version=…, …)`` as ``chartlens.check``."""

    def check(chart: Union[Chart, Source, None] = None, **arguments: Any) -> Report:
        __tracebackhide__ = True
        return _check(_chart(request.config, chart), **{**_WORLD, **arguments})

    return check


@pytest.fixture
def assert_snapshot(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Compare a render with its snapshot: ``assert_snapshot(rendered)``, or ``assert_snapshot(rendered, "name")``.

    Snapshots lie in ``__snapshots__`` beside the test, one file each.
    """

    def assert_snapshot(rendered: Rendered, name: str = "") -> None:
        __tracebackhide__ = True
        path = _snapshot(request, name)
        if request.config.getoption("--chartlens-update"):
            if not path.exists() or _read(path) != str(rendered):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(str(rendered).encode())
                request.config.stash[_WRITTEN] += 1
            return
        if not path.exists():
            pytest.fail(f"there is no {path}: write it with pytest --chartlens-update", pytrace=False)
        lines = testing.difference(rendered, _read(path))
        if lines:
            text = "\n".join(lines)
            pytest.fail(f"not as in {path} (pytest --chartlens-update accepts it):\n{text}", pytrace=False)

    return assert_snapshot


def _snapshot(request: pytest.FixtureRequest, name: str) -> pathlib.Path:
    test = request.path
    node = request.node.name + (f"-{name}" if name else "")
    return test.parent / "__snapshots__" / test.stem / (re.sub(r"[^\w.\-\[\]]", "_", node) + ".yaml")


def _read(path: pathlib.Path) -> str:
    # Line feeds stay as they are.
    return path.read_bytes().decode()
