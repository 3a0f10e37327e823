"""A client that calls the API's functions as API Gateway does, with a table in process."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from typing import Any, Final
from urllib.parse import quote

from aws_lambda_powertools import Logger
from support.conformance import check_answer
from support.rights import needed
from support.table import TABLE

from connection_overrides.api import effective, registry
from connection_overrides.api.app import App
from connection_overrides.errors import catalogue

PROJECTS: Final = "/v1/projects"
PROJECT: Final = "/v1/projects/{projectId}"
ENVIRONMENTS: Final = PROJECT + "/environments"
CONNECTIONS: Final = PROJECT + "/connections"
OVERRIDES: Final = CONNECTIONS + "/environment-overrides"
ENVIRONMENT: Final = ENVIRONMENTS + "/{environmentName}"
CONNECTION: Final = CONNECTIONS + "/{connectionName}"
OVERRIDE: Final = OVERRIDES + "/{environmentName}/{connectionName}"
EFFECTIVES: Final = CONNECTIONS + "/effective"
EFFECTIVE: Final = EFFECTIVES + "/{environmentName}/{connectionName}"
MATRIX: Final = CONNECTIONS + "/matrix"
OPEN: Final[dict[str, object]] = {"protected": False, "inheritDefaults": True}
PROTECTED: Final[dict[str, object]] = {"protected": True, "inheritDefaults": False}
"""The flags of an environment, which its PUT must state."""

EVERY_SCOPE: Final = "connections:read connections:write environments:protected projects:admin"


@dataclass
class Reply:
    """A response with its parsed body."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def problem(self) -> str | None:
        """The slug of the problem's type, or None if the response is not a problem."""
        is_problem = self.headers.get("Content-Type") == "application/problem+json"
        return self.body["type"].rpartition("/")[2] if is_problem and self.body else None


@dataclass
class Context:
    """A Lambda context with a fixed remaining time."""

    milliseconds: int = 25_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


PROBLEM_TYPES: Final = frozenset(f"/v1/problems/{slug}" for slug in catalogue())
_LOGGERS: Final = count()
RIGHTS: Final[set[str]] = set()
"""The actions on the table that requests of all clients needed."""


