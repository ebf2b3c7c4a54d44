"""Charts that many tests share."""

import pytest

import chartlens

pytest_plugins = ["pytester"]

FILES = {
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\nappVersion: '1.2'\ndescription: A web\n",
    "values.yaml": "replicas: 1\nimage: {tag: '1.0'}\nenv: []\n",
    "templates/_names.tpl": '{{ define "web.name" }}{{ .Release.Name }}-web{{ end }}\n',
    "templates/web.yaml": (
        "apiVersion: apps/v1\n"
        "kind: Deployment\n"
        "metadata:\n"
        '  name: {{ include "web.name" . }}\n'
        "  namespace: {{ .Release.Namespace }}\n"
        "spec:\n"
        "  replicas: {{ .Values.replicas }}\n"
        "  selector: {matchLabels: {app: web}}\n"
        "  template:\n"
        "    metadata: {labels: {app: web}}\n"
        "    spec:\n"
        "      containers:\n"
        "        - name: web\n"
        "          image: web:{{ .Values.image.tag }}\n"
    ),
    "templates/test.yaml": (
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  name: probe\n"
        "  annotations: {helm.sh/hook: test, helm.sh/hook-weight: '5'}\n"
        "spec: {containers: [{name: probe, image: 'web:{{ .Values.image.tag }}'}]}\n"
    ),
    "templates/NOTES.txt": "Hello {{ .Release.Name }}\n",
}


@pytest.fixture
def files():
    """The files of a small chart."""
    return dict(FILES)


@pytest.fixture
def chart(files):
    """A small chart."""
    return chartlens.load(files)


@pytest.fixture
def folder(files, tmp_path):
    """The same chart on disk."""
    for name, text in files.items():
        path = tmp_path / "web" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "web"


@pytest.fixture
def template():
    """Renders one template as the only file of a chart."""

    def render(text, values_file="", **arguments):
        files = {
            "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
            "values.yaml": values_file,
            "templates/t.yaml": "out: |-\n  " + text + "\n",
        }
        rendered = chartlens.load(files).render(**arguments)
        return rendered.documents[0].object["out"]

    return render
