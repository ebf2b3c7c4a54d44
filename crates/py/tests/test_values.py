"""Values from Python are what Helm makes of files and flags."""

import collections
import enum
import json
import re
import sys
import types

import pytest

import chartlens


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        # The numbers of values files are doubles.
        (1, "float64 1"),
        (1.5, "float64 1.5"),
        (10**20, "float64 1e+20"),
        (True, "bool true"),
        ("1", "string 1"),
        ("", "string "),
        ("é\u2028\x85☃", "string é\u2028\x85☃"),
        ([1, "a"], "[]interface {} [1 a]"),
        ((1, 2), "[]interface {} [1 2]"),
        ({"b": 1}, "map[string]interface {} map[b:1]"),
        (types.MappingProxyType({"b": 1}), "map[string]interface {} map[b:1]"),
        (collections.OrderedDict(b=1), "map[string]interface {} map[b:1]"),
    ],
)
def test_a_mapping_is_a_values_file(template, value, shown):
    chart = chartlens.load(
        {
            "Chart.yaml": "apiVersion: v2\nname: t\nversion: 0.1.0\n",
            "templates/t.txt": '{{ printf "%T %v" .Values.a .Values.a }}',
        }
    )
    assert chart.render_files(values={"a": value})["t/templates/t.txt"].decode() == shown


def test_a_mapping_and_the_same_file_are_equal(template, tmp_path):
    values = {"a": 1, "b": 2.0, "c": [True, None, "x: y"], "d": {"e": 3e30, "f": 12345678901234567890}}
    path = tmp_path / "v.yaml"
    path.write_text(json.dumps(values))
    text = "{{ .Values | toYaml | nindent 2 }}"
    assert template(text, values=values) == template(text, values=path) == template(text, values=path.read_bytes())


def test_null_takes_a_default_away(template):
    assert template("{{ .Values.a }}", values_file="a: 1") == "1"
    assert template("{{ .Values.a }}", values_file="a: 1", values={"a": None}) == ""


def test_later_files_win(template, tmp_path):
    path = tmp_path / "v.yaml"
    path.write_text("a: 2\nb: 2\n")
    text = "{{ .Values.a }}{{ .Values.b }}{{ .Values.c }}"
    assert template(text, values=[{"a": 1, "b": 1, "c": 1}, str(path), b"b: 3"]) == "231"


class Level(enum.IntEnum):
    HIGH = 3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1, "int64 1"),
        (-7, "int64 -7"),
        (Level.HIGH, "int64 3"),
        # What 64 bits do not hold stays text, as with --set.
        (2**63, "string 9223372036854775808"),
        (True, "bool true"),
        (False, "bool false"),
        ("true", "string true"),
        ("1", "string 1"),
        ("a,b={c}\\d", "string a,b={c}\\d"),
        ("{a,b}", "string {a,b}"),
        ("", "string "),
        (1.5, "float64 1.5"),
        ([1, "2"], "[]interface {} [1 2]"),
        ({"x": "1"}, "map[string]interface {} map[x:1]"),
        ([], "[]interface {} []"),
    ],
)
def test_set(template, value, shown):
    assert template('{{ printf "%T %v" .Values.a .Values.a }}', set={"a": value}).strip() == shown.strip()


def test_set_takes_none_for_null(template):
    assert template("{{ .Values | toJson }}", values_file="{a: 1, b: 2}", set={"a": None}) == '{"b":2}'


def test_set_paths_are_helms(template):
    text = "{{ .Values | toJson }}"
    set = {"a.b": 1, "list[1].x": True, "dotted\\.key": 2, "t": "x"}
    assert template(text, set=set) == '{"a":{"b":1},"dotted.key":2,"list":[null,{"x":true}],"t":"x"}'


@pytest.mark.parametrize("value", ["1", 1, True, 1.5, "a,b", "{a}", None])
def test_set_string(template, value):
    assert template('{{ printf "%T %v" .Values.a .Values.a }}', set_string={"a": value}) == f"string {value}"


def test_set_overrides_files(template):
    assert template("{{ .Values.a }}", values={"a": 1}, set={"a": 2}) == "2"


def cyclic_dict():
    cycle = {}
    cycle["a"] = cycle
    return cycle


def cyclic_list():
    cycle = []
    cycle.append(cycle)
    return {"a": cycle}


