"""Ten thousand renders leave nothing behind."""

import gc
import tracemalloc

import pytest

import chartlens


def resident():
    """Bytes of memory that the process holds."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    except OSError:
        pytest.skip("only Linux tells")


def work(chart, broken, count):
    for n in range(count):
        rendered = chart.render("x", values={"replicas": n}, set={"image.tag": "t"})
        rendered.documents[0].object
        if n % 50 == 0:
            rendered.documents[0].cause_of("/spec/replicas")
            chartlens.check(chart).to_json()
        if n % 10 == 0:
            with pytest.raises(chartlens.RenderError):
                broken.render()


def test_nothing_leaks(chart, files):
    files["templates/web.yaml"] = 'a: {{ fail "no" }}\n'
    broken = chartlens.load(files)
    work(chart, broken, 1_000)
    gc.collect()
    before = resident()
    work(chart, broken, 9_000)
    gc.collect()
    assert resident() - before < 4_000_000

    tracemalloc.start()
    try:
        work(chart, broken, 100)
        gc.collect()
        before, _ = tracemalloc.get_traced_memory()
        work(chart, broken, 1_000)
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 50_000


def test_charts_do_not_leak(files):
    for _ in range(200):
        chartlens.load(files).render()
    gc.collect()
    before = resident()
    for _ in range(2_000):
        chartlens.load(files).render()
    gc.collect()
    assert resident() - before < 4_000_000
