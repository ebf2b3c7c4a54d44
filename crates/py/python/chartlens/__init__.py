"""Helm charts in Python: rendered as Helm does, every byte with its cause.

>>> import chartlens
>>> chart = chartlens.load({
...     "Chart.yaml": "apiVersion: v2\\nname: web\\nversion: 0.1.0\\n",
...     "values.yaml": "replicas: 1\\n",
...     "templates/web.yaml": "kind: Web\\nreplicas: {{ .Values.replicas }}\\n",
... })
>>> rendered = chart.render(set={"replicas": 3})
>>> rendered.documents[0].object
{'kind': 'Web', 'replicas': 3}
>>> rendered.documents[0].cause(line=2, column=11)["values"][0]["path"]
'replicas'
"""

from ._errors import ChartError, Error, RenderError, UsageError, ValuesError
from ._many import check_many
from ._native import Chart, Diagnostic, Document, Rendered, Report, __version__, check, explain, load, rules
from ._rules import ObjectCause, Rule, rule
from ._trace import trace

__all__ = [
    "Chart",
    "ChartError",
    "Diagnostic",
    "Document",
    "Error",
    "ObjectCause",
    "RenderError",
    "Rendered",
    "Report",
    "Rule",
    "UsageError",
    "ValuesError",
    "__version__",
    "check",
    "check_many",
    "explain",
    "load",
    "rule",
    "rules",
    "trace",
]
