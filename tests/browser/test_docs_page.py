"""The API's page in a browser."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from support.local_run import LocalRun


@dataclass
class Visit:
    """An open page, the requests that it sent and the errors that it logged, including violations of its policy."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def operation(self, tag: str, name: str) -> str:
        """Open an operation and return the locator of its block."""
        block = f"#operations-{tag}-{name}"
        self.page.click(f"{block} .opblock-summary-control")
        self.page.wait_for_selector(f"{block} .responses-inner")
        return block


@pytest.fixture
def visit(browser: Browser, service: LocalRun) -> Iterator[Visit]:
    page = browser.new_page()
    visit = Visit(page)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("console", lambda message: visit.complaints.append(message.text))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.goto(f"{service.state.api_url}/v1/docs")
    page.wait_for_selector(".opblock")
    yield visit
    page.close()
    assert visit.complaints == []
    assert {urlsplit(url).hostname for url in visit.requests if not url.startswith("data:")} == {"127.0.0.1"}


def test_an_operation_shows_its_statuses_and_its_example(visit: Visit) -> None:
    block = visit.operation("Environment_connection_overrides", "createOverride")
    text = visit.page.inner_text(block)

    assert "exactly one succeeds" in text
    assert '"secretName": "prod-salesforce"' in visit.page.inner_text(f"{block} .opblock-section-request-body")
    assert "override-already-exists" in text


def test_the_first_calls_work_in_a_shell(visit: Visit, service: LocalRun) -> None:
    values = {"API": service.state.api_url, "TOKEN": service.token(), "PATH": "/usr/bin:/bin"}
    replies = []
    for command in visit.page.locator("header pre").all_text_contents():
        run = subprocess.run(["bash", "-c", command], env=values, check=True, capture_output=True)  # noqa: S603, S607 - of the page
        replies.append(json.loads(run.stdout))
        values["PROJECT"] = replies[0]["projectId"]

    assert [reply.get("name") for reply in replies] == ["Analytics", "PROD", "Salesforce", "Salesforce", "Salesforce"]
    assert replies[-1]["source"] == "OVERRIDE"


def test_a_problem_shows_its_schema_and_example_on_demand(visit: Visit) -> None:
    block = visit.operation("Environment_connection_overrides", "createOverride")
    row = f"{block} .response[data-code='409']"
    assert "dependents" not in visit.page.inner_text(row).replace("see dependents", "")

    visit.page.click(f"{row} .show-response")

    visit.page.locator(f"{row} .examples-select-element").select_option("shared-secret-reference")
    assert '"dependents"' in visit.page.inner_text(row)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("Environment_connection_overrides", "createOverride"),
        ("Environment_connection_overrides", "listOverrides"),
        ("Connections", "replaceConnection"),
    ],
)
def test_an_operation_fits_on_two_screens(visit: Visit, tag: str, name: str) -> None:
    visit.page.set_viewport_size({"width": 1280, "height": 900})
    block = visit.page.locator(visit.operation(tag, name))

    box = block.bounding_box()

    assert box
    assert box["height"] <= 2 * 900


def test_nothing_is_wider_than_the_screen_of_a_phone(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 844})
    visit.operation("Environment_connection_overrides", "createOverride")
    for call in visit.page.locator("header summary").all():
        call.click()

    assert visit.page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_page_loads_the_document_and_nothing_else(visit: Visit) -> None:
    assert [urlsplit(url).path for url in visit.requests if not url.startswith("data:")] == [
        "/v1/docs",
        "/v1/openapi.json",
    ]


def test_a_call_from_the_page_is_sent_to_the_api_that_served_the_page(visit: Visit, service: LocalRun) -> None:
    block = visit.operation("About", "getHealth")
    visit.page.click(f"{block} .try-out__btn")

    visit.page.click(f"{block} .execute")
    visit.page.wait_for_selector(f"{block} .live-responses-table")

    assert visit.page.inner_text(f"{block} .request-url").strip().endswith(f"{service.state.api_url}/v1/health")
    assert '"status": "ok"' in visit.page.inner_text(f"{block} .live-responses-table")
