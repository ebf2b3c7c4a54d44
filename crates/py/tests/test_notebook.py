"""What notebooks show."""

import html.parser

import chartlens


class Page(html.parser.HTMLParser):
    """The text of a page, whose elements must be closed in order."""

    def __init__(self, text):
        super().__init__()
        self.open, self.text, self.tags = [], "", []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def test_renders(files):
    files["templates/c.yaml"] = (
        "kind: ConfigMap\ndata:\n  # a <comment>\n  a: |\n    <script>alert(1)</script>: x\n\n    b: 1\n  c: 'x'\n  d: true\n"
        "list:\n- 1\n- a: 2\n- {a: b}\n- \"k: v\"\n"
    )
    rendered = chartlens.load(files).render()
    page = Page(rendered._repr_html_())
    assert "script" not in page.tags
    for document in (*rendered.documents, *rendered.hooks):
        assert document.text.rstrip() in page.text
    assert "Hello release-name" in page.text
    assert '<span style="color:#3b82c4">kind</span>: ConfigMap' in rendered._repr_html_()


def test_an_empty_render():
    rendered = chartlens.load({"Chart.yaml": "apiVersion: v2\nname: x\nversion: 0.1.0\n"}).render()
    assert Page(rendered._repr_html_()).text == "no documents"


def test_reports(files):
    files["values.yaml"] = "replicas: <b>abc</b>\nimage: {tag: a}\n"
    page = Page(chartlens.check(chartlens.load(files))._repr_html_())
    assert "b" not in set(page.tags) - {"b"} and "<b>abc</b>" in page.text
    for part in ("1 error, 0 warnings", "schema/wrong-type", "Deployment release-name-web /spec/replicas"):
        assert part in page.text
    assert "written by templates/web.yaml:7:13" in page.text
    assert "from value replicas (values.yaml:1:11)" in page.text


def test_nothing_found(chart):
    page = Page(chartlens.check(chart)._repr_html_())
    assert page.text == "0 errors, 0 warnings, 0 notes in 1 chart and 2 documents"
    assert "table" not in page.tags
