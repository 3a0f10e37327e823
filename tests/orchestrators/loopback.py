"""A service, an issuer of tokens and a vault on loopback, which answer as their documentation says."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from uuid import uuid4

TOKEN: Final = "token of the pipeline"
CLIENT_SECRET: Final = "secret of the client"
_EFFECTIVE: Final = re.compile(r"/v1/projects/([^/]+)/connections/effective/([^/]+)/([^/]+)")


@dataclass
class Platform:
    """A project with the environment PROD, and AWS Secrets Manager.

    `connections` are effective connections by their names, None for one that is not configured. `asked` are the names
    that the service was asked for. `status` is that of all the service's answers, if set.
    """

    url: str
    project: str = field(default_factory=lambda: str(uuid4()))
    connections: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    status: int | None = None

    def add(self, name: str, secret: str) -> None:
        """Configure a connection whose secret has that content."""
        self.secrets[f"prod/{name}"] = secret
        self.refer(name, {"secretName": f"prod/{name}"})

    def refer(self, name: str, properties: dict[str, Any], **members: Any) -> None:
        """Configure a connection. `members` are others of its effective connection."""
        self.connections[name] = {
            "projectId": self.project,
            "environmentName": "PROD",
            "name": name,
            "platformConnectionType": "COMPONENT_BASIC",
            "authProvider": "NONE",
            "authType": "GENERIC_SECRET",
            "source": "OVERRIDE",
            "reference": {
                "secretsLocation": {"type": "AWS_SECRET_MANAGER", "region": "us-east-1"},
                "connectionProperties": properties,
            },
            "revision": 1,
            **members,
        }

    def effective(self, project: str, environment: str, name: str) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of the service's answer."""
        self.asked.append(name)
        if self.status is not None:
            return self.status, {"type": "/v1/problems/internal-error", "title": "Internal error"}
        if (project, environment) != (self.project, "PROD") or name not in self.connections:
            return 404, {"type": "/v1/problems/connection-not-found", "title": "Connection not found"}
        found = self.connections[name]
        if found is None:
            return 404, {"type": "/v1/problems/connection-not-configured", "title": "Connection not configured"}
        return 200, found

    def secret(self, name: str) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of the vault's answer."""
        if name not in self.secrets:
            return 400, {"__type": "ResourceNotFoundException"}
        return 200, {"Name": name, "SecretString": self.secrets[name]}


class _Handler(BaseHTTPRequestHandler):
    platform: Platform

    def do_GET(self) -> None:
        if self.path == "/.well-known/openid-configuration":
            self._answer(200, {"issuer": self.platform.url, "token_endpoint": f"{self.platform.url}/token"})
            return
        match = _EFFECTIVE.fullmatch(self.path)
        if match is None or self.headers["Authorization"] != f"Bearer {TOKEN}":
            self._answer(401, {"type": "/v1/problems/unauthorized", "title": "Unauthorized"})
        else:
            self._answer(*self.platform.effective(*match.groups()))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            _, _, secret = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode().partition(":")
            is_known = secret == CLIENT_SECRET.replace(" ", "+")
            granted = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 300}
            self._answer(200 if is_known else 401, granted if is_known else {})
        else:
            self._answer(*self.platform.secret(json.loads(body)["SecretId"]))

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def running() -> Iterator[Platform]:
    """Run a project without connections, and an empty vault."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Handler.platform = Platform(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Handler.platform
        server.shutdown()
        thread.join()
