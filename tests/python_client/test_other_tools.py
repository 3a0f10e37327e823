"""The calls that docs/terraform.md lets a generic REST provider make."""

import re
from typing import Any

import httpx
from support.service import URL, Service
from support.template import ROOT

PAGE = (ROOT / "docs/terraform.md").read_text(encoding="utf-8")


def test_the_bodies_of_the_page_create_read_replace_and_delete_an_override(service: Service, project: str) -> None:
    environment, connection = "TEST", "Salesforce"
    override: dict[str, Any] = {
        "authType": "OAUTH_CLIENT_CRED",
        "connectionOverrides": {"connectionProperties": {"secretName": "test/salesforce"}},
    }
    # The page says the same, in Terraform's language.
    for key, value in (("authType", "OAUTH_CLIENT_CRED"), ("secretName", "test/salesforce")):
        assert re.search(rf'{key}\s+= "{value}"', PAGE)
    assert f'environmentName = "{environment}", connectionName = "{connection}"' in PAGE
    service.api.make_environment(project, environment)
    oauth = {"authProvider": "salesforce", "authType": "OAUTH_CLIENT_CRED"}
    names_in_path = {"projectId": project, "connectionName": connection}
    assert (
        service.api.call("DELETE", "/v1/projects/{projectId}/connections/{connectionName}", names_in_path).status == 204
    )
    service.api.make_connection(project, connection, **oauth)
    collection = f"/v1/projects/{project}/connections/environment-overrides"
    item = f"{collection}/{environment}/{connection}"

    with httpx.Client(base_url=URL, transport=service, headers={"Authorization": "Bearer all"}) as http:
        created = http.post(collection, json={**override, "environmentName": environment, "connectionName": connection})
        read = http.get(item)
        replaced = http.put(item, json=override)
        deleted = http.delete(item)

    assert [one.status_code for one in (created, read, replaced, deleted)] == [201, 200, 200, 204]
    assert created.json()["name"] == connection
    assert read.json() == created.json()
