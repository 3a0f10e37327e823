"""Requests consume what the formulas of benchmarks/tenant.py state, and so does the table in docs/operations.md."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest
from benchmarks import tenant
from benchmarks.consumption import Meter, item_bytes
from benchmarks.tenant import Project, Units
from support import rows
from support.registry import (
    CONNECTION,
    CONNECTIONS,
    EFFECTIVE,
    EFFECTIVES,
    ENVIRONMENT,
    MATRIX,
    OVERRIDES,
    PROJECT,
    Client,
    override_body,
)
from support.template import parse

ENVIRONMENT_NAMES: Final = [f"E{number:02}" for number in range(9)]
NAMES: Final = [f"C{number:04}" for number in range(1_000)]


class Sized:
    """A project of a given size, copied from one row of each type. `padding` makes connections and overrides longer."""

    def __init__(self, api: Client, size: tuple[int, int, int], *, padding: int, has_defaults: bool) -> None:
        self.api = api
        environments, connections, overrides = size
        self.path = {"projectId": api.make_project(), "environmentName": "E00", "connectionName": "C0000"}
        project = self.path["projectId"]
        api.make_environment(project, "E00")
        api.make_connection(project, "C0000", **({} if has_defaults else {"connectionDetails": None}))
        assert api.make_override(project, "E00", "C0000").status == 201
        pad = {"createdBy": {"S": "x" * padding}} if padding else {}
        key_of_override = rows.override(project, "E00", "C0000")
        keys = rows.environment(project, "E00"), rows.connection(project, "C0000"), key_of_override
        environment, connection, override = (rows.read(api.client, key) for key in keys)
        environment["overrideCount"] = {"N": str(overrides)}
        connection, override = connection | pad, override | pad
        in_environments = [
            [rows.copied(row, "E00", name) for name in ENVIRONMENT_NAMES[:environments]]
            for row in (environment, override)
        ]
        rows.write(api.client, in_environments[0])
        rows.write(api.client, (rows.copied(connection, "C0000", name) for name in NAMES[:connections]))
        rows.write(
            api.client, (rows.copied(row, "C0000", name) for row in in_environments[1] for name in NAMES[:overrides])
        )
        if not overrides:
            rows.delete(api.client, key_of_override)
        self.size = Project(*size, *map(item_bytes, (environment, connection, override)))

    def get(self, resource: str, **query: str) -> None:
        assert self.api.raw("GET", resource, self.path, query=query)["statusCode"] == 200


@pytest.fixture
def meter(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], Units]:
    """Return what a request consumes."""
    call = dynamodb._make_api_call  # noqa: SLF001 - where botocore's own stubs hook in

    def measure(request: Callable[[], object]) -> Units:
        meter = Meter(call)
        with monkeypatch.context() as patch:
            patch.setattr(dynamodb, "_make_api_call", meter)
            request()
        return Units(int(meter.reads), meter.writes)

    return measure


def reads(project: Sized) -> Mapping[tenant.Formula, Callable[[], None]]:
    return {
        tenant.secret_report: lambda: project.get(f"{PROJECT}/secret-references"),
        tenant.matrix: lambda: project.get(MATRIX, limit="100"),
        tenant.matrix_search: lambda: project.get(MATRIX, onlyMissing="true"),
        tenant.connection_impact: lambda: project.get(f"{CONNECTION}/impact", change="delete"),
        tenant.effective: lambda: project.get(EFFECTIVE),
        tenant.effective_search: lambda: project.get(EFFECTIVES, environmentName="E00", source="NONE"),
        tenant.list_search: lambda: project.get(CONNECTIONS, authProvider="nobody"),
        tenant.list_by_name: lambda: project.get(CONNECTIONS, connectionNames=",".join(NAMES[: tenant.NAMES])),
    }


SIZES: Final = [
    pytest.param((1, 1, 1), 0, id="one of each"),
    pytest.param((1, 196, 2), 0, id="several pages"),
    pytest.param((9, 30, 5), 9_000, id="long rows"),
]


@pytest.mark.parametrize(("size", "padding"), SIZES)
def test_a_read_consumes_what_its_formula_states(
    api: Client, meter: Callable[[Callable[[], object]], Units], size: tuple[int, int, int], padding: int
) -> None:
    project = Sized(api, size, padding=padding, has_defaults=True)
    requests = reads(project)

    consumed = {formula.__name__: meter(request) for formula, request in requests.items()}

    assert consumed == {formula.__name__: formula(project.size) for formula in requests}


def test_an_impact_without_results_consumes_what_the_formula_of_a_search_states(
    api: Client, meter: Callable[[Callable[[], object]], Units]
) -> None:
    project = Sized(api, (2, 110, 0), padding=0, has_defaults=False)

    assert meter(lambda: project.get(f"{ENVIRONMENT}/impact", change="delete")) == tenant.effective_search(project.size)


@pytest.mark.parametrize("padding", [0, 5_000])
def test_a_write_consumes_what_its_formula_states(
    api: Client, meter: Callable[[Callable[[], object]], Units], padding: int
) -> None:
    project = Sized(api, (3, 12, 10), padding=padding, has_defaults=True)

    def delete_connection() -> None:
        assert api.call("DELETE", CONNECTION, project.path).status == 409

    def delete_overrides() -> None:
        query = {"environmentName": "E00", "connectionNames": ",".join(NAMES[:10])}
        assert api.call("DELETE", OVERRIDES, project.path, query=query).status == 204

    assert meter(delete_connection) == tenant.refused_delete(project.size)
    assert meter(delete_overrides) == tenant.bulk_delete(project.size)


def test_a_create_consumes_what_its_formula_states(api: Client, meter: Callable[[Callable[[], object]], Units]) -> None:
    project = Sized(api, (1, 2, 1), padding=0, has_defaults=True)
    body = override_body(environmentName="E00", connectionName="C0001")

    def create() -> None:
        assert api.call("POST", OVERRIDES, project.path, body).status == 201

    assert meter(create) == tenant.create(project.size)


def test_typical_rows_are_as_long_as_the_table_assumes(api: Client) -> None:
    size = Sized(api, (1, 1, 1), padding=0, has_defaults=True).size

    usual = Project(1, 1, 1)
    assert size.environment_bytes <= usual.environment_bytes < size.environment_bytes + 100
    assert size.connection_bytes <= usual.connection_bytes < size.connection_bytes + 100
    assert size.override_bytes <= usual.override_bytes < size.override_bytes + 100


def test_the_document_contains_the_table_of_the_script() -> None:
    assert tenant.SECTION.current() == tenant.render()


def test_caps_and_rates_are_those_of_the_template() -> None:
    templates = [parse("data.yaml")["Parameters"], parse()["Parameters"]]
    defaults = {name: one.get("Default") for parameters in templates for name, one in parameters.items()}

    assert defaults["TableMaxReadUnits"] == tenant.READ_CAP
    assert defaults["TableMaxWriteUnits"] == tenant.WRITE_CAP
    assert defaults["TenantRate"] == tenant.TENANT_RATE
    assert defaults["ReportRate"] == tenant.REPORT_RATE
