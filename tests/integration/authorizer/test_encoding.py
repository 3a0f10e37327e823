"""A segment of a token has exactly one encoding (RFC 7515, section 2)."""

import base64
import binascii

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.issuer import Gateway, Issuer, b64


def _with_signature(issuer: Issuer, signature: str) -> str:
    return issuer.token().rsplit(".", 1)[0] + f".{signature}"


@settings(deadline=None, max_examples=50)  # Without a deadline: a slow machine must not fail a test.
@given(octets=st.binary(max_size=300))
def test_every_sequence_of_octets_is_decoded_from_its_canonical_encoding(issuer: Issuer, octets: bytes) -> None:
    # The octets are decoded, but are not the signature.
    assert Gateway(issuer).refusal_of(_with_signature(issuer, b64(octets))) == "signature"


@settings(deadline=None)
@given(text=st.text("AQgwZ-_+/", max_size=6))
def test_a_segment_is_decoded_only_if_it_is_the_canonical_encoding(issuer: Issuer, text: str) -> None:
    try:
        canonical = b64(base64.urlsafe_b64decode(text + "==")) == text
    except binascii.Error:
        canonical = False
    reason = Gateway(issuer).refusal_of(_with_signature(issuer, text))
    assert reason == ("signature" if canonical else "token-malformed")


@pytest.mark.parametrize("text", ["A", "AAAAA", "AA==", "AB", "AAB", "A+/A", "AA~A"])
def test_another_spelling_is_refused(gateway: Gateway, issuer: Issuer, text: str) -> None:
    assert gateway.refusal_of(_with_signature(issuer, text)) == "token-malformed"


@pytest.mark.parametrize("text", ["A A", "AA\n", "AA=A", "\u0410A", "AA\0A", "é"])
def test_a_character_that_no_bearer_token_contains_is_refused_with_the_header(
    gateway: Gateway, issuer: Issuer, text: str
) -> None:
    assert gateway.refusal_of(_with_signature(issuer, text)) == "authorization-header"


@pytest.mark.parametrize("segment", [0, 1, 2])
def test_each_segment_must_be_canonical(gateway: Gateway, issuer: Issuer, segment: int) -> None:
    segments = issuer.token().split(".")
    segments[segment] = "AB"
    assert gateway.refusal_of(".".join(segments)) == "token-malformed"
