"""Threads, processes, signals and the end of the interpreter."""

import concurrent.futures
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import chartlens

#: A render that takes minutes, if nobody ends it.
ENDLESS = {
    "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
    "templates/t.yaml": (
        "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"
        "a: {{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"
    ),
}


def python(code, **arguments):
    """Runs a program in a new interpreter."""
    command = [sys.executable, "-X", "dev", "-W", "error", "-c", textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **arguments)


def test_threads_share_a_chart(chart):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        texts = list(pool.map(lambda n: str(chart.render(set={"replicas": n})), range(200)))
    assert texts == [str(chart.render(set={"replicas": n})) for n in range(200)]


def test_threads_share_a_render(chart):
    rendered = chart.render()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        causes = list(pool.map(lambda _: rendered.documents[0].cause_of("/spec/replicas"), range(50)))
    assert causes == causes[:1] * 50


def test_other_threads_go_on_during_a_render():
    chart = chartlens.load(dict(ENDLESS, **{"templates/t.yaml": "{{ range until 3000 }}{{ range until 300 }}{{ end }}{{ end }}"}))
    thread = threading.Thread(target=chart.render)
    thread.start()
    count = 0
    while thread.is_alive():
        count += 1
        time.sleep(0)
    thread.join()
    assert count > 10


def render_text(chart):
    return str(chart.render("x"))


def check_chart(chart):
    return chartlens.check(chart)


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_take_charts_and_give_reports(chart, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"{method} is not of this system")
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        assert pool.submit(render_text, chart).result() == render_text(chart)
        assert pool.submit(check_chart, chart).result().to_json() == chartlens.check(chart).to_json()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_forked_processes_render():
    result = python(
        CHART
        + textwrap.dedent(
            """
            import os
            chart.render(set={"a": 1})
            pid = os.fork()
            if pid == 0:
                print(chart.render(set={"a": 2}).documents[0].object, flush=True)
                os._exit(0)
            os.waitpid(pid, 0)
            print(chart.render(set={"a": 3}).documents[0].object)
            """
        )
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "{'a': 2}\n{'a': 3}\n", "")


def interrupted(work, after=0.3):
    """How long it takes from Ctrl-C to the exception."""
    sent = []

    def send():
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(after, send)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            work()
        return time.perf_counter() - sent[0]
    finally:
        timer.join()


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("work", ["render", "render_files", "check", "check_many"])
def test_ctrl_c_ends_a_render_at_once(work):
    chart = chartlens.load(ENDLESS)
    call = {
        "render": chart.render,
        "render_files": chart.render_files,
        "check": lambda: chartlens.check(chart),
        "check_many": lambda: chartlens.check_many([chart] * 4),
    }[work]
    # A busy machine may be slow once.
    assert min(interrupted(call) for _ in range(3)) < 0.1


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_ctrl_c_does_not_wait_for_a_single_step():
    # One call of one function that takes long.
    text = '{{ range until 100 }}{{ repeat 50000000 "x" | len }}{{ end }}'
    chart = chartlens.load(dict(ENDLESS, **{"templates/t.yaml": text}))
    assert min(interrupted(chart.render, after=0.05) for _ in range(3)) < 0.1


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_an_exception_of_a_handler_ends_a_render():
    class Alarm(Exception):
        pass

    def handler(*_):
        raise Alarm

    before = signal.signal(signal.SIGALRM, handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        start = time.perf_counter()
        with pytest.raises(Alarm):
            chartlens.load(ENDLESS).render()
        assert time.perf_counter() - start < 0.5
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_handlers_may_render(chart):
    texts = []
    before = signal.signal(signal.SIGALRM, lambda *_: texts.append(str(chart.render())))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        with pytest.raises(chartlens.Error):
            chartlens.load(ENDLESS).render()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert texts == [str(chart.render())]


def test_renders_that_never_end_do():
    # The fuel of the core, not a signal, ends it in a thread.
    files = {
        "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
        "templates/t.yaml": '{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}',
    }
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with pytest.raises(chartlens.RenderError, match="rendering template has a nested reference name"):
            pool.submit(chartlens.load(files).render).result()


CHART = """
import atexit, sys, threading, chartlens
chart = chartlens.load({"Chart.yaml": "apiVersion: v2\\nname: t\\nversion: 0.1.0\\n", "templates/t.yaml": "a: {{ .Values.a }}\\n"})
broken = chartlens.load({"Chart.yaml": "apiVersion: v2\\nname: t\\nversion: 0.1.0\\n", "templates/t.yaml": "{{ fail \\"no\\" }}"})
"""


def test_calls_at_exit_work():
    result = python(CHART + """atexit.register(lambda: print(str(chart.render(set={"a": 1})).splitlines()[-1]))""")
    assert (result.returncode, result.stdout, result.stderr) == (0, "a: 1\n", "")


def test_calls_from_destructors_at_the_very_end_do_not_crash():
    code = CHART + textwrap.dedent(
        """
        class Late:
            def __init__(self):
                self.chart, self.broken, self.check = chart, broken, chartlens.check

            def __del__(self):
                for call in (self.chart.render, self.broken.render, lambda: self.check(self.broken), lambda: repr(self.chart)):
                    try:
                        call()
                    except BaseException:
                        pass
                sys.stderr.write("late")

        sys.late = Late()
        late = Late()
        """
    )
    result = python(code)
    assert result.returncode == 0, result.stderr
    assert "late" in result.stderr or result.stderr == ""


@pytest.mark.parametrize(
    "what",
    [
        "chart.render()",
        "broken.render()",
        "chart.render().documents[0].cause_of('/a')",
        "chartlens.check(chart)._repr_html_()",
        "pickle.loads(pickle.dumps(chart))",
    ],
)
def test_threads_that_render_while_the_interpreter_ends_do_not_crash(what):
    code = CHART + textwrap.dedent(
        f"""
        import pickle, time

        def work():
            while True:
                try:
                    {what}
                except chartlens.Error:
                    pass

        for _ in range(4):
            threading.Thread(target=work, daemon=True).start()
        time.sleep(0.1)
        """
    )
    for _ in range(8):
        result = python(code)
        assert (result.returncode, result.stderr) == (0, "")


def test_the_command(folder, tmp_path):
    command = [sys.executable, "-X", "dev", "-W", "error", "-m", "chartlens"]
    result = subprocess.run([*command, "template", "x", str(folder)], capture_output=True, text=True)
    assert (result.returncode, result.stdout, result.stderr) == (0, str(chartlens.load(folder).render("x")), "")
    result = subprocess.run([*command, "template", "x", str(tmp_path / "none")], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (1, f'Error: path "{tmp_path}/none" not found\n')
    result = subprocess.run([*command, "check", str(folder), "--format", "json"], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, chartlens.check(folder).to_json())


def test_the_command_is_installed(folder):
    path = os.path.join(os.path.dirname(sys.executable), "chartlens")
    result = subprocess.run([path, "template", "x", str(folder)], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, str(chartlens.load(folder).render("x")))