class _Watched:
    """The service's DynamoDB client, whose calls are recorded in `RIGHTS`. Calls by the tests themselves are not."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._client, name)
        operation = self._client.meta.method_to_api_mapping.get(name)
        if operation is None:
            return member

        def call(**request: Any) -> Any:
            RIGHTS.update(needed(operation, request))
            return member(**request)

        return call


@dataclass
class Client:
    """A caller of the API."""

    client: Any
    account: str = "acme"
    scopes: str = EVERY_SCOPE
    expires_at: int = 4_000_000_000
    now: datetime = datetime(2026, 1, 31, 12, 0, 0, 123_456, tzinfo=UTC)
    context: Context = field(default_factory=Context)
    project_id: str | None = None
    origin: str | None = None
    docs_page: bool = False
    wait: Callable[[float], None] = lambda _: None
    ids: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._asked = False
        self._stream = StringIO()
        # Loggers with the same service name are the same logger.
        logger = Logger(service=f"client {next(_LOGGERS)}", stream=self._stream)
        client: Any = _Watched(self.client)
        routers = (*effective.routers(docs_page=self.docs_page), *registry.ROUTERS)
        self._app = App(
            routers,
            api=routers,
            client=client,
            table_name=TABLE,
            cursor_key=b"a key of the tests",
            cors_origin=self.origin,
            logger=logger,
            now=lambda: self.now,
            new_id=self._next_id,
            sleep=self.wait,
        )

    @property
    def log(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]

    def _next_id(self) -> str:
        """Return a new ID. The first one of a request is its write ID, the next one a project's."""
        is_write_id, self._asked = not self._asked, True
        if self.project_id is not None and not is_write_id:
            return self.project_id
        return f"{next(self.ids):08x}-0000-4000-8000-000000000000"

    def call(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **changes: object,
    ) -> Reply:
        """Send a request; `changes` replace members of the event."""
        result = self.raw(method, resource, parameters, body, query, headers, **changes)
        assert result["isBase64Encoded"] is False
        reply = Reply(result["statusCode"], result["headers"], json.loads(result["body"]) if result["body"] else None)
        answer = reply.body
        if reply.problem is not None:
            answer = reply.body | {"type": f"/v1/problems/{reply.problem}"}
            assert answer["type"] in PROBLEM_TYPES, reply
        if reply.status != 405:
            sent = body if isinstance(body, dict) else None
            check_answer(method, resource, reply.status, reply.headers, answer, sent)
        return reply

    def raw(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **changes: object,
    ) -> dict[str, Any]:
        """Send a request and return what the function returns."""
        used = {name: value for name, value in (parameters or {}).items() if f"{{{name}}}" in resource}
        raw = {name: quote(value, safe="") for name, value in used.items()}
        path = resource
        for name, value in raw.items():
            path = path.replace(f"{{{name}}}", value)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "multiValueHeaders": {
                "Content-Type": ["application/json"],
                **{name: [value] for name, value in (headers or {}).items()},
            },
            "pathParameters": raw or None,
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} if query else None,
            "requestContext": {
                "requestId": "c0ffee",
                "path": path,
                "authorizer": {
                    "account": self.account,
                    "subject": "auth0|7",
                    "scopes": self.scopes,
                    "expiresAt": str(self.expires_at),
                },
            },
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
        }
        self._asked = False
        return self._app.handle({**event, **changes}, self.context)

    def make_project(self) -> str:
        reply = self.call("POST", PROJECTS, body={"name": "Sales"})
        assert reply.status == 201, reply
        return str(reply.body["projectId"])

    def make_environment(self, project_id: str, name: str = "PROD", **members: object) -> None:
        query = {"allowSharedSecret": "true"}
        reply = self.call("POST", ENVIRONMENTS, {"projectId": project_id}, {"name": name, **members}, query)
        assert reply.status == 201, reply

    def make_connection(self, project_id: str, name: str = "Salesforce", **members: object) -> None:
        reply = self.call("POST", CONNECTIONS, {"projectId": project_id}, connection_body(name, **members))
        assert reply.status == 201, reply

    def make_override(
        self,
        project_id: str,
        environment: str = "PROD",
        connection: str = "Salesforce",
        secret: str | None = None,
        **query: str,
    ) -> Reply:
        body = override_body(environmentName=environment, connectionName=connection)
        if secret is not None:
            body["connectionOverrides"] = {"connectionProperties": {"secretName": secret}}
        return self.call("POST", OVERRIDES, {"projectId": project_id}, body, query)


def as_replaced(item: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the item as it is after a replacement while the clock stands still: each change is a millisecond later."""
    date = datetime.fromisoformat(item["updatedDate"]) + timedelta(milliseconds=1)
    updated = date.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {**item, **(changes or {}), "revision": item["revision"] + 1, "updatedDate": updated}


def without(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return the body without these members."""
    return {name: value for name, value in body.items() if name not in names}


def connection_body(name: str = "Salesforce", **members: object) -> dict[str, object]:
    """Return the body of a connection's create."""
    return {
        "name": name,
        "platformConnectionType": "COMPONENT_BASIC",
        "authProvider": "NONE",
        "authType": "GENERIC_SECRET",
        "connectionDetails": {"connectionProperties": {"secretName": "dev-salesforce"}},
        **members,
    }


def override_body(**members: object) -> dict[str, object]:
    """Return the body of an override's create."""
    return {
        "environmentName": "PROD",
        "connectionName": "Salesforce",
        "authType": "GENERIC_SECRET",
        "connectionOverrides": {
            "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
            "connectionProperties": {"secretName": "prod-salesforce-credentials", "secretKey": "apiKey"},
        },
        **members,
    }
