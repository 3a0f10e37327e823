"""Answers are as short as UTF-8 allows, and never longer than a function's result may be."""

from support.registry import CONNECTION, CONNECTIONS, Client

NAME = "Zürich 😀"


def test_names_are_written_as_they_are(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    names = {"projectId": project, "connectionName": NAME}

    for resource in (CONNECTION, CONNECTIONS):
        assert f'"name":"{NAME}"' in api.raw("GET", resource, names)["body"]


def test_names_in_a_problem_are_written_as_they_are(api: Client, project: str) -> None:
    api.make_connection(project, NAME)
    api.make_override(project, connection=NAME)

    result = api.raw("DELETE", CONNECTION, {"projectId": project, "connectionName": NAME})

    assert result["statusCode"] == 409
    assert f'"connectionName":"{NAME}"' in result["body"]


def test_half_of_a_surrogate_pair_does_not_make_an_answer_that_is_not_utf8(api: Client, project: str) -> None:
    result = api.raw("GET", CONNECTIONS, {"projectId": project}, query={"\ud800": "x"})

    assert result["statusCode"] == 400
    assert r'"pointer":"/\ud800"' in result["body"]
    result["body"].encode()
