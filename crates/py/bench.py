#!/usr/bin/env python3
"""Renders a second in one process, against a process of the real Helm for each render, in one run, alternating.

    python crates/py/bench.py --helm PATH [--corpus DIR] [--charts N] [--rounds N]

Where the package helm-python-sdk, which is Helm's own Go code in a wheel, is installed, it is measured too. Threads are
measured over all charts of the corpus. All figures are medians of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List

import chartlens

try:
    import helm_python
except ImportError:
    helm_python = None

#: A measurement of something quick goes on for so many seconds.
LONG = 0.2


def seconds(work: Callable[[], Any], least: float = LONG) -> float:
    """Seconds of one call, repeated for a while."""
    count, start = 0, time.perf_counter()
    while True:
        work()
        count += 1
        elapsed = time.perf_counter() - start
        if elapsed >= least:
            return elapsed / count


def measure(path: pathlib.Path, helm: str, rounds: int) -> Dict[str, float]:
    """Seconds for one render of a chart by each means."""
    chart = chartlens.load(path)
    command = [helm, "template", "release-name", str(path)]
    environment = {**os.environ, "KUBECONFIG": os.devnull}
    means: Dict[str, Callable[[], Any]] = {
        "chartlens": lambda: str(chart.render()),
        "helm": lambda: subprocess.run(command, check=True, capture_output=True, env=environment),
    }
    if helm_python is not None:
        loaded = helm_python.Chart.load(path)
        means["sdk"] = lambda: loaded.render()
        means["chartlens.render_files"] = lambda: chart.render_files()
    times: Dict[str, List[float]] = {name: [] for name in means}
    for _ in range(rounds):
        for name, work in means.items():
            times[name].append(seconds(work, 0 if name == "helm" else LONG / 4))
    return {name: statistics.median(found) for name, found in times.items()}


def show(name: str, found: Dict[str, float]) -> None:
    """A line for a chart, or for the geometric mean of several."""
    ours = found["chartlens"]
    line = f"{name:<34}{1 / ours:>10.0f}/s  helm {1 / found['helm']:>7.1f}/s  {found['helm'] / ours:>7.0f} times"
    if "sdk" in found:
        files = found["chartlens.render_files"]
        line += f"  | templates alone {1 / files:>8.0f}/s  sdk {1 / found['sdk']:>8.1f}/s  {found['sdk'] / files:>6.1f} times"
    print(line, flush=True)


def on_threads(paths: List[pathlib.Path], rounds: int) -> None:
    """How much faster two and more threads render all charts."""
    charts = [chartlens.load(path) for path in paths]

    def render(chart: chartlens.Chart) -> None:
        try:
            str(chart.render())
        except chartlens.Error:
            # A chart that asks for values is work too.
            pass

    works: Dict[str, Callable[[chartlens.Chart], Any]] = {"render": render, "check": chartlens.check}
    for name, work in works.items():
        times: Dict[int, List[float]] = {1: [], os.cpu_count() or 1: []}
        for _ in range(rounds):
            for threads, found in times.items():
                with ThreadPoolExecutor(threads) as pool:
                    start = time.perf_counter()
                    list(pool.map(work, charts))
                    found.append(time.perf_counter() - start)
        median = {threads: statistics.median(found) for threads, found in times.items()}
        one, many = median[1], median[max(median)]
        print(f"{name} of {len(charts)} charts: {one:.2f} s on 1 thread, {many:.2f} s on {max(median)}: {one / many:.2f} times")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--helm", required=True, help="path of the real Helm")
    parser.add_argument("--corpus", type=pathlib.Path, default=pathlib.Path("../shared/corpus"))
    parser.add_argument("--charts", type=int, default=24, help="how many charts of the corpus to time against Helm")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    show("examples/web", measure(pathlib.Path(__file__).parents[2] / "examples" / "web", options.helm, options.rounds))
    if not options.corpus.exists():
        return
    cases = json.loads((options.corpus / "manifest.json").read_text())
    good = [case for case in cases if case["id"].endswith("/default") and case["helm4"]["exit"] == 0 and not case["args"] + case["values_files"]]
    good.sort(key=lambda case: case["helm4"]["bytes"])
    paths = [options.corpus / "charts" / case["chart"] for case in good]
    chosen = [paths[n * (len(paths) - 1) // max(1, options.charts - 1)] for n in range(min(options.charts, len(paths)))]
    all_found = []
    for path in chosen:
        try:
            found = measure(path, options.helm, options.rounds)
        except (chartlens.Error, subprocess.CalledProcessError) as error:
            print(f"{path.name}: left out, {str(error).splitlines()[0]}")
            continue
        all_found.append(found)
        show(path.name, found)
    mean = {name: statistics.geometric_mean(found[name] for found in all_found) for name in all_found[0]}
    show(f"geometric mean of {len(all_found)} charts", mean)
    on_threads(paths, max(1, options.rounds // 2))


if __name__ == "__main__":
    main()
