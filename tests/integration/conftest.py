"""The API with a table in process."""

import importlib.util
import logging
import sys
from collections.abc import Callable, Iterator
from itertools import count
from types import ModuleType
from typing import Any

import pytest
from local import event_data
from support.faults import TRANSACTION, Faults
from support.invariants import assert_nothing_is_orphaned_or_miscounted
from support.registry import RIGHTS, Client, Reply
from support.rights import allowed
from support.table import ENVIRONMENT, TABLE, Tables, restore, snapshot
from support.template import ROOT
from support.writes import WRITES, Write, furnish


@pytest.fixture
def api(dynamodb: Any) -> Client:
    """An administrator of the account `acme`."""
    return Client(dynamodb)


@pytest.fixture(scope="session")
def registry_rights() -> set[str]:
    """The actions on the table that requests to the registry needed."""
    return allowed("RegistryRole")


@pytest.fixture(autouse=True)
def no_request_needs_a_right_that_the_role_lacks(registry_rights: set[str]) -> Iterator[None]:
    """Every request that a test sends must be allowed by the deployed function's role."""
    RIGHTS.clear()
    yield
    assert registry_rights >= RIGHTS


class _Stdout:
    """Standard output at the time of writing: pytest replaces it for each phase of each test."""

    def write(self, text: str) -> None:
        sys.stdout.write(text)

    def flush(self) -> None:
        sys.stdout.flush()


@pytest.fixture(scope="session")
def functions(emulated_dynamodb: Any) -> dict[str, ModuleType]:
    """The functions, loaded as Lambda loads them."""
    assert emulated_dynamodb
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TABLE_NAME", TABLE)
        patch.setenv("CURSOR_KEY", "a key of the tests")
        patch.setenv("HISTORY_DAYS", "400")
        modules = {name: _load(name) for name in ("registry", "effective")}
    # A logger keeps the stream that it was created with.
    [handler] = logging.getLogger(ENVIRONMENT["POWERTOOLS_SERVICE_NAME"]).handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.stream = _Stdout()
    return modules


def _load(function: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def event_rows(dynamodb: Any, recall: "Recall") -> None:
    """A table with the items that the events refer to."""
    recall("events", lambda: event_data.create(dynamodb, TABLE))


class Recall:
    """Creates the items that a test needs, by requests, once: later tests get copies of the rows, which is faster."""

    def __init__(self, api: Client, made: dict[str, tuple[Any, Tables, int]]) -> None:
        self._api = api
        self._made = made
        self._is_used = False

    def __call__[T](self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` returned, with the rows that it created in the table."""
        assert not self._is_used, "the rows of two beginnings have the same ids"
        self._is_used = True
        if name in self._made:
            restore(self._made[name][1])
        else:
            self._made[name] = make(), snapshot(), next(self._api.ids)
        result: T = self._made[name][0]
        # Write IDs must differ: a request takes an item with its own write ID for one that it wrote itself.
        self._api.ids = count(self._made[name][2])
        return result


@pytest.fixture(scope="session")
def made() -> dict[str, tuple[Any, Tables, int]]:
    """Items created by requests: what the requests returned, the rows, and the number of the next unused ID."""
    return {}


@pytest.fixture
def recall(api: Client, made: dict[str, tuple[Any, Tables, int]]) -> Recall:
    """Create the items that a test needs by requests, at most once."""
    return Recall(api, made)


@pytest.fixture
def project(api: Client, recall: Recall) -> str:
    """A project with the environment PROD and the connection Salesforce."""

    def make() -> str:
        project_id = api.make_project()
        api.make_environment(project_id)
        api.make_connection(project_id)
        return project_id

    return recall("project", make)


@pytest.fixture
def levels(api: Client, recall: Recall) -> str:
    """A project with a protected environment, LIVE, and two unprotected ones, DEV and TEST."""

    def make() -> str:
        project = api.make_project()
        for name, protected in (("LIVE", True), ("DEV", False), ("TEST", False)):
            api.make_environment(project, name, protected=protected)
        return project

    return recall("levels", make)


@pytest.fixture
def inheriting(api: Client, recall: Recall) -> str:
    """A project in which PROD and QA are protected, DEV is not, and PROD inherits defaults.

    All connections but Bare have a default. PROD overrides Ads, and DEV overrides Leads.
    """

    def make() -> str:
        project = api.make_project()
        api.make_environment(project, "PROD", protected=True, inheritDefaults=True)
        api.make_environment(project, "QA", protected=True)
        api.make_environment(project, "DEV")
        oauth = {"authProvider": "salesforce", "authType": "OAUTH_USER_TOKENS"}
        for name, members in (("Salesforce", {}), ("Ads", {}), ("Leads", {}), ("OAuth", oauth)):
            reference = {"connectionProperties": {"secretName": f"dev-{name.lower()}"}}
            api.make_connection(project, name, **members, connectionDetails=reference)
        api.make_connection(project, "Bare", connectionDetails=None)
        assert api.make_override(project, "PROD", "Ads", "prod-ads").status == 201
        assert api.make_override(project, "DEV", "Leads", "dev-leads-2").status == 201
        return project

    return recall("inheriting", make)


@pytest.fixture
def furnished(api: Client, recall: Recall) -> dict[str, str]:
    """The names of the items of a furnished project."""
    return recall("furnished", lambda: furnish(api))


@pytest.fixture
def faults(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Injects no faults until a test adds one."""
    faults = Faults(dynamodb._make_api_call)  # noqa: SLF001 - where botocore's own stubs hook in
    monkeypatch.setattr(dynamodb, "_make_api_call", faults)
    return faults


@pytest.fixture
def concurrently(dynamodb: Any, faults: Faults) -> Iterator[Callable[..., None]]:
    """Let another client send requests, which must succeed, just before the next transaction."""
    other = Client(dynamodb, ids=count(1_000_000))

    def concurrently(*requests: Callable[[Client], Reply]) -> None:
        def send() -> None:
            for request in requests:
                reply = request(other)
                assert reply.status < 400, reply

        faults.before[TRANSACTION] = [send]
        faults.forget()

    yield concurrently
    assert not faults.before.get(TRANSACTION), "no transaction was sent"


@pytest.fixture
def write(name: str) -> Write:
    """The replace or delete with the name in the test's parameters."""
    return WRITES[name]


@pytest.fixture
def beginning(api: Client, recall: Recall, name: str) -> dict[str, str]:
    """The names of the items of a project with everything that this write needs."""
    empty = name == "delete project"
    return recall("empty" if empty else "furnished", lambda: furnish(api, empty=empty))


@pytest.fixture
def send(api: Client, beginning: dict[str, str], write: Write, faults: Faults) -> Iterator[Callable[[], Reply]]:
    """Send the write. Afterwards, check the consistency of the whole table."""
    faults.forget()
    yield lambda: write.send(api, beginning)
    assert_nothing_is_orphaned_or_miscounted(api.client)
