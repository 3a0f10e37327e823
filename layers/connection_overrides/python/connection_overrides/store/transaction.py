"""Writes to DynamoDB: everything that a request changes, in one transaction, all or nothing."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError
from pydantic.alias_generators import to_camel

from connection_overrides.context import IdempotencyKey, RequestContext
from connection_overrides.domain.base import from_milliseconds, to_milliseconds
from connection_overrides.domain.models import Stored
from connection_overrides.errors import Conflict, OutcomeUnknown, ServiceUnavailable
from connection_overrides.store import history, stored_results
from connection_overrides.store.database import ATTEMPTS, backoff, has_time, key_attributes
from connection_overrides.store.faults import CALL_FAILED, IN_PROGRESS, error_code, failed_conditions, write_failed
from connection_overrides.store.history import ItemChange
from connection_overrides.store.items import Attributes, Row, current_schema, to_attributes, to_row, to_values
from connection_overrides.store.keys import Key, key_of
from connection_overrides.store.stored_results import Result

TRANSACTION_MAX: Final = 100
"""Actions of one transaction (Amazon DynamoDB Developer Guide, "Quotas")."""

_MOMENT: Final = 0
"""Stands for the time of the change until that is known."""

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

    Each item that is created, replaced or deleted takes one more action, its entry in the history, and all of them
    together another one, the project's change. An override that is to expire takes two more when it is written, and two
    when it is replaced or deleted before: its expiry is recorded ahead. The first action whose condition fails, in the
    order of the actions, decides what `commit` raises: Conflict, unless the action says otherwise. An item that has the
    request's own write id was written by this very request: the SDK sent the transaction again after the response was
    lost, so `commit` returns as it would have done.
    """

    def __init__(self, ctx: RequestContext) -> None:
        self._ctx = ctx
        self._actions: list[_Action] = []
        self._changes: list[ItemChange] = []

    def create(self, item: Stored, *, failure: Failure) -> None:
        """Write an item that must not exist."""
        attributes = self.put_row(key_of(self._ctx.caller.account, item), to_row(item), IS_NEW, failure=failure)
        self._changes.append(ItemChange(None, item, attributes))

    def create_over(self, item: Stored, expired: Stored) -> None:
        """Write an item that exists no more, in place of its row, which must not have changed since it was read."""
        attributes = self.put_row(key_of(self._ctx.caller.account, item), to_row(item), is_unchanged(expired))
        self._changes.append(ItemChange(None, item, attributes))

    def replace(self, item: Stored, current: Stored) -> None:
        """Write an item in place of the current one, which must not have changed since it was read."""
        attributes = self.put_row(key_of(self._ctx.caller.account, item), to_row(item), is_unchanged(current))
        self._changes.append(ItemChange(current, item, attributes))

    def put_row(self, key: Key, row: Row, condition: Condition, *, failure: Failure | None = None) -> Attributes:
        """Write a row that is no item of its own, and return its attributes without the key."""
        attributes = to_attributes({"schema": current_schema(), **row})
        self._add("Put", {"Item": {**key_attributes(key), **attributes}}, condition, failure)
        return attributes

    def update(self, item: Stored, current: Stored, kept: Collection[str]) -> None:
        """Do as `replace` does, except for the attributes of `kept`, which stay as they are."""
        row = {name: value for name, value in to_row(item).items() if name not in kept}
        removed = [name for name in map(to_camel, type(item).model_fields) if name not in row and name not in kept]
        values = {"schema": current_schema(), **row}
        expression = "SET " + ", ".join(f"#{name} = :{name}" for name in values)
        if removed:
            expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
        self._add("Update", self._key(item), is_unchanged(current), None, expression, values)
        attributes = to_attributes({"schema": current_schema(), **to_row(item)})
        self._changes.append(ItemChange(current, item, attributes))

    def increment(
        self, parent: Stored | Key, counters: Mapping[str, int], condition: Condition, *, failure: Failure | None = None
    ) -> None:
        """Add to counters of the parent of what is created, or subtract from them for what is deleted.

        An item that is created again must be younger than its deletion, also if a clock was set back. So the parent
        remembers the time of the last deletion, and what is created has a later one.
        """
        deletes = any(number < 0 for number in counters.values())
        expression = "ADD " + ", ".join(f"#{counter} :{counter}" for counter in counters)
        expression += " SET #lastDeletion = :moment" if deletes else ""
        # A clock runs behind, or another item of the parent was deleted after this change began.
        follows = f"(attribute_not_exists(#lastDeletion) OR #lastDeletion {'<=' if deletes else '<'} :moment)"
        ordered = Condition(f"{condition.expression} AND {follows}", {**condition.values, "moment": _MOMENT})
        self._add("Update", self._key(parent), ordered, self._unless_too_early(failure), expression, counters)

    def change_sets(self, key: Key, value: str, memberships: Mapping[str, bool]) -> None:
        """Make a text a member of sets of a row, or no member. The row is created if it does not exist."""
        expression = "SET #schema = :schema"
        for verb, wanted in (("ADD", True), ("DELETE", False)):
            if names := [name for name, is_member in memberships.items() if is_member is wanted]:
                expression += f" {verb} " + ", ".join(f"#{name} :members" for name in names)
        self._add("Update", self._key(key), None, None, expression, {"schema": current_schema(), "members": {value}})

    def delete(self, item: Stored, condition: Condition) -> None:
        """Delete an item."""
        self.delete_row(key_of(self._ctx.caller.account, item), condition)
        self._changes.append(ItemChange(item, None, None))

    def delete_row(self, key: Key, condition: Condition | None = None) -> None:
        """Delete a row that is no item of its own; without a condition, whether it exists or not."""
        self._add("Delete", self._key(key), condition)

    def check(self, target: Stored | Key, condition: Condition, *, failure: Failure | None = None) -> None:
        """Only check a condition."""
        self._add("ConditionCheck", self._key(target), condition, failure)

    def commit(self, result: Result = None) -> None:
        """Carry out the actions, and what records them: history, and the result of a request with an idempotency key.

        A request that is only to be validated ends here. Raises what the first failed action says, Conflict if an
        override has expired since it was read, ServiceUnavailable or OutcomeUnknown.
        """
        moment = history.moment_of(self._ctx, self._changes)
        if any(change.comes_too_late(moment) for change in self._changes):
            self._ctx.follow(moment)
            raise Conflict
        if self._ctx.validate_only:
            return
        if self._changes:
            self._record_changes(moment)
        if self._ctx.idempotency_key is not None:
            self._store_result(self._ctx.idempotency_key, result)
        if self._actions:
            self._send()

    def commit_unrecorded(self) -> None:
        """Carry out actions that no client can tell, with nothing to record them. Raises what `commit` does."""
        if not self._ctx.validate_only:
            self._date(history.moment_of(self._ctx, self._changes))
            self._send()

    def _send(self) -> None:
        """Send the transaction until it is decided.

        A conflict with another transaction is retried with jitter while time is left (Amazon DynamoDB Developer Guide,
        "Transaction conflict handling"), with a new request token, since that attempt was decided. An attempt that is
        still in progress is not decided, and the SDK has sent it more than once: only its own token tells what becomes
        of it, since a delete, unlike a put, leaves nothing by which it could be recognised.
        """
        requests: list[Any] = [action.request for action in self._actions]
        token, in_progress = str(uuid4()), False
        for attempt in range(ATTEMPTS):
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
            self._ctx.sleep(backoff(attempt))
        raise OutcomeUnknown if in_progress else ServiceUnavailable

    def _date(self, moment: datetime) -> None:
        for action in self._actions:
            [request] = action.request.values()
            if ":moment" in request.get("ExpressionAttributeValues", ()):
                request["ExpressionAttributeValues"] |= to_attributes({":moment": to_milliseconds(moment)})

    def _record_changes(self, moment: datetime) -> None:
        self._date(moment)
        for key, attributes in history.rows_of(self._ctx, self._changes, moment):
            self._add("Put", {"Item": {**key_attributes(key), **attributes}}, None)
        for key in history.prevented_expiries(self._ctx, self._changes):
            self.delete_row(key)

    def _unless_too_early(self, failure: Failure | None) -> Failure:
        """Return the failure of a change of a parent; Conflict if the parent's last deletion has a later time."""

        def failed(rows: Sequence[Row | None]) -> Exception:
            [row] = rows
            last_deletion = from_milliseconds(0 if row is None else int(row.get("lastDeletion", 0)))
            if last_deletion >= history.moment_of(self._ctx, self._changes):
                self._ctx.follow(last_deletion)
                return Conflict()
            if callable(failure):
                return failure(rows)
            return failure or Conflict()

        return failed

    def _store_result(self, key: IdempotencyKey, result: Result) -> None:
        record = stored_results.record_of(self._ctx, key, result)
        # Two requests with one key are sent at once: the second gets the result of the first, and does nothing.
        unused = Condition("attribute_not_exists(#pk) OR #expiresAt <= :now", {"now": record.now})
        self.put_row(record.key, record.row, unused, failure=stored_results.already_done)
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

    def _key(self, target: Stored | Key) -> dict[str, Any]:
        key = target if isinstance(target, Key) else key_of(self._ctx.caller.account, target)
        return {"Key": key_attributes(key)}

    def _add(  # noqa: PLR0917 - the form of every action
        self,
        operation: str,
        request: dict[str, Any],
        condition: Condition | None,
        failure: Failure | None = None,
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