def deep(depth=100_000):
    value = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (cyclic_dict(), "Circular reference"),
        (cyclic_list(), "Circular reference"),
        ({"a": object()}, "found a value of type object"),
        ({"a": {1, 2}}, "found a value of type set"),
        ({"a": b"bytes"}, "found a value of type bytes"),
        ({("a", "b"): 1}, "keys must be str"),
        ({"a": float("nan")}, "not JSON compliant"),
        ({"a": float("inf")}, "not JSON compliant"),
        ({"a": "\ud800"}, "surrogates not allowed"),
    ],
)
def test_what_no_values_file_can_hold(chart, values, text):
    for arguments in ({"values": values}, {"values": [{}, values]}, {"set": {"x": values}}):
        with pytest.raises(chartlens.ValuesError, match=text) as caught:
            chart.render(**arguments)
        assert caught.value.__cause__ is not None


def test_keys_are_those_of_yaml(template):
    # A values file that says `1: a` has the key "1".
    assert template("{{ .Values | toJson }}", values={1: "a", True: "b"}) in ('{"1":"b"}', '{"1":"a","true":"b"}')
    assert template("{{ .Values | toJson }}", values={2: "a", False: "b"}) == '{"2":"a","false":"b"}'


def test_deep_values_end_with_an_exception(chart):
    with pytest.raises(chartlens.Error):
        chart.render(values=deep())
    # As deep as Python's own reader goes, and deeper than any chart.
    assert len(chart.render(values=deep(200)).documents) == 1


def test_huge_values_render(template):
    assert template("{{ len .Values.a }}", values={"a": "x" * 5_000_000}) == "5000000"
    assert template("{{ len .Values.a }}", values={"a": list(range(100_000))}) == "100000"


def test_numbers_too_long_for_text(chart):
    with pytest.raises(chartlens.ValuesError, match="x"):
        chart.render(set={"x": 10**10_000})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"values": 1}, "values: expected a mapping, a path or bytes, found int"),
        ({"values": [1]}, r"values\[0\]: expected a mapping, a path or bytes, found int"),
        ({"set": {1: 2}}, 'set: expected paths such as "a.b" as keys, found int'),
        ({"set_string": {None: 2}}, 'set_string: expected paths such as "a.b" as keys, found NoneType'),
        ({"set": [("a", 1)]}, "set"),
        ({"set": "a=1"}, "set"),
        ({"name": 1}, "name"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_wrong_types(chart, arguments, text):
    with pytest.raises(TypeError) as caught:
        chart.render(**arguments)
    # Names of arguments are notes, which older Pythons do not have.
    said = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert re.search(text, said) or sys.version_info < (3, 11)


def test_nothing_at_a_path(chart):
    with pytest.raises(chartlens.ValuesError) as caught:
        chart.render(values="missing.yaml")
    assert str(caught.value) == "open missing.yaml: no such file or directory"


def test_a_broken_file_says_where(chart):
    with pytest.raises(chartlens.ValuesError, match=r"^failed to parse values: ") as caught:
        chart.render(values=b"a: [")
    (found,) = caught.value.diagnostics
    assert (found.file, found.line) == ("values", 1)


def test_a_broken_path_has_helms_text(chart):
    with pytest.raises(chartlens.ValuesError) as caught:
        chart.render(set={"a[x]": 1})
    assert str(caught.value) == 'failed parsing --set data: error parsing index: strconv.Atoi: parsing "x": invalid syntax'


def test_equals_signs_do_not_end_paths(chart, template):
    with pytest.raises(chartlens.UsageError, match="a key that contains = needs a backslash"):
        chart.render(set={"a=b": 1})
    assert template("{{ .Values | toJson }}", set={"a\\=b": 1}) == '{"a=b":1}'


def test_the_charts_schema_speaks(files):
    files["values.schema.json"] = '{"properties": {"replicas": {"type": "integer", "maximum": 5}}}'
    chart = chartlens.load(files)
    assert len(chart.render(set={"replicas": 5}).documents) == 1
    with pytest.raises(chartlens.ValuesError, match=r"values don't meet the specifications of the schema") as caught:
        chart.render(set={"replicas": 6})
    assert caught.value.diagnostics[0].cause["values"][0]["path"] == "replicas"
    assert len(chart.render(set={"replicas": 6}, skip_schema_validation=True).documents) == 1
