"""Values of DynamoDB: ours against those of AWS's own SDK."""

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from hypothesis import given
from hypothesis import strategies as st

from connection_overrides.store.keys import Key
from connection_overrides.store.values import from_value, to_value

WRITTEN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**37), 10**37) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(WRITTEN)
def test_what_is_written_is_what_boto3_writes(value: Any) -> None:
    assert to_value(value) == TypeSerializer().serialize(value)


@given(WRITTEN)
def test_what_is_read_is_what_boto3_reads(value: Any) -> None:
    written = TypeSerializer().serialize(value)

    assert from_value(written) == TypeDeserializer().deserialize(written)


@given(st.frozensets(st.text(), min_size=1))
def test_a_set_of_texts_is_written_and_read_as_boto3_does_it(value: frozenset[str]) -> None:
    written, theirs = to_value(value), TypeSerializer().serialize(value)

    assert written == {"SS": sorted(theirs["SS"])}
    assert from_value(written) == value


@pytest.mark.parametrize(
    "value", [{"N": "1.5"}, {"N": "-3E+5"}, {"SS": ["a", "b"]}, {"NS": ["1", "2.5"]}, {"B": b"x"}, {"BS": [b"x"]}]
)
def test_what_others_wrote_is_read_as_boto3_reads_it(value: Any) -> None:
    # boto3 wraps bytes, in a class that equals them.
    assert from_value(value) == TypeDeserializer().deserialize(value)


@pytest.mark.parametrize("value", [1.5, {1}, {"a", 1}, frozenset(), object(), b"x", Decimal(1), ("a",), Key("a", "b")])
def test_what_this_project_never_writes_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_value(value)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(TypeError, match="X"):
        from_value({"X": "?"})
