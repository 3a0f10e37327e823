"""Any history of requests of several callers gets the answers of the model, and leaves the project that it predicts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Final

import pytest
from support.histories import Author, History, various_seeds
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.planting import Fault
from support.previews import PreviewingClient
from support.registry import Client
from support.table import Tables, restore

STEPS: Final = 20
HISTORIES: Final = 20
pytestmark = pytest.mark.histories


def author(number: int, *, with_keys: bool = False) -> Author:
    return Author(Random(various_seeds(HISTORIES, STEPS, with_keys=with_keys)[number]), with_keys=with_keys)


def waiting(api: Client) -> Callable[[int], None]:
    def wait(milliseconds: int) -> None:
        api.now += timedelta(milliseconds=milliseconds)

    return wait


def run(api: Client, empty: Tables, author: Author) -> None:
    # The table in process copies itself for every transaction, so it must not grow from example to example.
    restore(empty)
    history = History(api, author.beginning(), waiting(api))
    for _ in range(STEPS):
        history.apply(author.step(history.model))
    history.check_at_the_end()
    assert_nothing_is_orphaned_or_miscounted(api.client)


@pytest.mark.parametrize("number", range(HISTORIES))
def test_any_history_of_requests_follows_the_model(api: Client, empty: Tables, number: int) -> None:
    run(api, empty, author(number))


@pytest.mark.parametrize("number", range(HISTORIES))
def test_a_write_with_a_key_is_done_once_whatever_happens_in_between(api: Client, empty: Tables, number: int) -> None:
    run(api, empty, author(number, with_keys=True))


@pytest.mark.parametrize("number", range(0, HISTORIES, 4))
@pytest.mark.parametrize("with_keys", [False, True])
def test_the_preview_of_any_write_has_its_answer_and_changes_nothing(
    api: Client, empty: Tables, number: int, *, with_keys: bool
) -> None:
    restore(empty)
    writer = author(number, with_keys=with_keys)
    history = History(PreviewingClient(api), writer.beginning(), waiting(api))
    for _ in range(STEPS):
        history.apply(writer.step(history.model))


@pytest.mark.parametrize("number", range(HISTORIES))
def test_no_secret_leaks_unless_that_is_allowed_or_protection_changes(api: Client, empty: Tables, number: int) -> None:
    restore(empty)
    writer = author(number)
    beginning = (replace(request, allow_shared=False) for request in writer.beginning())
    history = History(api, beginning, waiting(api))
    for _ in range(STEPS):
        step = writer.step(history.model)
        request = replace(step.request, allow_shared=False)
        if (request.verb, request.kind) == ("replace", "environment"):
            environment = history.model.environments.get(request.environment)
            request = replace(request, protected=bool(environment and environment["protected"]))
        history.apply(replace(step, request=request))
        assert not any(one["leaks"] for one in history.model.report().values())


GUARDED: Final = {
    "a default that protected environments inherit needs no scope": Fault(
        "services.writes:require_default_write", "if protection.sharing_defaults:", "if False:"
    ),
    "an inherited default can be unset without the scope": Fault(
        "services.connections:replace_connection",
        "snapshot.protection, current, connection)",
        "snapshot.protection, connection)",
    ),
    "an inherited default can be deleted without the scope": Fault(
        "services.connections:delete_connection", "require_default_write(ctx, snapshot.protection, connection)", "None"
    ),
    "a cascade into a protected environment needs no scope": Fault(
        "services.connections:_require_cascade", "require_write(ctx, environment, Scope.CONNECTIONS_WRITE)", "pass"
    ),
    "protection can be lifted without the scope": Fault(
        "services.environments:replace_environment", "require_write(ctx, current, Scope.PROJECTS_ADMIN)", "pass"
    ),
    "overrides of a protected environment can be deleted by query without the scope": Fault(
        "services.overrides:delete_overrides", "require_write(ctx, environment, Scope.CONNECTIONS_WRITE)", "pass"
    ),
    "the guard of overrides does not count inherited defaults": Fault(
        "services.secret_guard:_conflicts", "in_protected, bool(protection.sharing_defaults)", "in_protected, False"
    ),
    "the guard does not count what an override returns to": Fault(
        "services.secret_guard:_users",
        "yield dependent, override.secrets",
        "yield dependent, secrets_in(override.connection_overrides)",
    ),
    "an override that has expired is still there": Fault(
        "store.snapshot:read_snapshot", "override.as_of(ctx.present)", "override"
    ),
    "sharing can be allowed without the scope": Fault(
        "services.secret_guard:_require_ended", "ctx.require(*_SCOPES_TO_SHARE)", "return ended"
    ),
    "a protected environment may begin to inherit in a PUT": Fault(
        "services.secret_guard:guard_inheritance", "if begins and not", "if begins and current is None and not"
    ),
    "a blocked override falls back to the default": Fault(
        "domain.resolution:resolve",
        "if override is not None:",
        "if override is not None and override.connection_overrides is not None:",
    ),
    "the report does not count what a protected environment inherits": Fault(
        "services.secret_report:_Contents._used",
        "(defaults and one.inherit_defaults)",
        "(defaults and one.inherit_defaults and not one.protected)",
    ),
}
OF_KEYS: Final = {
    "a repeat needs no scopes": Fault(
        "store.stored_results:StoredResult.result_for", "ctx.require(*self.required_scopes)", "pass"
    ),
    "a key stands for any request": Fault(
        "store.stored_results:StoredResult.result_for", "if self.fingerprint != key.fingerprint:", "if False:"
    ),
    "a delete that found nothing is repeated as one that did": Fault(
        "store.stored_results:record_of", "isinstance(result, NotFound)", "isinstance(result, str)"
    ),
}


@pytest.mark.parametrize(
    ("fault", "with_keys"),
    [
        *(pytest.param(fault, False, id=name) for name, fault in GUARDED.items()),
        *(pytest.param(fault, True, id=name) for name, fault in OF_KEYS.items()),
    ],
)
def test_histories_find_a_planted_fault(
    api: Client, empty: Tables, monkeypatch: pytest.MonkeyPatch, fault: Fault, *, with_keys: bool
) -> None:
    def is_found(number: int) -> bool:
        try:
            run(api, empty, author(number, with_keys=with_keys))
        except AssertionError:
            return True
        return False

    fault.plant(monkeypatch)

    assert any(map(is_found, range(HISTORIES)))
