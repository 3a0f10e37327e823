"""What routes return: a reply of a type, before it is written out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Response[T]:
    """A status and a body, which is written as JSON unless the content type says otherwise."""

    status: int
    body: T | None = None
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
