"""A few histories of requests over HTTP, with tokens of several callers. `make histories` runs many in process."""

from collections.abc import Mapping
from contextlib import ExitStack
from random import Random
from typing import Final
from urllib.parse import quote, urlencode

import pytest
from local.client import Client
from support.histories import Author, History, various_seeds
from support.local_run import LocalRun
from support.registry import Reply

HISTORIES: Final = 4
STEPS: Final = 20


class Callers(ExitStack):
    """The client of the token with the current scopes."""

    scopes = ""

    def __init__(self, service: LocalRun) -> None:
        super().__init__()
        self._service = service
        self._clients: dict[str, Client] = {}

    def call(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        if self.scopes not in self._clients:
            client = Client(self._service.state.api_url, self._service.token(scopes=self.scopes))
            self._clients[self.scopes] = self.enter_context(client)
        path = resource.format_map({name: quote(value, safe="") for name, value in (parameters or {}).items()})
        reply = self._clients[self.scopes].call(method, f"{path}?{urlencode(query or {})}", body, headers)
        # Front ends may change the case of names.
        named = {{"etag": "ETag"}.get(name, name.title()): value for name, value in reply.headers.items()}
        return Reply(reply.status, named, reply.document)


@pytest.mark.parametrize("number", range(HISTORIES))
def test_a_history_of_requests_over_http_follows_the_model(service: LocalRun, number: int) -> None:
    seed = various_seeds(HISTORIES, STEPS, with_keys=True, with_clock=False)[number]
    author = Author(Random(seed), with_keys=True, with_clock=False)
    with Callers(service) as callers:
        history = History(callers, author.beginning())
        for _ in range(STEPS):
            history.apply(author.step(history.model))
        history.check_at_the_end()
