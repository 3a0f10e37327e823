"""base64url: one spelling for one sequence of octets."""

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connection_overrides.authorizer import base64url


@settings(deadline=None)  # a busy machine is no fault of the decoder
@given(st.binary())
def test_the_canonical_encoding_is_read(octets: bytes) -> None:
    assert base64url.decode(base64.urlsafe_b64encode(octets).rstrip(b"=").decode()) == octets


@settings(deadline=None)  # a busy machine is no fault of the decoder
@given(st.text("AQgwZ-_=+/ \n", max_size=6))
def test_a_text_is_read_only_if_it_is_the_one_encoding_of_its_octets(text: str) -> None:
    try:
        octets = base64url.decode(text)
    except ValueError:
        return
    assert base64.urlsafe_b64encode(octets).rstrip(b"=").decode() == text


@pytest.mark.parametrize(
    "text", ["A", "AAAAA", "AA==", "AB", "AAB", "A A", "AA\n", "A+/A", "AA=A", "AAAA====", "\u0410A", "AA\0A", "é"]
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url|canonical|base64"):
        base64url.decode(text)
