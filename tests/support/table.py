"""The table of the tests, and DynamoDB in process."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionContext
from moto.dynamodb.responses import DynamoResult

TABLE: Final = "registry"
REGION: Final = "us-east-1"

ENVIRONMENT: Final = {
    # No test reads or needs real credentials.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    # Without a namespace no metric is written.
    "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
    "POWERTOOLS_SERVICE_NAME": "tests",
    # Every logger would add a filter to handlers of the whole session.
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
}


@contextmanager
def dynamodb_in_process() -> Iterator[Any]:
    """Return a client of a DynamoDB that has no table. Its start takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setitem(os.environ, name, value)
        patch.setattr(DynamoResult, "execute_result", _as_it_is)
        with mock_aws():
            yield boto3.client("dynamodb")


def _as_it_is(result: DynamoResult, _: ActionContext) -> tuple[int, dict[str, str], str]:
    """Write a result as JSON.

    Moto looks for each member of each value under seven spellings, which takes two thirds of a request's time. Its
    DynamoDB uses none but AWS's own.
    """
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(result.result, default=datetime.timestamp)


def empty_table(client: Any) -> None:
    """Have the DynamoDB in process hold nothing but an empty table."""
    get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].reset()
    create_table(client)


def create_table(client: Any) -> None:
    """Create the empty table."""
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
