from ._errors import ChartError as ChartError
from ._errors import Error as Error
from ._errors import RenderError as RenderError
from ._errors import UsageError as UsageError
from ._errors import ValuesError as ValuesError
from ._native import Chart as Chart
from ._native import Diagnostic as Diagnostic
from ._native import Document as Document
from ._native import Rendered as Rendered
from ._native import Report as Report
from ._native import __version__ as __version__
from ._native import check as check
from ._native import load as load

__all__ = [
    "Chart",
    "ChartError",
    "Diagnostic",
    "Document",
    "Error",
    "RenderError",
    "Rendered",
    "Report",
    "UsageError",
    "ValuesError",
    "__version__",
    "check",
    "load",
]
