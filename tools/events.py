"""Generate the events of the API's functions from `events/events.yaml`: `python -m tools.events`."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from local.event_data import ACCOUNT, PROJECT_ID
from samtranslator.yaml_helper import yaml_parse

from connection_overrides.caller import Scope

EVENTS: Final = Path(__file__).parents[1] / "events"
CALLER: Final = {
    "principalId": "developer",
    "account": ACCOUNT,
    "subject": "developer",
    "scopes": " ".join(sorted(Scope)),
    "expiresAt": "4102444800",
}
"""The context from the authorizer."""

type Json = dict[str, Any]


def rendered() -> Iterator[tuple[Path, str]]:
    """Yield the path and the content of each event file."""
    table = yaml_parse((EVENTS / "events.yaml").read_text(encoding="utf-8"))
    for function, requests in table.items():
        for name, request in requests.items():
            event = json.dumps(_event(name, request), indent=2, ensure_ascii=False)
            yield EVENTS / function / f"{name}.json", event + "\n"


def _event(name: str, request: Json) -> Json:
    """Return the event that API Gateway sends for a request."""
    method, resource = request["request"].split(" ")
    known = {"projectId": PROJECT_ID} if "{projectId}" in resource else {}
    parameters: dict[str, str] = known | request.get("parameters", {})
    path = resource.replace("{proxy+}", "{proxy}").format_map(parameters)
    body = request.get("body")
    if isinstance(body, dict):
        body = json.dumps(body)
    headers = {"Accept": "application/json"} | ({} if body is None else {"Content-Type": "application/json"})
    headers |= request.get("headers", {})
    query = request.get("query")
    caller = request.get("caller", {})
    context = {
        "resourcePath": resource,
        "httpMethod": method,
        "path": f"/live{path}",
        "stage": "live",
        "apiId": "local",
        "accountId": "000000000000",
        "requestId": str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        "protocol": "HTTP/1.1",
        "identity": {"sourceIp": "127.0.0.1"},
    }
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": _as_lists(headers),
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and _as_lists(query),
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": context if caller is None else context | {"authorizer": CALLER | caller},
        "body": body,
        "isBase64Encoded": False,
    }


def _as_lists(values: dict[str, str]) -> dict[str, list[str]]:
    return {name: [value] for name, value in values.items()}


if __name__ == "__main__":
    for file, content in rendered():
        file.write_text(content, encoding="utf-8")
