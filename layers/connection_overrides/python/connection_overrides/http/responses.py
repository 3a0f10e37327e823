"""What routes return: a reply of a type, before it is written out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Response[T](NamedTuple):
    """A status and a body, which is written as JSON unless the content type says otherwise."""

    status: int
    body: T | None = None
    content_type: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
