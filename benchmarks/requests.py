"""Requests that are measured, and those that make the project that they speak of."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

_PROJECTS: Final = "/v1/projects"
_ENVIRONMENTS: Final = "/v1/projects/{projectId}/environments"
_CONNECTIONS: Final = "/v1/projects/{projectId}/connections"
_CONNECTION: Final = _CONNECTIONS + "/{connectionName}"
_OVERRIDES: Final = _CONNECTIONS + "/environment-overrides"
_OVERRIDE: Final = _OVERRIDES + "/{environmentName}/{connectionName}"
_PAGE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of a client, and the status that it must be answered with."""

    name: str = ""
    function: str = "registry"
    method: str
    resource: str
    names: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    status: int = 200

    def event(self, template: Mapping[str, Any], project_id: str) -> bytes:
        """Return the event of API Gateway, made from one of the same build, which has its caller."""
        event: dict[str, Any] = copy.deepcopy(dict(template))
        names = {"projectId": project_id, **self.names} if "{projectId}" in self.resource else {}
        path = self.resource.format_map({name: quote(value, safe="") for name, value in names.items()})
        event |= {
            "resource": self.resource,
            "path": path,
            "httpMethod": self.method,
            "pathParameters": names or None,
            "queryStringParameters": self.query,
            "multiValueQueryStringParameters": None
            if self.query is None
            else {name: [value] for name, value in self.query.items()},
            "body": None if self.body is None else json.dumps(self.body),
        }
        event["requestContext"] |= {
            "resourcePath": self.resource,
            "httpMethod": self.method,
            "path": f"/{event['requestContext']['stage']}{path}",
        }
        return json.dumps(event).encode()


def _connection(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
        "connectionDetails": {"connectionProperties": {"secretName": f"dev-{name}-credentials"}},
    }


def _override(name: str) -> dict[str, Any]:
    return {
        "environmentName": "PROD",
        "connectionName": name,
        "authType": "GENERIC_SECRET",
        "connectionOverrides": {
            "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
            "connectionProperties": {"secretName": f"prod-{name}-credentials", "secretKey": "apiKey"},
        },
    }


def _named(name: str) -> dict[str, str]:
    return {"environmentName": "PROD", "connectionName": name}


CREATE_PROJECT: Final = Call(method="POST", resource=_PROJECTS, body={"name": "Sales"}, status=201)

_NAMES: Final = [f"Connection-{number:02}" for number in range(_PAGE + 15)]
PROJECT: Final = [
    *(
        Call(
            method="POST",
            resource=_ENVIRONMENTS,
            body={"name": name, "protected": name == "LIVE", "inheritDefaults": name != "LIVE"},
            status=201,
        )
        for name in ("DEV", "TEST", "PROD", "LIVE")
    ),
    *(
        Call(method="POST", resource=_CONNECTIONS, body=_connection(name), status=201)
        for name in (*_NAMES, "Salesforce", "Marketo")
    ),
    *(
        Call(method="POST", resource=_OVERRIDES, body=_override(name), status=201)
        for name in (*_NAMES[: _PAGE + 5], "Marketo")
    ),
]
"""Four environments, one of them protected, 42 connections, and 31 overrides in PROD."""

CREATE: Final = Call(
    name="create an override", method="POST", resource=_OVERRIDES, body=_override("Salesforce"), status=201
)
GET_EFFECTIVE: Final = Call(
    name="get an effective connection",
    function="effective",
    method="GET",
    resource=_CONNECTIONS + "/effective/{environmentName}/{connectionName}",
    names=_named("Marketo"),
)
CALLS: Final = [
    CREATE,
    Call(name="replace it", method="PUT", resource=_OVERRIDES, body=_override("Salesforce")),
    Call(name="get it", method="GET", resource=_OVERRIDE, names=_named("Salesforce")),
    GET_EFFECTIVE,
    Call(
        name="get one that falls back to its default",
        function="effective",
        method="GET",
        resource=GET_EFFECTIVE.resource,
        names={"environmentName": "TEST", "connectionName": "Marketo"},
    ),
    Call(name="list a page of overrides", method="GET", resource=_OVERRIDES, query={"environmentName": "PROD"}),
    Call(name="list a page of connections", method="GET", resource=_CONNECTIONS),
    Call(
        name="list a page of effective connections",
        function="effective",
        method="GET",
        resource=_CONNECTIONS + "/effective",
        query={"environmentName": "PROD"},
    ),
    Call(name="get a page of the matrix", function="effective", method="GET", resource=_CONNECTIONS + "/matrix"),
    Call(name="delete the override", method="DELETE", resource=_OVERRIDE, names=_named("Salesforce"), status=204),
    Call(name="create a connection", method="POST", resource=_CONNECTIONS, body=_connection("New"), status=201),
    Call(
        name="replace it",
        method="PUT",
        resource=_CONNECTION,
        names={"connectionName": "New"},
        body={"connectionDetails": {"connectionProperties": {"secretName": "other-credentials"}}},
    ),
    Call(name="delete it", method="DELETE", resource=_CONNECTION, names={"connectionName": "New"}, status=204),
]
"""In this order. Pages have 25 lines, as when a client says nothing else. They leave the project as it was."""
