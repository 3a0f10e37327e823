"""Faults of the table, injected before or after the client's calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from botocore.exceptions import ClientError, ReadTimeoutError
from support.rows import Key, key_of_action

TRANSACTION: Final = "TransactWriteItems"


@dataclass(frozen=True)
class Cancelled:
    """A cancelled transaction: the reason of one action, given by its position or its key, and of all others."""

    code: str
    at: int | Key = 0
    others: str = "None"

    def error(self, request: dict[str, Any]) -> ClientError:
        keys = [key_of_action(item) for item in request["TransactItems"]]
        codes = [self.others] * len(keys)
        codes[self.at if isinstance(self.at, int) else keys.index(self.at)] = self.code
        return cancelled(*codes)


type Call = Callable[[str, dict[str, Any]], dict[str, Any]]
type Fault = Exception | Cancelled | Callable[[], None] | None


class Faults:
    """Between the client and the table: `before` can raise, `after` can raise once the call has taken effect."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.before: dict[str, list[Fault]] = {}
        self.after: dict[str, list[Fault]] = {}
        self.calls: list[str] = []
        self.requests: list[dict[str, Any]] = []

    def __call__(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(operation)
        self.requests.append(request)
        self._next(self.before, operation, request)
        reply = self.call(operation, request)
        self._next(self.after, operation, request)
        return reply

    def transactions(self) -> list[dict[str, Any]]:
        """Return the requests for transactions so far."""
        pairs = zip(self.calls, self.requests, strict=True)
        return [request for operation, request in pairs if operation == TRANSACTION]

    def forget(self) -> None:
        """Forget all calls so far."""
        self.calls.clear()
        self.requests.clear()

    def send_twice(self) -> None:
        """Send every transaction twice, as the SDK does when the first reply is lost. The second reply counts."""
        call = self.call

        def twice(operation: str, request: dict[str, Any]) -> dict[str, Any]:
            if operation == TRANSACTION:
                call(operation, request)
            return call(operation, request)

        self.call = twice

    def honour_request_tokens(self) -> None:
        """Apply a transaction once per request token, as DynamoDB does and the table in process does not.

        Source: Amazon DynamoDB API Reference, TransactWriteItems, `ClientRequestToken`. Only successful transactions
        are remembered.
        """
        call, done = self.call, dict[str, dict[str, Any]]()

        def once(operation: str, request: dict[str, Any]) -> dict[str, Any]:
            token = request.get("ClientRequestToken")
            if operation != TRANSACTION or token is None:
                return call(operation, request)
            if token not in done:
                done[token] = call(operation, request)
            return done[token]

        self.call = once

    def leave_keys_unprocessed(self) -> None:
        """Return one key of every batch, and leave the rest unprocessed."""
        call = self.call

        def one_at_a_time(operation: str, request: dict[str, Any]) -> dict[str, Any]:
            if operation != "BatchGetItem":
                return call(operation, request)
            ((table, asked),) = request["RequestItems"].items()
            first, *rest = asked["Keys"]
            reply = call(operation, {"RequestItems": {table: {**asked, "Keys": [first]}}})
            return {**reply, "UnprocessedKeys": {table: {"Keys": rest}} if rest else {}}

        self.call = one_at_a_time

    @staticmethod
    def _next(plan: dict[str, list[Fault]], operation: str, request: dict[str, Any]) -> None:
        fault = plan[operation].pop(0) if plan.get(operation) else None
        if isinstance(fault, Cancelled):
            raise fault.error(request)
        if isinstance(fault, Exception):
            raise fault
        if fault is not None:
            fault()


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "arn:aws:dynamodb:secret"}}, "Operation")


def cancelled(*codes: str) -> ClientError:
    """Return the error of a cancelled transaction with a reason for each of its actions."""
    response: Any = {
        "Error": {"Code": "TransactionCanceledException", "Message": ""},
        "CancellationReasons": [{"Code": code} for code in codes],
    }
    return ClientError(response, "TransactWriteItems")


LOST = ReadTimeoutError(endpoint_url="http://table")
