"""The types have Argo's names, plain attributes and Go's zeros; a round trip through JSON and YAML changes nothing."""

from __future__ import annotations

import importlib
import keyword
import pkgutil
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import argosy.model
from argosy.model.codec import decode_lenient, decoder, encode_json, encode_yaml, problems, read_documents
from argosy.model.field_table import TABLE
from argosy.model.fields import describe, fields
from argosy.model.values import Model
from argosy.model.workflow import Workflow


def all_types() -> dict[str, type[Model]]:
    for module in pkgutil.iter_modules(argosy.model.__path__, "argosy.model."):
        importlib.import_module(module.name)
    return {kind.__name__: kind for kind in Model.__subclasses__()}


TYPES = all_types()


@pytest.mark.parametrize("name", sorted(TYPES))
class TestEveryType:
    def test_has_the_fields_of_the_table(self, name: str) -> None:
        assert list(TYPES[name].__struct_encode_fields__) == list(fields(name))

    def test_attributes_are_snake_case(self, name: str) -> None:
        for attribute in TYPES[name].__struct_fields__:
            assert re.fullmatch(r"[a-z][a-z0-9_]*", attribute)
            assert attribute.endswith("_") == keyword.iskeyword(attribute.rstrip("_"))

    def test_can_be_made_of_nothing_and_read_again(self, name: str) -> None:
        kind = TYPES[name]
        assert decoder(kind).decode(encode_json(kind())) == kind()

    def test_lists_and_maps_are_not_shared(self, name: str) -> None:
        one, other = TYPES[name](), TYPES[name]()
        for attribute in one.__struct_fields__:
            value = getattr(one, attribute)
            assert not isinstance(value, list | dict | Model) or value is not getattr(other, attribute)


def test_all_kinds_of_argo_are_there() -> None:
    assert len(TYPES) > 190
    assert {"Workflow", "NodeStatus", "CronWorkflow", "SubmitOpts", "WorkflowTaskSet", "Container"} < TYPES.keys()


def test_every_code_in_the_table_is_known() -> None:
    for name in TABLE:
        for code in fields(name).values():
            assert describe(code)
            assert code.lstrip("[{") in {*"sibnxqta?op", *TABLE}


CODES: dict[str, st.SearchStrategy[Any]] = {
    "s": st.text("abc{}:#'\" \n", max_size=6),
    "i": st.integers(-(2**31), 2**31),
    "b": st.booleans(),
    "n": st.integers(0, 9) | st.sampled_from([0.5, 1e-7, 1e30]),
    "x": st.integers(0, 9) | st.sampled_from(["5", "{{x}}"]),
    "q": st.sampled_from(["500m", "1Gi", 2, 0.5]),
    "t": st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    ),
    "a": st.text("ab\n", max_size=4) | st.integers() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    "?": st.none() | st.integers(0, 9) | st.dictionaries(st.sampled_from("ba"), st.just("v")),
    "o": st.dictionaries(st.sampled_from("ba"), st.just(1)),
    "p": st.just({"my-plugin": {"a": [None]}}),
}


@st.composite
def data(draw: st.DrawFn, code: str, depth: int = 0) -> Any:
    """Plain data of the type of a code, with a few of the fields set, and nulls here and there."""
    if code in CODES:
        return draw(CODES[code])
    if code[0] == "[":
        return [draw(data(code[1:], depth + 1)) for _ in range(draw(st.integers(0, 2)))]
    if code[0] == "{":
        return {key: draw(data(code[1:], depth + 1)) for key in draw(st.sets(st.sampled_from("yx"), max_size=2))}
    known = fields(code)
    chosen = draw(st.sets(st.sampled_from(sorted(known)), max_size=3)) if known and depth < 8 else set()
    return {key: None if draw(st.integers(0, 9)) == 0 else draw(data(known[key], depth + 1)) for key in sorted(chosen)}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data("Workflow"))
def test_what_fits_the_table_is_decoded_and_written_and_read_again(item: dict[str, Any]) -> None:
    item["kind"] = "Workflow"
    assert problems(read_documents(msgspec.json.encode(item).decode())[0]) == []
    found = decode_lenient(item, Workflow)
    assert decoder(Workflow).decode(encode_json(found)) == found
    (again,) = read_documents(encode_yaml(found))
    assert problems(again) == []
    assert decode_lenient(again.data, Workflow) == found
