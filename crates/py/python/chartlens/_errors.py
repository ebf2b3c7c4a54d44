"""The exceptions. Their texts are Helm's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    from ._native import Diagnostic


class Error(Exception):
    """Something that chartlens cannot do.

    ``diagnostics`` says where, as findings with their causes.
    """

    diagnostics: list[Diagnostic]

    def __init__(self, message: str = "", diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = list(diagnostics)


class RenderError(Error):
    """A template fails, or writes what is no YAML."""


class ChartError(Error):
    """Files are no chart, or the chart does not want to be rendered."""


class ValuesError(Error):
    """Values cannot be read, or the chart's schema refuses them."""


class UsageError(Error, ValueError):
    """An argument makes no sense."""


for _class in (Error, RenderError, ChartError, ValuesError, UsageError):
    _class.__module__ = "chartlens"
