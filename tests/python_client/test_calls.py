"""Calls: what is sent, what comes back, and what is tried again."""

import asyncio
import inspect
import re
import ssl
from typing import Any, Final

import httpx
import pytest
from connection_overrides_client import (
    AsyncClient,
    Client,
    ClientCredentials,
    Problem,
    ServiceUnreachable,
    UnexpectedResponse,
    models,
    operations,
    problems,
)
from support.conformance import document
from support.registry import override_body
from support.service import URL, Service

BODY: Final = {
    "authType": "GENERIC_SECRET",
    "connectionOverrides": {"connectionProperties": {"secretName": "prod-salesforce"}},
}
NOT_CALLS: Final = {"getIndex", "getOpenapiDocument", "getDocsPage", "listProblems", "getProblem"}
"""Pages for people and tools."""
BY_URL: Final = {"replaceNamedConnection", "deleteNamedConnection", "replaceNamedOverride"}
"""The second form of an operation that has its own URL."""


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


OPERATIONS: Final = {
    snake(operation["operationId"]): (method.upper(), path, operation)
    for path, of_path in document()["paths"].items()
    for method, operation in of_path.items()
    if method in {"get", "post", "put", "delete"} and operation["operationId"] not in NOT_CALLS | BY_URL
}
EVERYWHERE: Final = {"limit", "cursor", "validateOnly"}
PYTHON_NAMES: Final = {"since": "from", "until": "to"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_operation_of_the_document_can_be_called_with_all_its_parameters(name: str) -> None:
    method, path, described = OPERATIONS[name]
    function = getattr(operations, name)
    parameters = inspect.signature(function).parameters
    given: dict[str, Any] = {
        one: True if "bool" in str(parameters[one].annotation) else f"<{one}>" for one in parameters
    }
    if "body" in given:
        given["body"] = {"name": "x"}

    operation = function(**given)

    assert (operation.method, operation.template) == (method, path)
    assert set(operation.names) == set(re.findall(r"\{(\w+)\}", path))
    documented = {one["name"] for one in described.get("parameters", []) if one.get("in") == "query"}
    assert set(operation.query) - EVERYWHERE == documented - EVERYWHERE
    assert (operation.body is None) == ("requestBody" not in described)
    [success, *_] = (response for status, response in described["responses"].items() if status[0] == "2")
    schema = success.get("content", {}).get("application/json", {}).get("schema", {})
    reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
    result = reference.rpartition("/")[2]
    if isinstance(operation, operations.ListOperation):
        page = document()["components"]["schemas"][result]["properties"]["results"]
        result = page["items"]["$ref"].rpartition("/")[2]
    assert (operation.result or "") == result


def test_no_other_operation_exists() -> None:
    functions = {
        name
        for name, one in vars(operations).items()
        if inspect.isfunction(one) and not name.startswith("_") and one.__module__ == operations.__name__
    }
    assert functions == set(OPERATIONS)


def test_bodies_and_results_are_models_or_mappings(client: Client, project: str) -> None:
    reference = models.SecretReference.model_validate(BODY["connectionOverrides"])
    body = models.NewOverride(
        environment_name="PROD",
        connection_name="Salesforce",
        auth_type=models.AuthType.GENERIC_SECRET,
        connection_overrides=reference,
    )

    made = client.call(operations.create_override(project, body))
    again = client.send(
        operations.replace_override(
            project, "PROD", "Salesforce", made.model_dump(by_alias=True, mode="json", exclude_none=True)
        )
    )

    assert isinstance(made, models.Override)
    assert (made.revision, again.value.revision, again.status) == (1, 2, 200)
    assert again.document["connectionOverrides"] == BODY["connectionOverrides"]
    assert client.call(operations.delete_override(project, "PROD", "Salesforce")) is None


def test_names_are_percent_encoded(client: Client, project: str) -> None:
    name = "Bücher 1% & mehr?"
    client.call(operations.create_environment(project, {"name": name}))

    assert client.call(operations.get_environment(project, name)).name == name


def test_a_refusal_is_an_exception_of_its_type(client: Client, project: str) -> None:
    client.call(operations.create_override(project, override_body()))

    with pytest.raises(problems.OverrideAlreadyExists) as caught:
        client.call(operations.create_override(project, override_body()))

    problem = caught.value
    assert (problem.status, problem.title) == (409, "Override already exists")
    assert str(problem) == problem.detail
    assert problem.remedy
    assert problem.request_id == "c0ffee"
    with pytest.raises(problems.InvalidRequest) as invalid:
        client.call(operations.create_override(project, {**override_body(), "typo": 1}))
    assert [violation.partition(":")[0] for violation in invalid.value.violations] == ["typo"]


def test_a_type_that_this_version_does_not_know_is_a_problem() -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        document = {"type": "/v1/problems/brand-new", "title": "New", "detail": "Something new."}
        return httpx.Response(409, json=document, headers={"Content-Type": "application/problem+json"})

    with Client(URL, "all", transport=httpx.MockTransport(answer)) as client, pytest.raises(Problem) as caught:
        client.call(operations.get_health())
    assert (type(caught.value), caught.value.status, str(caught.value)) == (Problem, 409, "Something new.")


@pytest.mark.parametrize("status", [200, 302, 403, 500])
def test_a_page_of_a_proxy_is_not_taken_for_an_answer(status: int) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text="<html>"))

    with Client(URL, "all", transport=transport) as client, pytest.raises(UnexpectedResponse) as caught:
        client.call(operations.get_health())
    assert caught.value.status == status
    assert "html" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://api.example.com", "ftp://api.example.com", "api.example.com", ""])
