"""Uses of the package that type checkers must accept, and mistakes that they must see (the `type: ignore` lines)."""

# pyright: strict, reportUnusedVariable=false, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

import pathlib
import zipfile
from datetime import datetime
from importlib import resources
from typing import Dict, List, Optional, Tuple

import chartlens


def loads(path: pathlib.Path, data: bytes, files: Dict[str, str]) -> List[chartlens.Chart]:
    tree = zipfile.Path("charts.zip", "web/")
    return [
        chartlens.load(path),
        chartlens.load(str(path)),
        chartlens.load(data),
        chartlens.load(files),
        chartlens.load({"Chart.yaml": b"", "values.yaml": ""}),
        chartlens.load(resources.files("package").joinpath("chart")),
        chartlens.load(tree),
        chartlens.load(1),  # type: ignore[arg-type]
    ]


def renders(chart: chartlens.Chart) -> None:
    rendered = chart.render("web", "prod", values={"a": 1}, set={"b.c": [1]}, set_string={"d": 1})
    chart.render(values=["a.yaml", pathlib.Path("b.yaml"), b"a: 1", {"b": 2}], now=datetime.now(), seed=1, helm_version=3)
    chart.render(values=1)  # type: ignore[arg-type]
    chart.render(nothing=1)  # type: ignore[call-arg]
    documents: Tuple[chartlens.Document, ...] = rendered.documents
    for document in documents + rendered.hooks:
        texts: List[str] = [document.text, document.kind, document.name, document.source, document.api_version]
        namespace: Optional[str] = document.namespace
        cause = document.cause(line=1, column=1)
        if cause["template"] is not None:
            line: int = cause["template"]["line"]
        for value in document.cause_of("/spec")["values"]:
            layer: str = value["layer"]
        if document.hook is not None:
            weight: int = document.hook["weight"]
    rendered.documents = ()  # type: ignore[misc]
    files: Dict[str, bytes] = chart.render_files(set={"a": 1})


def traces(chart: chartlens.Chart) -> None:
    rendered = chart.render()
    line: int = rendered.trace(at="web/templates/a.yaml:2")["line"]
    texts: List[str] = [line["text"] for line in rendered.trace(value="a.b")["reached"]]
    read: List[bool] = [value["read"] for value in rendered.trace(explain_values=True)["values"]]
    chartlens.trace(chart, at=3, values={"a": 1}, name="x")["cause"]
    chartlens.trace("charts/web", value="a")["reached"]
    chartlens.trace("charts/web", at=1)["reached"]  # type: ignore[typeddict-item]
    rendered.trace(at=1, value="a")  # type: ignore[call-overload]


def checks(chart: chartlens.Chart) -> None:
    report = chartlens.check(chart, kube_version=["1.31", "1.37"], values_sets={"prod": {"a": 1}})
    chartlens.check(["charts/web", pathlib.Path("charts/db"), chart], kube_version="1.31")
    ok: bool = report.ok
    for found in report:
        code: str = found.code
        if found.severity == "error" and found.object is not None:
            kind: str = found.object["kind"]
        if found.severity == "fatal":  # type: ignore[comparison-overlap]
            pass
        place: Tuple[Optional[str], Optional[int]] = (found.file, found.line)
        titles: List[str] = [fix["title"] for fix in found.fixes]
    first: chartlens.Diagnostic = report[0]
    some: List[chartlens.Diagnostic] = report[:2]
    errors: int = report.summary["errors"]
    texts: List[str] = [report.to_json(), report.to_sarif(), report.to_junit(), str(report)]


def errors(chart: chartlens.Chart) -> List[chartlens.Diagnostic]:
    try:
        chart.render()
    except (chartlens.RenderError, chartlens.ChartError, chartlens.ValuesError) as error:
        return error.diagnostics
    except chartlens.UsageError as error:
        as_value_error: ValueError = error
    return []
