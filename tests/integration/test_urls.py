"""URLs in responses: they work behind a stage, a custom domain name, and any base path."""

from typing import Any

import pytest
from support.registry import ENVIRONMENT, ENVIRONMENTS, EVERY_SCOPE, Client

CALLER = {"account": "acme", "subject": "auth0|7", "scopes": EVERY_SCOPE, "expiresAt": "4000000000"}

PROBLEMS = "/v1/problems"

BASES = pytest.mark.parametrize(
    ("base", "of_the_domain"),
    [
        pytest.param("", False, id="a custom domain name"),
        pytest.param("/live", False, id="a stage"),
        # Then `path` includes the base path as well.
        pytest.param("/base", True, id="a base path"),
        pytest.param("/v1", True, id="the base path v1"),
        pytest.param("/a/v1/b", True, id="a base path that contains v1"),
    ],
)


def behind(base: str, resource: str, project: str, *, of_the_domain: bool) -> dict[str, Any]:
    """The members of an event for a resource behind that base path."""
    path = resource.replace("{projectId}", project)
    context = {"requestId": "c0ffee", "path": base + path, "authorizer": CALLER}
    return {"path": base + path if of_the_domain else path, "requestContext": context}


@BASES
def test_the_location_of_a_conflict_leads_to_the_existing_item(
    api: Client,
    project: str,
    base: str,
    of_the_domain: bool,  # noqa: FBT001 # a case of the table
) -> None:
    place = behind(base, ENVIRONMENTS, project, of_the_domain=of_the_domain)

    made = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "v1"}, **place)
    refused = api.call("POST", ENVIRONMENTS, {"projectId": project}, {"name": "v1"}, **place)

    address = ENVIRONMENT.format(projectId=project, environmentName="v1")
    assert (made.status, refused.status) == (201, 409)
    assert made.headers["Location"] == refused.headers["Location"] == base + address
    assert refused.body["type"] == base + "/v1/problems/environment-already-exists"


@BASES
def test_the_link_to_the_next_page_works_and_its_cursor_also_behind_another_base_path(
    api: Client,
    project: str,
    base: str,
    of_the_domain: bool,  # noqa: FBT001 # a case of the table
) -> None:
    api.make_environment(project, "TEST")
    place = behind(base, ENVIRONMENTS, project, of_the_domain=of_the_domain)

    first = api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"limit": "1"}, **place)

    cursor = first.body["nextCursor"]
    address = ENVIRONMENTS.format(projectId=project)
    assert first.headers["Link"] == f'<{base}{address}?limit=1&cursor={cursor}>; rel="next"'
    assert api.call("GET", ENVIRONMENTS, {"projectId": project}, query={"cursor": cursor}).status == 200


@BASES
def test_the_type_of_an_unknown_path_leads_to_its_explanation(
    api: Client,
    base: str,
    of_the_domain: bool,  # noqa: FBT001 # a case of the table
) -> None:
    place = behind(base, "/v1/nothing/here", "", of_the_domain=of_the_domain)

    reply = api.call("GET", "/{proxy+}", pathParameters={"proxy": "v1/nothing/here"}, **place)

    assert (reply.status, reply.body["type"]) == (404, f"{base}{PROBLEMS}/route-not-found")


@BASES
def test_the_catalogue_has_the_types_of_responses(
    api: Client,
    base: str,
    of_the_domain: bool,  # noqa: FBT001 # a case of the table
) -> None:
    place = behind(base, PROBLEMS, "", of_the_domain=of_the_domain)
    slug = "override-already-exists"
    problem = behind(base, f"{PROBLEMS}/{slug}", "", of_the_domain=of_the_domain)

    found = {one["type"] for one in api.call("GET", PROBLEMS, **place).body["results"]}
    one = api.call("GET", PROBLEMS + "/{slug}", {"slug": slug}, **problem).body

    assert {type_.rpartition("/")[0] for type_ in found} == {base + PROBLEMS}
    assert one["type"] == one["example"]["type"] == f"{base}{PROBLEMS}/{slug}"
    assert one["type"] in found
