"""Previews of writes, and the responses that they must have."""

from collections.abc import Mapping
from typing import Final

from support.invariants import read_table
from support.registry import Client, Reply, without

PREVIEW: Final = {"validateOnly": "true"}
_IDS_AND_DATES: Final = ("createdDate", "updatedDate", "projectId", "instance")


def same(preview: Reply, real: Reply) -> None:
    """Assert that the responses are the same but for ids, dates and the mark of a preview."""
    assert preview.status == real.status
    assert preview.headers["Preview"] == "true"
    assert "Preview" not in real.headers
    assert preview.headers.keys() - {"Preview"} == real.headers.keys()
    assert without(preview.body or {}, *_IDS_AND_DATES) == without(real.body or {}, *_IDS_AND_DATES)


class PreviewingClient:
    """A client that sends a preview before each write, and compares the two."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.scopes = client.scopes

    def call(
        self,
        method: str,
        resource: str,
        parameters: Mapping[str, str] | None = None,
        body: object = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        self._client.scopes = self.scopes
        if method == "GET":
            return self._client.call(method, resource, parameters, body, query, headers)
        before = read_table(self._client.client)
        preview = self._client.call(method, resource, parameters, body, {**(query or {}), **PREVIEW}, headers)
        assert read_table(self._client.client) == before
        real = self._client.call(method, resource, parameters, body, query, headers)
        same(preview, real)
        return real
