"""If-Match, when another client changes the item after the write has read it: the other client's update is not lost."""

from typing import Any

import pytest
from support.registry import (
    CONNECTION,
    ENVIRONMENT,
    OPEN,
    OVERRIDE,
    PROJECT,
    Client,
    Reply,
    override_body,
    without,
)

NAMES = {"environmentName": "PROD", "connectionName": "Salesforce"}
BODIES: dict[str, object] = {
    PROJECT: {"name": "Sales"},
    ENVIRONMENT: OPEN,
    CONNECTION: {},
    OVERRIDE: without(override_body(), *NAMES),
}


@pytest.fixture
def names(api: Client, item: str) -> dict[str, str]:
    """The names of an item without dependents, which can be deleted."""
    project = api.make_project()
    if item in {ENVIRONMENT, OVERRIDE}:
        api.make_environment(project)
    if item in {CONNECTION, OVERRIDE}:
        api.make_connection(project)
    if item == OVERRIDE:
        assert api.make_override(project).status == 201
    return {"projectId": project, **NAMES}


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("item", BODIES)
def test_a_write_whose_item_is_replaced_after_if_match_was_checked_is_412_and_the_replacement_stays(
    api: Client, names: dict[str, str], concurrently: Any, item: str, method: str
) -> None:
    replacements: list[Reply] = []

    def replace(other: Client) -> Reply:
        replacements.append(other.call("PUT", item, names, BODIES[item]))
        return replacements[0]

    tag = api.call("GET", item, names).headers["ETag"]
    concurrently(replace)

    body = BODIES[item] if method == "PUT" else None
    reply = api.call(method, item, names, body, headers={"If-Match": tag})

    current = api.call("GET", item, names)
    assert (reply.status, reply.problem) == (412, "precondition-failed")
    assert (current.headers["ETag"], current.body) == (replacements[0].headers["ETag"], replacements[0].body)


def test_deleting_a_connection_that_is_replaced_and_overridden_after_if_match_was_checked_is_412(
    api: Client, project: str, concurrently: Any
) -> None:
    names = {"projectId": project, **NAMES}
    tag = api.call("GET", CONNECTION, names).headers["ETag"]
    concurrently(
        lambda other: other.make_override(project),
        lambda other: other.call("PUT", CONNECTION, names, BODIES[CONNECTION]),
    )

    reply = api.call("DELETE", CONNECTION, names, headers={"If-Match": tag})

    assert (reply.status, reply.problem) == (412, "precondition-failed")
