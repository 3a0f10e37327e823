"""A client that has created, replaced or deleted an override sees that in its next read."""

from support.crowd import Crowd
from support.registry import EFFECTIVE, OVERRIDE, OVERRIDES, override_body

PAIRS = 1_000


def test_a_thousand_creates_are_visible_to_the_next_read(crowd: Crowd) -> None:
    writer, reader = crowd.clients[0], crowd.clients[1]
    project = writer.make_project()
    writer.make_environment(project)
    writer.make_connection(project)
    names = {"projectId": project, "environmentName": "PROD", "connectionName": "Salesforce"}
    sources = []

    for number in range(PAIRS):
        reference = {"connectionProperties": {"secretName": f"secret-{number}"}}
        body = override_body(connectionOverrides=reference)
        assert writer.call("POST", OVERRIDES, names, body).status == 201
        made = reader.call("GET", EFFECTIVE, names).body
        assert made["reference"] == reference
        assert writer.call("DELETE", OVERRIDE, names).status == 204
        sources.append((made["source"], reader.call("GET", EFFECTIVE, names).body["source"]))

    assert set(sources) == {("OVERRIDE", "DEFAULT")}
    assert len(sources) == PAIRS
