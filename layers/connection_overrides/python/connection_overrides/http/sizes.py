"""How much of a list an answer holds."""

from collections.abc import Iterable
from typing import Final

from connection_overrides.http.json_text import bytes_in_result
from connection_overrides.http.replies import Reply

RESULTS_MAX_BYTES: Final = 5_000_000
"""Of the results in a function's result, which holds 6 MB (AWS Lambda quotas, "Invocation payload").

What else is in it fits into the rest: the names of a matrix's environments, at most 90 of 1,020 bytes, cursor and link.
A single result is far below: the longest are a line of the matrix with 90 cells, and a secret of the report that names
100 effective connections.
"""


def fitting[T: Reply](results: Iterable[T]) -> list[T]:
    """Return the first results, as many as an answer holds, but one at least where there is one."""
    kept: list[T] = []
    size = 0
    for result in results:
        size += bytes_in_result(result.model_dump_json(by_alias=True)) + len(",")
        if kept and size > RESULTS_MAX_BYTES:
            break
        kept.append(result)
    return kept