def test_a_token_is_never_sent_in_the_clear(url: str) -> None:
    with pytest.raises(ValueError, match="must be an https URL"):
        Client(url, "all")
    Client("http://127.0.0.1:8080", "all").close()


def test_a_client_of_this_machine_trusts_no_certificate() -> None:
    """It loads none, since nothing is sent with TLS. So a redirection to TLS must fail rather than be trusted."""
    contexts: list[ssl.SSLContext] = []
    original = httpx.Client

    def http(**options: Any) -> httpx.Client:
        contexts.append(options.get("verify", httpx.create_ssl_context()))
        return original(transport=httpx.MockTransport(lambda _: httpx.Response(200)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx, "Client", http)
        Client("http://127.0.0.1:8080", "all").close()
        Client("https://api.test", "all").close()
        Client("http://127.0.0.1:8080", ClientCredentials("https://issuer.test", "client", "secret")).close()

    local, *others = contexts
    assert (local.get_ca_certs(), local.verify_mode, local.check_hostname) == ([], ssl.CERT_REQUIRED, True)
    assert all(one.verify_mode is ssl.CERT_REQUIRED and one.cert_store_stats()["x509"] for one in others)


# Versions, reasons, previews and pages


def test_a_write_can_depend_on_the_version_that_was_read(client: Client, project: str) -> None:
    place = (project, "PROD", "Salesforce")
    made = client.send(operations.replace_override(*place, BODY).if_none_match("*"))
    assert made.status == 201
    with pytest.raises(problems.PreconditionFailed):
        client.call(operations.replace_override(*place, BODY).if_none_match("*"))

    client.call(operations.replace_override(*place, BODY).if_match(made.etag))
    with pytest.raises(problems.PreconditionFailed):
        client.call(operations.delete_override(*place).if_match(made.etag))
    current = client.send(operations.get_override(*place))
    unchanged = client.send(operations.get_override(*place).if_none_match(current.etag))
    assert (unchanged.is_not_modified, unchanged.document) == (True, None)


def test_reasons_are_in_the_history(service: Service, project: str) -> None:
    with Client(URL, "all", reason="CHG-1", transport=service) as client:
        place = (project, "PROD", "Salesforce")
        client.call(operations.replace_override(*place, BODY).if_none_match("*"))
        client.call(operations.replace_override(*place, BODY).because("CHG-2"))
        entries = list(client.iterate(operations.list_override_history(*place)))

    assert [entry.reason for entry in entries] == ["CHG-2", "CHG-1"]


def test_a_reason_that_a_header_cannot_carry_is_refused() -> None:
    with pytest.raises(ValueError, match="must be ASCII"):
        operations.delete_project("x").because("größer")


def test_a_preview_has_the_answer_and_stores_nothing(client: Client, project: str) -> None:
    create = operations.create_override(project, override_body())

    assert client.preview(create).status == 201
    assert client.preview(create).headers["Preview"] == "true"
    assert list(client.iterate(operations.list_overrides(project, "PROD"))) == []
    client.call(create)
    with pytest.raises(problems.OverrideAlreadyExists):
        client.preview(create)


def test_lists_are_read_in_pages_of_100(client: Client, service: Service, project: str) -> None:
    names = [f"C{number:03}" for number in range(150)]
    for name in names:
        service.api.make_connection(project, name, connectionDetails=None)
    service.sent()

    found = [one.name for one in client.iterate(operations.list_connections(project))]

    assert found == [*names, "Salesforce"]
    assert [dict(request.url.params).keys() for request in service.sent()] == [{"limit"}, {"limit", "cursor"}]


def test_filters_are_comma_lists(client: Client, service: Service, project: str) -> None:
    found = client.iterate(
        operations.list_connections(project, connection_names=["Salesforce", "None"], auth_provider=["NONE"])
    )

    assert [one.name for one in found] == ["Salesforce"]
    assert dict(service.requests[-1].url.params) == {
        "connectionNames": "Salesforce,None",
        "authProvider": "NONE",
        "limit": "100",
    }


# Retries


def unavailable(seconds: str | None = "2", status: int = 503) -> httpx.Response:
    document = {"type": "/v1/problems/service-unavailable", "title": "Busy", "status": status, "detail": "Busy."}
    headers = {"Content-Type": "application/problem+json"} | ({} if seconds is None else {"Retry-After": seconds})
    return httpx.Response(status, json=document, headers=headers)


def waiting(service: Service, waits: list[float], **options: Any) -> Client:
    return Client(URL, "all", sleep=waits.append, transport=service, **options)


def test_a_write_is_tried_again_with_one_key_and_applied_once(service: Service, project: str) -> None:
    waits: list[float] = []
    service.sent()
    # The first response is lost after the write, the second attempt is refused.
    service.after = [httpx.ReadTimeout("lost")]
    service.interruptions = [None, unavailable("7")]

    with waiting(service, waits) as client:
        made = client.call(operations.create_override(project, override_body()))

    keys = [request.headers["Idempotency-Key"] for request in service.sent()]
    assert (len(keys), len(set(keys)), made.revision) == (3, 1, 1)
    assert 0 <= waits[0] <= 0.4
    assert waits[1:] == [7.0]


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_attempts_are_limited(service: Service, status: int) -> None:
    waits: list[float] = []
    service.interruptions = [unavailable(status=status) for _ in range(9)]

    with waiting(service, waits, attempts=3) as client, pytest.raises(Problem) as caught:
        client.call(operations.get_health())
    assert (len(service.requests), waits, caught.value.retry_after) == (3, [2.0, 2.0], 2.0)


def test_without_a_response_the_service_is_unreachable(service: Service) -> None:
    service.interruptions = [httpx.ConnectError("refused") for _ in range(9)]

    with waiting(service, []) as client, pytest.raises(ServiceUnreachable, match="cannot be reached: ConnectError"):
        client.call(operations.get_health())
    assert len(service.requests) == 4


def test_a_long_retry_after_is_left_to_the_caller(service: Service) -> None:
    waits: list[float] = []
    service.interruptions = [unavailable("31")]

    with waiting(service, waits) as client, pytest.raises(Problem) as caught:
        client.call(operations.get_health())
    assert (waits, caught.value.retry_after) == ([], 31.0)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 422, 500])
