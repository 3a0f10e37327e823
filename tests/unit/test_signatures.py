"""What a request must have for a route, as the signature of the route's function says."""

import json
from typing import Annotated

import pytest
from pydantic import AfterValidator, BaseModel

from connection_overrides.errors import InvalidRequestError
from connection_overrides.http.responses import Response
from connection_overrides.http.signatures import JSON, Path, Query, Signature


def _refuse(value: str) -> str:
    if value == "bad":
        raise ValueError(value)
    return value


Name = Annotated[str, AfterValidator(_refuse), Path(alias="theName", description="")]
Filter = Annotated[str | None, AfterValidator(_refuse), Query(alias="theFilter", description="")]
Demand = Annotated[str, Query(description="")]


class Body(BaseModel):
    number: int


class Other:
    """Something that has what a body has, but is none."""

    number = 7


def route(*, body: Body, the_filter: Filter = None, demand: Demand, name: Name) -> Response[Body]:
    raise AssertionError(body, the_filter, demand, name)


def test_each_argument_is_taken_from_its_place_and_a_default_needs_no_validation() -> None:
    arguments = Signature(route).arguments({"theName": "n"}, {"demand": "d"}, {"number": 3})

    assert arguments == {"body": Body(number=3), "the_filter": None, "demand": "d", "name": "n"}


def test_all_violations_are_told_those_of_the_path_first_and_of_the_body_last() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        Signature(route).arguments({"theName": "bad"}, {"theFilter": "bad"}, {"number": "x"})

    assert [(each.location, each.code) for each in refused.value.violations] == [
        (("path", "theName"), "value_error"),
        (("query", "theFilter"), "value_error"),
        (("query", "demand"), "missing"),
        (("body", "number"), "int_parsing"),
    ]


def test_what_the_request_lacks_is_told_as_missing() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        Signature(route).arguments({}, {}, None)

    assert {each.location: each.message for each in refused.value.violations} == {
        ("path", "theName"): "is required",
        ("query", "demand"): "is required",
        ("body",): "is required",
    }


def test_the_query_takes_what_is_marked_so() -> None:
    assert Signature(route).query_parameters == {"theFilter", "demand"}


def test_a_reply_is_written_by_the_type_that_the_signature_names() -> None:
    answer = Signature(route).answer(Response(201, Other(), JSON, {"ETag": '"1"'}))

    assert (answer.status, json.loads(answer.body)) == (201, {"number": 7})
    assert answer.headers == {"ETag": '"1"', "Content-Type": JSON}


def test_a_text_of_another_type_is_written_as_it_is() -> None:
    def page() -> Response[str]:
        raise AssertionError

    assert Signature(page).answer(Response(200, "<é>", "text/html")).body == "<é>"


def test_json_is_utf_8_and_without_blanks() -> None:
    def show() -> Response[dict[str, str]]:
        raise AssertionError

    assert Signature(show).answer(Response(200, {"a": "é", "b": ""}, JSON)).body == '{"a":"é","b":""}'
