"""Overrides in the table."""

from collections.abc import Collection

from connection_overrides.errors import OverrideAlreadyExistsError
from connection_overrides.model.entities import Environment, Override
from connection_overrides.operation import Operation
from connection_overrides.store import keys
from connection_overrides.store.actions import EXISTS, IS_NEW, Check, Condition, Count, Delete, Put, is_as_seen
from connection_overrides.store.environments import is_as_protected
from connection_overrides.store.first_answers import write
from connection_overrides.store.keys import Key
from connection_overrides.store.reads import OverrideReads
from connection_overrides.store.rows import override_to_row
from connection_overrides.store.secret_uses import Admission, admission_actions
from connection_overrides.store.writable_table import WritableTable, Written


class OverrideStore(OverrideReads[WritableTable]):
    """The overrides of a project."""

    def create(
        self, operation: Operation, override: Override, environment: Environment, admission: Admission
    ) -> Written:
        """Store a new override and count it, if its parents and what is known of its secrets are still as seen.

        Raises OverrideAlreadyExistsError when the table has one.
        """
        refusals = write(
            self._table,
            operation,
            [
                Check(
                    keys.connection(operation.account, override.project_id, override.connection_name),
                    _is_of_kind(override),
                ),
                Count(_parent(operation, environment), {"overrideCount": 1}, is_as_protected(environment)),
                Put(_key(operation, override), override_to_row(override), IS_NEW),
                *admission_actions(operation, override.project_id, admission),
            ],
            override,
        )
        if refusals is None:
            return Written.DONE
        _, _, taken, *_ = refusals
        if taken is None:
            return Written.NOT_AS_SEEN
        if taken.is_own_write(operation.write_id):
            return Written.DONE
        raise override_exists(override)

    def replace(
        self,
        operation: Operation,
        override: Override,
        seen: Override,
        environment: Environment,
        admission: Admission,
    ) -> Written:
        """Store the override in place of the one seen, if it, its environment and its secrets are still as seen.

        The connection needs no look: while an override exists it can be neither deleted nor given another kind.
        """
        refusals = write(
            self._table,
            operation,
            [
                Check(_parent(operation, environment), is_as_protected(environment)),
                Put(_key(operation, override), override_to_row(override), is_as_seen(seen.revision)),
                *admission_actions(operation, override.project_id, admission),
            ],
            override,
        )
        if refusals is None or (refusals[1] and refusals[1].is_own_write(operation.write_id)):
            return Written.DONE
        return Written.NOT_AS_SEEN

    def delete(
        self, operation: Operation, environment: Environment, seen: Collection[Override], *, only_as_seen: bool
    ) -> Written:
        """Delete all these overrides of an environment, or none, and count them off."""
        refusals = write(
            self._table,
            operation,
            [
                Count(_parent(operation, environment), {"overrideCount": -len(seen)}, is_as_protected(environment)),
                *(
                    Delete(_key(operation, override), is_as_seen(override.revision) if only_as_seen else EXISTS)
                    for override in seen
                ),
            ],
            None,
        )
        return Written.DONE if refusals is None else Written.NOT_AS_SEEN


def override_exists(override: Override) -> OverrideAlreadyExistsError:
    """Return the refusal of a create whose override is there."""
    return OverrideAlreadyExistsError(
        "The connection already has an override in this environment. Use PUT to change it.",
        ("connections", "environment-overrides", override.environment_name, override.connection_name),
    )


def _key(operation: Operation, override: Override) -> Key:
    return keys.override(operation.account, override.project_id, override.environment_name, override.connection_name)


def _parent(operation: Operation, environment: Environment) -> Key:
    return keys.environment(operation.account, environment.project_id, environment.name)


def _is_of_kind(override: Override) -> Condition:
    # The connection is deleted, or made anew with another kind, after the body was validated against it.
    return Condition(
        "attribute_exists(#pk) AND #platformConnectionType = :type AND #authProvider = :provider AND #authType = :auth",
        {
            "type": str(override.platform_connection_type),
            "provider": override.auth_provider,
            "auth": str(override.auth_type),
        },
    )