def test_what_would_fail_again_is_not_tried_again(service: Service, status: int) -> None:
    service.interruptions = [unavailable(status=status)]

    with waiting(service, []) as client, pytest.raises(Problem):
        client.call(operations.get_health())
    assert len(service.requests) == 1


def test_the_caller_can_give_the_key(client: Client, service: Service, project: str) -> None:
    create = operations.create_override(project, override_body()).with_key("deploy-7")

    assert client.call(create) == client.call(create)
    assert service.requests[-1].headers["Idempotency-Key"] == "deploy-7"


def test_reads_and_previews_have_no_key(client: Client, service: Service, project: str) -> None:
    service.sent()
    client.preview(operations.create_override(project, override_body()))
    client.call(operations.get_health())
    assert ["Idempotency-Key" in request.headers for request in service.sent()] == [False, False]


# The asynchronous client


def test_the_asynchronous_client_does_the_same(service: Service, project: str) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def story() -> list[Any]:
        async with AsyncClient(URL, "all", sleep=sleep, transport=service, reason="CHG-1") as client:
            service.interruptions = [unavailable("3"), httpx.ConnectError("refused")]
            made = await client.call(operations.create_override(project, override_body()))
            preview = await client.preview(operations.delete_override(project, "PROD", "Salesforce"))
            found = [one.name async for one in client.iterate(operations.list_overrides(project, "PROD"))]
            with pytest.raises(problems.OverrideAlreadyExists):
                await client.call(operations.create_override(project, override_body()))
            return [made.revision, preview.status, found]

    assert asyncio.run(story()) == [1, 204, ["Salesforce"]]
    assert waits[0] == 3.0
    assert len(waits) == 2


def test_no_representation_contains_the_token() -> None:
    secret = "token-of-the-caller"
    with Client(URL, secret) as client:
        assert secret not in repr(client)
        assert secret not in repr(vars(client))
