"""``chartlens.check_many``."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Deque, Dict, Iterable, List, Optional, Union

from ._errors import ChartError, UsageError
from ._native import Chart, Report, check, load

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._types import CheckArguments, Path

#: So many checks wait for each thread of a cluster: enough to keep it busy, few enough for the scheduler's memory.
_AHEAD = 4


def check_many(
    paths: Iterable[Union[Chart, Path]], client: Optional[Any] = None, **arguments: Unpack[CheckArguments]
) -> List[Report]:
    """Check many charts or paths and return their reports, in the same order.

    Args:
        paths: Charts, or paths as ``check`` takes them.
        client: A ``dask.distributed.Client``: the checks run on its cluster. They run on threads of this process
            otherwise, one for each core.
        arguments: Those of ``check``.

    With a client, charts are read here and sent, so that the workers need no access to them. Other paths, and values
    files that are given by their paths, are read by the workers. Work of a worker that is lost is done again by
    another.

    Raises:
        UsageError: An argument makes no sense, or there is nothing at a path.

    Example:
        >>> import chartlens
        >>> charts = [
        ...     chartlens.load({"Chart.yaml": f"apiVersion: v2\\nname: {name}\\nversion: 0.1.0\\n"})
        ...     for name in ("a", "b")
        ... ]
        >>> [report.ok for report in chartlens.check_many(charts, kube_version="1.37")]
        [True, True]
    """
    options: Dict[str, Any] = dict(arguments)
    if client is None:
        return _on_threads(paths, options)
    return _on_cluster(paths, client, options)


def _on_threads(targets: Iterable[Union[Chart, Path]], options: Dict[str, Any]) -> List[Report]:
    pool = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="chartlens")
    done = False
    try:
        futures = [pool.submit(_check, target, options) for target in targets]
        reports = [future.result() for future in futures]
        done = True
        return reports
    finally:
        # After an error, or Ctrl-C, nothing new starts, and nobody waits for what runs.
        pool.shutdown(wait=done, cancel_futures=True)


def _on_cluster(targets: Iterable[Union[Chart, Path]], client: Any, options: Dict[str, Any]) -> List[Report]:
    if getattr(client, "asynchronous", False):
        raise UsageError("client: expected a client that waits, found an asynchronous one")
    ahead = _AHEAD * max(1, sum(client.nthreads().values()))
    reports: List[Report] = []
    pending: Deque[Any] = deque()
    try:
        for target in targets:
            # Charts are arguments of their tasks and not scattered: what a lost worker had can be made again.
            pending.append(client.submit(_check, _sent(target), options, pure=False))
            if len(pending) >= ahead:
                reports.append(pending.popleft().result())
        while pending:
            reports.append(pending.popleft().result())
    finally:
        for future in pending:
            future.cancel()
    return reports


def _sent(target: Union[Chart, Path]) -> Union[Chart, Path]:
    """A chart where there is one; what else there is, and what is wrong with it, is for ``check`` to see."""
    if isinstance(target, Chart):
        return target
    try:
        return load(target)
    except ChartError:
        return os.fspath(target)


def _check(target: Union[Chart, Path], options: Dict[str, Any]) -> Report:
    return check(target, **options)
