"""`run.json`: the running service, for other commands."""

import json
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from local.issuer import SigningKey, mint
from local.settings import StateFiles


class NotRunningError(Exception):
    """No local run of this checkout uses the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"no local run on port {port}; start one with: make run PORT={port}")


@dataclass(frozen=True, slots=True)
class RunState:
    """A running service."""

    api_url: str
    issuer: str
    audience: str
    jwks_url: str
    dynamodb_url: str
    table: str
    keys: tuple[SigningKey, ...]
    pid: int

    def signed_by(self, key: SigningKey) -> Self:
        """Return the same state, with tokens signed with `key`."""
        return replace(self, keys=(key, *(other for other in self.keys if other != key)))

    def token(self, *, account: str, scopes: str, subject: str = "developer") -> str:
        """Return a token that the running service accepts."""
        return mint(
            self.keys[0],
            issuer=self.issuer,
            audience=self.audience,
            account=account,
            scopes=scopes,
            subject=subject,
        )

    def write(self, path: Path) -> None:
        """Write the file atomically, readable only by its owner."""
        document = {
            "apiUrl": self.api_url,
            "issuer": self.issuer,
            "audience": self.audience,
            "jwksUrl": self.jwks_url,
            "dynamoDbUrl": self.dynamodb_url,
            "table": self.table,
            "keys": [{"kid": key.kid, "alg": key.alg, "privateKeyPath": str(key.path)} for key in self.keys],
            "pid": self.pid,
        }
        unfinished = path.with_suffix(f".{self.pid}")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
        unfinished.replace(path)

    @classmethod
    def read(cls, state_dir: Path, port: int) -> Self:
        """Return the state of the service on `port`.

        Raises:
            NotRunningError: the file does not exist, or its process has ended.

        """
        try:
            document = json.loads(StateFiles.of_run(state_dir, port).run.read_text(encoding="utf-8"))
            os.kill(document["pid"], 0)
        except (FileNotFoundError, ProcessLookupError) as error:
            raise NotRunningError(port) from error
        return cls(
            api_url=document["apiUrl"],
            issuer=document["issuer"],
            audience=document["audience"],
            jwks_url=document["jwksUrl"],
            dynamodb_url=document["dynamoDbUrl"],
            table=document["table"],
            keys=tuple(SigningKey(key["kid"], key["alg"], Path(key["privateKeyPath"])) for key in document["keys"]),
            pid=document["pid"],
        )


def remove(path: Path, pid: int) -> None:
    """Remove the file, unless a later run has replaced it."""
    try:
        owner = json.loads(path.read_text(encoding="utf-8"))["pid"]
    except FileNotFoundError:
        return
    if owner == pid:
        path.unlink()
