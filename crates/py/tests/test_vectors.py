"""What the real Helm gave for thousands of small charts, replayed through Python.

`tests/vectors/README.md` describes the recordings. Cases whose command line has no counterpart here are left out and
counted.
"""

import base64
import functools
import gzip
import io
import json
import os
import pathlib
import re
import tarfile

import pytest

import chartlens

TESTS = pathlib.Path(__file__).parents[3] / "tests"
VECTORS = TESTS / "vectors"
#: Those of the verb `lint`, which is the command's, are replayed in Rust.
AREAS = sorted({path.name.split(".")[0] for path in VECTORS.glob("*.jsonl.gz")} - {"lint"})

#: Helm adds this for people in front of a terminal.
HINT = "\n\nUse --debug flag to render out invalid YAML"
LOG_3 = re.compile(r"[a-z0-9_]+\.go:")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")


class NoCounterpart(Exception):
    """A command line that says what no argument says."""


def cases(area):
    with gzip.open(VECTORS / f"{area}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@functools.lru_cache(maxsize=None)
def known(helm):
    """The cases that are known to differ."""
    lines = (TESTS / "known" / f"helm{helm}.txt").read_text().splitlines()
    return {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}


def content(described):
    if isinstance(described, str):
        return described
    if "b64" in described:
        return base64.b64decode(described["b64"])
    if "tgz" in described:
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w:gz", format=tarfile.GNU_FORMAT) as archive:
            for name, text in described["tgz"].items():
                info = tarfile.TarInfo(name)
                data = text.encode()
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return out.getvalue()
    raise NoCounterpart


def write(folder, files):
    for name, described in files.items():
        path = folder / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(described, dict) and "symlink" in described:
            path.symlink_to(described["symlink"])
            continue
        data = content(described)
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def typed(text):
    """What `--set` makes of a value."""
    words = {"true": True, "false": False, "null": None}
    if text.lower() in words:
        return words[text.lower()]
    if re.fullmatch(r"0|-?[1-9]\d*", text):
        return int(text)
    if re.search(r"[,{}\\]", text):
        raise NoCounterpart
    return text


def arguments(args):
    """A command line as keyword arguments."""
    found = {"values": [], "set": {}, "set_string": {}}
    rest = iter(args)
    for arg in rest:
        flag, _, value = arg.partition("=")
        if not value:
            value = next(rest, None)
        if flag in ("-f", "--values"):
            found["values"].append(value)
            continue
        if flag == "--kube-version":
            found["kube_version"] = value
            continue
        if flag not in ("--set", "--set-string", "--set-json", "--set-literal"):
            raise NoCounterpart
        path, equals, value = value.partition("=")
        if not equals or re.search(r"[,{]", path):
            raise NoCounterpart
        if flag == "--set":
            found["set"][path] = typed(value)
        elif flag == "--set-json":
            try:
                value = json.loads(value)
            except ValueError:
                raise NoCounterpart from None
            if not isinstance(value, (dict, list)):
                raise NoCounterpart
            found["set"][path] = value
        else:
            if flag == "--set-string" and re.search(r"[,{}\\]", value):
                raise NoCounterpart
            found["set_string"][path] = value
    return found


def expectation(case, helm):
    return case["helm3"] if helm == 3 and case.get("helm3") is not None else case["expect"]


def error_text(text, helm):
    """The text of an error on a terminal without the log lines before it and the hint behind it."""
    lines = text.splitlines(keepends=True)
    while lines and (lines[0].startswith("level=") or (helm == 3 and LOG_3.match(lines[0]))):
        lines.pop(0)
    text = "".join(lines)
    assert text.startswith("Error: ")
    # Text in `set` goes the way of --set-string.
    text = text.replace("failed parsing --set data", "failed parsing --set-string data")
    return TIME.sub("", text[len("Error: ") : -1].replace(HINT, ""))


def found_text(error, folder):
    text = str(error).replace("failed parsing --set data", "failed parsing --set-string data")
    return TIME.sub("", text.replace(str(folder), "$DIR"))


def load(source, helm, is_error):
    """Loads a chart, which has Helm 4's errors: no version is known yet."""
    try:
        return chartlens.load(source)
    except chartlens.Error:
        if helm == 3 and is_error:
            raise NoCounterpart from None
        raise


def replay_expression(case, helm, folder):
    standard = (VECTORS / "values-std.json").read_text()
    values = case.get("values", case.get("values_yaml"))
    if values is None:
        values = standard if case.get("values_ref") == "std" else ""
    files = {
        "Chart.yaml": 'apiVersion: v2\nname: t\nversion: 0.1.0\nappVersion: "1.2.3"\n',
        "values.yaml": values,
        "templates/t.yaml": case["template"],
    }
    files.update({name: content(described) for name, described in (case.get("files") or {}).items()})
    for name in list(files):
        # A command line names values files in the chart's folder.
        if any(name in arg for arg in case.get("args") or []):
            write(folder, {f"t/{name}": files[name] if isinstance(files[name], str) else {"b64": base64.b64encode(files[name])}})
    options = arguments(case.get("args") or [])
    expected = expectation(case, helm)
    try:
        found = load(files, helm, "error" in expected).render_files("r", helm_version=helm, timezone="UTC", **options)
    except chartlens.Error as error:
        return error_text(expected.get("error", "Error: \n"), helm), found_text(error, folder)
    if "output_b64" in expected:
        return base64.b64decode(expected["output_b64"]), found.get("t/templates/t.yaml", b"")
    return expected.get("output"), found.get("t/templates/t.yaml", b"").decode()


def replay_chart(case, helm, folder):
    if case.get("argv") or case.get("cmd"):
        raise NoCounterpart
    options = arguments(case.get("args") or [])
    write(folder, case["files"])
    expected = expectation(case, helm)
    try:
        chart = load("./t", helm, expected["exit"] != 0)
        rendered = chart.render(case.get("release", "r"), helm_version=helm, timezone="UTC", **options)
    except chartlens.Error as error:
        return error_text(expected.get("stderr") or "Error: \n", helm), found_text(error, folder)
    if "stdout_b64" in expected:
        raise NoCounterpart
    if helm == 3:
        # Log lines are Helm 4's; a case that is known to differ may do so there.
        if case["id"] in known(helm):
            raise NoCounterpart
        return expected["stdout"], str(rendered)
    log = "".join(line + "\n" for line in rendered.log)
    return (expected["stdout"], expected["stderr"]), (str(rendered), log.replace(str(folder), "$DIR"))


@pytest.mark.parametrize("helm", [4, 3])
@pytest.mark.parametrize("area", AREAS)
def test_recordings(area, helm, tmp_path, monkeypatch):
    replay = {"expr": replay_expression, "chart": replay_chart}
    differ, left_out, all_cases = [], 0, cases(area)
    for number, case in enumerate(all_cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        try:
            if helm == 3 and "not run with Helm 3" in (case.get("note") or ""):
                raise NoCounterpart
            wanted, found = replay[case["kind"]](case, helm, folder)
        except NoCounterpart:
            left_out += 1
            continue
        if (wanted == found) == (case["id"] in known(helm)):
            differ.append(f"{case['id']} {case.get('template', '')}\n  wanted {wanted!r}\n  found  {found!r}")
    os.chdir(tmp_path)
    assert not differ, f"{len(differ)} of {len(all_cases)} differ\n" + "\n".join(differ[:10])
    assert left_out <= len(all_cases) / 3, f"{left_out} of {len(all_cases)} left out"
    assert len(all_cases) >= 100


def test_a_wrong_answer_would_be_seen(tmp_path):
    (case,) = [case for case in cases("printf") if "output" in case["expect"]][:1]
    wanted, found = replay_expression(case, 4, tmp_path)
    assert wanted == found
    case["template"] += "!"
    wanted, found = replay_expression(case, 4, tmp_path)
    assert wanted != found
