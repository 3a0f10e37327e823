"""Writes to DynamoDB: everything that a request changes, in one transaction, all or nothing."""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError

from connection_overrides.context import RequestContext
from connection_overrides.domain.models import Stored
from connection_overrides.errors import Conflict, OutcomeUnknown, ServiceUnavailable
from connection_overrides.store import stored_results
from connection_overrides.store.backoff import backoff
from connection_overrides.store.database import ATTEMPTS, has_time, key_attributes
from connection_overrides.store.faults import CALL_FAILED, IN_PROGRESS, error_code, failed_conditions, write_failed
from connection_overrides.store.items import Row, current_schema, to_attributes, to_values
from connection_overrides.store.keys import Key

TRANSACTION_MAX: Final = 100
"""Actions of one transaction (Amazon DynamoDB Developer Guide, "Quotas")."""

_PLACEHOLDER: Final = re.compile(r"#(\w+)")

type Failure = Exception | Callable[[Sequence[Row | None]], Exception]
"""What a failed condition means: an exception, or a function that returns one for the items that were found instead.

Conditions that share such a function are reported together: it gets the items of all of them that failed.
"""


class Condition(NamedTuple):
    """What must hold when DynamoDB writes. In the expression, `#name` is the attribute of that name."""

    expression: str
    values: Mapping[str, object] = MappingProxyType({})


# Two requests create the same item: the second one's write fails instead of replacing the first one's item.
IS_NEW: Final = Condition("attribute_not_exists(#pk)")
# The item is deleted after it was read: a write must not bring it back.
EXISTS: Final = Condition("attribute_exists(#pk)")


def is_unchanged(item: Stored) -> Condition:
    """Return the condition that the item is still the one that was read."""
    # The item is replaced, or deleted and created again, after it was read: neither change must get lost.
    return Condition("#writeId = :readWriteId", {"readWriteId": item.write_id})


class _Action(NamedTuple):
    request: dict[str, Any]
    failure: Failure


class Transaction:
    """Collects actions, at most one for each item and 100 in all, and carries them out together.

    The first action whose condition fails, in the order of the actions, decides what `commit` raises: Conflict, unless
    the action says otherwise. An item that has
    the request's own write id was written by this very request: the SDK sent the transaction again after the answer
    was lost, so `commit` returns as it would have done.
    """

    def __init__(self, ctx: RequestContext) -> None:
        self._ctx = ctx
        self._actions: list[_Action] = []

    def put(self, key: Key, row: Row, condition: Condition, *, failure: Failure | None = None) -> None:
        """Write a whole item."""
        item = {**key._asdict(), "schema": current_schema(), **row}
        self._add("Put", {"Item": to_attributes(item)}, condition, failure)

    def update(
        self, key: Key, row: Row, condition: Condition, *, removed: Sequence[str] = (), failure: Failure | None = None
    ) -> None:
        """Set attributes of an item and remove others; the rest stays as it is."""
        values = {"schema": current_schema(), **row}
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        if removed:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
        self._add("Update", {"Key": key_attributes(key)}, condition, failure, expression, values)

    def increment(
        self, key: Key, counters: Mapping[str, int], condition: Condition, *, failure: Failure | None = None
    ) -> None:
        """Add to counters of an item; negative numbers subtract."""
        expression = "ADD " + ", ".join(f"#{counter} :{counter}" for counter in counters)
        self._add("Update", {"Key": key_attributes(key)}, condition, failure, expression, counters)

    def add_to_set(self, key: Key, attribute: str, value: str) -> None:
        """Add a text to a set of an item, which is created if it does not exist."""
        self._change_set("ADD", key, attribute, value)

    def remove_from_set(self, key: Key, attribute: str, value: str) -> None:
        """Remove a text from a set of an item."""
        self._change_set("DELETE", key, attribute, value)

    def delete(self, key: Key, condition: Condition | None = None, *, failure: Failure | None = None) -> None:
        """Delete an item; without a condition, whether it exists or not."""
        self._add("Delete", {"Key": key_attributes(key)}, condition, failure)

    def check(self, key: Key, condition: Condition, *, failure: Failure | None = None) -> None:
        """Only check a condition."""
        self._add("ConditionCheck", {"Key": key_attributes(key)}, condition, failure)

    def commit(self, result: Stored | None = None) -> None:
        """Carry out the actions and, for a request with an idempotency key, store its result with them.

        A conflict with another transaction is retried with jitter while time is left (Amazon DynamoDB Developer Guide,
        "Transaction conflict handling"), with a new request token, since that attempt was decided. An attempt that is
        still in progress is not decided, and the SDK has sent it more than once: only its own token tells what becomes
        of it, since a delete, unlike a put, leaves nothing by which it could be recognised.

        Raises what the first failed action says, ServiceUnavailable or OutcomeUnknown.
        """
        if self._ctx.idempotency_key is not None:
            self._store_result(result)
        if not self._actions:
            return
        requests: list[Any] = [action.request for action in self._actions]
        token, in_progress = str(uuid4()), False
        for wait in backoff(ATTEMPTS):
            if not has_time(self._ctx):
                break
            try:
                self._ctx.client.transact_write_items(TransactItems=requests, ClientRequestToken=token)
            except ClientError as error:
                failed = failed_conditions(error)
                if failed:
                    self._raise_first(failed)
                    return
                in_progress = error_code(error) == IN_PROGRESS
                token = token if in_progress else str(uuid4())
            except CALL_FAILED as error:
                raise write_failed(error) from error
            else:
                return
            self._ctx.sleep(wait)
        raise OutcomeUnknown if in_progress else ServiceUnavailable

    def _store_result(self, result: Stored | None) -> None:
        record = stored_results.record_of(self._ctx, result)
        # Two requests with one key are sent at once: the second gets the result of the first, and does nothing.
        unused = Condition("attribute_not_exists(#pk) OR #expiresAt <= :now", {"now": record.now})
        self.put(record.key, record.row, unused, failure=stored_results.already_done)
        self._actions.insert(0, self._actions.pop())

    def _raise_first(self, failed: Mapping[int, Any]) -> None:
        """Raise what the first failed action says, unless this request has written the items itself."""
        if any(item and item.get("writeId") == {"S": self._ctx.write_id} for item in failed.values()):
            return
        failure = self._actions[min(failed)].failure
        if callable(failure):
            together = [item for place, item in failed.items() if self._actions[place].failure is failure]
            raise failure([to_values(item) if item else None for item in together])
        raise failure

    def _change_set(self, verb: str, key: Key, attribute: str, value: str) -> None:
        expression = f"SET #schema = :schema {verb} #{attribute} :members"
        values = {"schema": current_schema(), "members": {value}}
        self._add("Update", {"Key": key_attributes(key)}, None, None, expression, values)

    def _add(  # noqa: PLR0917 - the form of every action
        self,
        operation: str,
        request: dict[str, Any],
        condition: Condition | None,
        failure: Failure | None,
        update: str = "",
        values: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        request["TableName"] = self._ctx.table_name
        if update:
            request["UpdateExpression"] = update
        if condition is not None:
            request["ConditionExpression"] = condition.expression
            request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
            update, values = f"{update} {condition.expression}", {**condition.values, **values}
        if update:
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in _PLACEHOLDER.findall(update)}
        if values:
            request["ExpressionAttributeValues"] = to_attributes({f":{name}": value for name, value in values.items()})
        self._actions.append(_Action({operation: request}, failure or Conflict()))
