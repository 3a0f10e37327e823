"""Functions that share a process, as they do in the race tests, do not share their requests."""

from typing import Any

from support.registry import OVERRIDES, PROJECTS, Client


class Interrupted(dict[str, str]):
    """Path parameters. Before they are read, another function handles a complete request."""

    def __init__(self, parameters: dict[str, str], other: Client) -> None:
        super().__init__(parameters)
        self.other = other

    def items(self) -> Any:
        assert self.other.call("GET", PROJECTS).status == 200
        return super().items()


def test_a_request_keeps_its_query_while_another_function_handles_one(api: Client, project: str) -> None:
    api.make_override(project)
    parameters = Interrupted({"projectId": project}, Client(api.client))

    listed = api.call(
        "GET", OVERRIDES, {"projectId": project}, query={"environmentName": "PROD"}, pathParameters=parameters
    )

    assert listed.status == 200
    assert [override["name"] for override in listed.body["results"]] == ["Salesforce"]
