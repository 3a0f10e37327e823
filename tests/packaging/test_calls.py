"""The built layers call DynamoDB: pruning took nothing that a call needs."""

import dataclasses
import re
import subprocess
from collections.abc import Iterator

import pytest
from benchmarks.candidates import BENCH, ROOT, Candidate, interpreter
from benchmarks.table import TABLE, Table

STORE = ROOT / "layers/connection_overrides/python/connection_overrides/store"
SCRIPT = f"""
from connection_overrides.store.table import connect
client, key = connect(), {{"pk": {{"S": "p"}}, "sk": {{"S": "s"}}}}
print(client.get_item(TableName="{TABLE}", Key=key)["Item"])
client.batch_get_item(RequestItems={{"{TABLE}": {{"Keys": [key]}}}})
client.query(TableName="{TABLE}", KeyConditionExpression="pk = :pk", ExpressionAttributeValues={{":pk": key["pk"]}})
client.transact_write_items(TransactItems=[{{"Put": {{"TableName": "{TABLE}", "Item": key}}}}])
try:
    client.transact_write_items(TransactItems=[{{"Put": {{"TableName": "{TABLE}", "Item": key,
        "ConditionExpression": "attribute_not_exists(pk)"}}}}])
except client.exceptions.TransactionCanceledException as error:
    print(error.response["CancellationReasons"])
"""


@pytest.fixture
def table() -> Iterator[Table]:
    with Table.emulated() as table:
        table.put({"pk": {"S": "p"}, "sk": {"S": "s"}, "n": {"N": "1"}})
        yield table


def test_every_call_that_the_store_makes_is_made_by_the_built_layers(
    table: Table, deployed: dict[str, Candidate]
) -> None:
    candidate = dataclasses.replace(
        deployed["registry"],
        layers=(BENCH / "opt" / "python",),
        variables={"AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{table.port}"},
    )
    result = subprocess.run(  # noqa: S603 - our own command
        (*interpreter(), "-c", SCRIPT), env=candidate.environment(), capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stderr
    assert "'n': {'N': '1'}" in result.stdout
    assert "ConditionalCheckFailed" in result.stdout
    sources = [module.read_text(encoding="utf-8") for module in STORE.glob("*.py")]
    called = {call for source in sources for call in re.findall(r"self\._client\.(\w+)\(", source)}
    assert {name.replace("_", "") for name in called} == {name.lower() for name in table.calls}
