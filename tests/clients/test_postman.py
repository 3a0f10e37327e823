"""A Postman collection made from the API document: its requests work once the URL, the token and the project are set.

Optional parameters are not selected on import: example cursors and entity tags would be refused.
"""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from support.generators import GENERATED, run
from support.local_run import LocalRun

type Json = dict[str, Any]

# Each of these deletes, in this order, and finds out if another one already has.
DELETES = {
    "Delete an override": 204,
    "Delete overrides of an environment, all or nothing": 404,
    "Delete a connection": 204,
    "Delete the connection that the query names": 404,
    "Delete an environment": 204,
    "Delete an empty project": 204,
}


def requests(item: Json) -> Iterator[tuple[str, Json]]:
    """Every request of a collection or folder, with its name."""
    for part in item.get("item", ()):
        if "request" in part:
            yield part["name"], part["request"]
        yield from requests(part)


def send(request: Json, run: LocalRun, project_id: str) -> tuple[int, Any]:
    """Send the request, with the values that a user sets, and return its status and body."""
    url = request["url"]
    assert url["host"] == ["{{baseUrl}}"]
    values = {one["key"]: one["value"] for one in url.get("variable", ())} | {"projectId": project_id}
    if ":changeId" in url["path"]:
        history = {**url, "path": url["path"][: url["path"].index(":changeId")], "query": []}
        _, found = send({**request, "method": "GET", "url": history, "body": {}}, run, project_id)
        values["changeId"] = found["results"][0]["changeId"]
    path = "/".join(quote(values[part[1:]] if part.startswith(":") else part, safe="") for part in url["path"])
    query = {one["key"]: one["value"] for one in url.get("query", ()) if not one.get("disabled")}
    headers = {one["key"]: one["value"] for one in request["header"] if not one.get("disabled")}
    if request["auth"]:
        assert request["auth"]["bearer"][0]["value"] == "{{bearerToken}}"
        headers["Authorization"] = f"Bearer {run.token()}"
    address = urlsplit(run.state.api_url)
    with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)) as connection:
        body = request.get("body", {}).get("raw")
        connection.request(request["method"], f"/{path}?{urlencode(query)}", body, headers)
        response = connection.getresponse()
        text = response.read()
        is_json = text and "json" in response.getheader("Content-Type", "")
        return response.status, json.loads(text) if is_json else None


def test_the_requests_of_a_collection_are_accepted_in_its_order(npm: str, service: LocalRun) -> None:
    run(npm, "run", "--silent", "postman")
    collection = json.loads((GENERATED / "postman.json").read_text(encoding="utf-8"))
    sent = dict(requests(collection))
    project_id = ""

    for name, request in sent.items():
        if request["method"] != "DELETE":
            status, body = send(request, service, project_id)
            assert status in {200, 201}, (name, body)
            project_id = body["projectId"] if name == "Create a project" else project_id

    assert {name for name, request in sent.items() if request["method"] == "DELETE"} == set(DELETES)
    assert {name: send(sent[name], service, project_id)[0] for name in DELETES} == DELETES
