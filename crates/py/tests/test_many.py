"""Many charts, on threads and on a cluster."""

import os
import signal
import warnings

import pytest

import chartlens


def charts(count, slow=1):
    """Charts that differ; every third has a fault. The time a check takes grows with `slow`."""
    return [
        chartlens.load(
            {
                "Chart.yaml": f"apiVersion: v2\nname: chart-{n}\nversion: 0.1.0\n",
                "templates/a.yaml": (
                    f"{{{{ range until {slow} }}}}{{{{ range until 1000 }}}}{{{{ end }}}}{{{{ end }}}}"
                    "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"
                    f"spec: {{ports: {'80' if n % 3 == 0 else '[{port: 80}]'}}}\n"
                ),
            }
        )
        for n in range(count)
    ]


def test_reports_are_in_order():
    many = charts(50)
    reports = chartlens.check_many(iter(many), kube_version="1.31")
    assert [report.to_json() for report in reports] == [
        chartlens.check(chart, kube_version="1.31").to_json() for chart in many
    ]
    assert [report.ok for report in reports[:4]] == [False, True, True, False]


def test_paths(folder, files):
    (folder.parent / "plain.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: 80}\n")
    paths = [folder, str(folder), chartlens.load(files), folder.parent / "plain.yaml"]
    assert [report.summary["documents"] for report in chartlens.check_many(paths)] == [2, 2, 2, 1]
    assert chartlens.check_many([]) == []


def test_errors_are_those_of_check(chart):
    with pytest.raises(chartlens.UsageError, match="no such file or directory"):
        chartlens.check_many([chart, "missing"])
    with pytest.raises(TypeError, match="found int"):
        chartlens.check_many([1])
    with pytest.raises(TypeError, match="nonsense"):
        chartlens.check_many([chart], nonsense=1)


@pytest.fixture(scope="module")
def distributed():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("distributed", reason="needs dask[distributed]")


@pytest.fixture
def client(distributed):
    """A cluster of two processes."""
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    )
    client = distributed.Client(cluster)
    yield client
    client.close()
    cluster.close()


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker(client, folder):
    many = [*charts(60, slow=300), folder, str(folder)]
    workers = set(client.run(os.getpid).values())

    def losing():
        for number, chart in enumerate(many):
            if number == 20:
                # Some reports are here, some wait on the worker, some are in the making.
                os.kill(min(workers), signal.SIGKILL)
            yield chart

    reports = chartlens.check_many(losing(), client=client, kube_version="1.31")
    assert min(workers) not in client.run(os.getpid).values()
    assert [report.to_json() for report in reports] == [
        chartlens.check(chart, kube_version="1.31").to_json() for chart in many
    ]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_gives_the_errors_of_check(client, chart):
    with pytest.raises(chartlens.UsageError, match="no such file or directory"):
        chartlens.check_many([chart, "missing"], client)
    with pytest.raises(chartlens.UsageError, match="invalid kube version"):
        chartlens.check_many([chart], client, kube_version="x")
    assert chartlens.check_many([], client) == []


def test_clients_that_do_not_wait(chart):
    class Asynchronous:
        asynchronous = True

    with pytest.raises(chartlens.UsageError, match="found an asynchronous one"):
        chartlens.check_many([chart], Asynchronous())
