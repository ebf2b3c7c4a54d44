"""``chartlens.trace``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from ._native import Chart, load

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._types import ExplainedValues, Reached, RenderArguments, Source, TracedPlace

_QUESTIONS = ("at", "value", "template", "explain_values", "show_secrets")


@overload
def trace(chart: Chart | Source, *, at: str | int, **arguments: Unpack[RenderArguments]) -> TracedPlace: ...
@overload
def trace(chart: Chart | Source, *, value: str, **arguments: Unpack[RenderArguments]) -> Reached: ...
@overload
def trace(chart: Chart | Source, *, template: str, **arguments: Unpack[RenderArguments]) -> Reached: ...
@overload
def trace(
    chart: Chart | Source,
    *,
    explain_values: Literal[True],
    show_secrets: bool = False,
    **arguments: Unpack[RenderArguments],
) -> ExplainedValues: ...
def trace(chart: Chart | Source, **arguments: Any) -> Any:
    """Render a chart with causes and answer one question about the result.

    ``at``, ``value``, ``template`` and ``explain_values`` are those of ``Rendered.trace``, the other arguments and the
    errors those of ``Chart.render``. ``chart`` may be anything that ``load`` takes.

    >>> import chartlens
    >>> answer = chartlens.trace({
    ...     "Chart.yaml": "apiVersion: v2\\nname: web\\nversion: 0.1.0\\n",
    ...     "templates/a.yaml": "kind: A\\nreplicas: {{ .Values.n }}\\n",
    ... }, at="web/templates/a.yaml:2", values={"n": 2})
    >>> answer["text"], answer["cause"]["values"][0]["path"]
    ('replicas: 2', 'n')
    """
    questions = {name: arguments.pop(name) for name in _QUESTIONS if name in arguments}
    loaded = chart if isinstance(chart, Chart) else load(chart)
    return loaded.render(trace=True, **arguments).trace(**questions)
