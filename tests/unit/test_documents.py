"""`docs/api.md` says what the code does."""

import re

from local.edge import MAX_HEADER_BYTES
from tools.documents import DOCUMENT, PARTS, renewed

from connection_overrides.http.bodies import BODY_MAX_BYTES
from connection_overrides.http.parameters import DELETED_MAX
from connection_overrides.model.kinds import KINDS
from connection_overrides.model.properties import PROPERTIES_MAX
from connection_overrides.service.secret_report import REPORT_MAX
from connection_overrides.store.connections import CONNECTIONS_MAX, most_cascaded
from connection_overrides.store.environments import CASCADE_MAX
from connection_overrides.store.reads import ENVIRONMENTS_MAX

TEXT = DOCUMENT.read_text(encoding="utf-8")


def test_its_tables_are_those_of_the_code() -> None:
    assert renewed(TEXT) == TEXT, "stale: make documents"
    assert all(render() in TEXT for render in PARTS.values())
    assert TEXT.count("| `DWH` |") == sum(kind.platform_connection_type == "DWH" for kind in KINDS)


def test_its_limits_are_those_of_the_code() -> None:
    section = TEXT.split("## Quotas")[1].split("## ")[0]
    quotas = dict(re.findall(r"^\| ([^|]+) \| ([0-9,]+)[^|]*\|", section, re.MULTILINE))

    assert {what: int(most.replace(",", "")) for what, most in quotas.items()} == {
        "environments of a project": ENVIRONMENTS_MAX,
        "connections of a project": CONNECTIONS_MAX,
        "request body": BODY_MAX_BYTES,
        "names in one DELETE of overrides": DELETED_MAX,
        "entries of a list in a query": 100,
        "overrides deleted with an environment": CASCADE_MAX,
        "overrides deleted with a connection": most_cascaded(0),
        "connections and overrides of a project with a secret report": REPORT_MAX,
        "a request line and headers": MAX_HEADER_BYTES,
        "properties of a map": PROPERTIES_MAX,
    }
