"""What a function does once, before its first event: import fast, and answer one event before its snapshot is taken.

With SnapStart, Lambda restores every copy of a function from one snapshot. What a first event has to build (schemas of
its route, botocore's endpoint, serializer, signer and parser) is in that snapshot if an event was answered before it.

Nothing that would make copies alike stays behind: no id, no time, no state of `random`, no connection. The client's
credentials stay where botocore put them when it created the client, before any priming: in Lambda they come from the
container's endpoint, and botocore fetches them again in each copy when they are about to expire.

Source: AWS Lambda Developer Guide, "Implement code before or after Lambda function snapshots".
"""

import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import BaseClient

_FIRST_REFUSAL: Final = 400

type Handler = Callable[[dict[str, Any], Any], Mapping[str, Any]]


@contextmanager
def fast_import() -> Iterator[None]:
    """Import modules, and create what lives as long as the process, without collecting garbage.

    A start creates many objects and hardly any garbage. What is there at the end is left out of all later collections.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Rehearsal(NamedTuple):
    """An event, and what DynamoDB replies to its calls: its own JSON, by the name of the operation."""

    event: dict[str, Any]
    replies: Mapping[str, Mapping[str, Any]]


def register_priming(handler: Handler, client: "BaseClient", rehearsal: Callable[[], Rehearsal]) -> None:
    """Have `prime` called before a snapshot is taken. Where Lambda takes none, it is never called."""
    try:
        # Lambda's Python runtime brings it along; no layer of ours does. Other places that run functions may lack it.
        from snapshot_restore_py import register_before_snapshot  # noqa: PLC0415
    except ImportError:
        return
    register_before_snapshot(prime, handler, client, rehearsal)


def prime(handler: Handler, client: "BaseClient", rehearsal: Callable[[], Rehearsal]) -> None:
    """Answer an event whose calls to DynamoDB never leave the process, and discard its log line and its metric.

    If it is refused or fails, one warning is logged, and the first real event builds what it needs.
    """
    failure = None
    context = SimpleNamespace(aws_request_id="priming", get_remaining_time_in_millis=lambda: 25_000)
    try:
        event, replies = rehearsal()
        with _answering(client, replies), _silence():
            status = handler(event, context)["statusCode"]
        failure = f"answered with {status}" if status >= _FIRST_REFUSAL else None
    except Exception as error:  # noqa: BLE001 - a function that is not primed is slower, and works
        failure = type(error).__name__
    if failure:
        logging.getLogger(__name__).warning("The snapshot is not primed: %s", failure)
    gc.collect()
    gc.freeze()


@contextmanager
def _answering(client: "BaseClient", replies: Mapping[str, Mapping[str, Any]]) -> Iterator[None]:
    """Answer each call of the client in its place, by botocore's hook. A reply that is missing is empty."""
    # Imported here because the authorizer imports this module, and has no botocore.
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415
    from botocore.compat import HTTPHeaders  # noqa: PLC0415

    def reply(event_name: str, request: "AWSPreparedRequest", **_: object) -> Any:  # noqa: ANN401 - the stubs want None
        body = json.dumps(replies.get(event_name.rpartition(".")[2], {})).encode()
        return AWSResponse(request.url, 200, HTTPHeaders(), SimpleNamespace(stream=lambda: [body]))

    client.meta.events.register_first("before-send.dynamodb", reply)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb", reply)


@contextmanager
def _silence() -> Iterator[None]:
    """Discard what is written to standard output and standard error, whoever writes it."""
    streams = [sys.stdout, sys.stderr]
    kept = [os.dup(stream.fileno()) for stream in streams]
    try:
        with Path(os.devnull).open("wb") as nothing:
            for stream in streams:
                stream.flush()
                os.dup2(nothing.fileno(), stream.fileno())
        yield
    finally:
        for stream, original in zip(streams, kept, strict=True):
            stream.flush()
            os.dup2(original, stream.fileno())
            os.close(original)
