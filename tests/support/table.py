"""The table of the tests, and DynamoDB in process."""

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, Final

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionContext
from moto.core.utils import method_names_from_class
from moto.dynamodb import models
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoResult

TABLE: Final = "registry"
REGION: Final = "us-east-1"

ENVIRONMENT: Final = {
    # No test reads or needs real credentials.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": REGION,
    # Without a namespace, no metric is written.
    "POWERTOOLS_METRICS_NAMESPACE": "ConnectionOverrides",
    "POWERTOOLS_SERVICE_NAME": "tests",
    # Every logger would add a filter to handlers of the whole session.
    "POWERTOOLS_LOG_DEDUPLICATION_DISABLED": "true",
}


@contextmanager
def dynamodb_in_process() -> Iterator[Any]:
    """Return a client of a DynamoDB with the empty table. Starting it takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setitem(os.environ, name, value)
        patch.setattr(DynamoResult, "execute_result", _as_it_is)
        patch.setattr(models.DynamoDBBackend, "transact_write_items", _transact)
        patch.setattr("moto.core.responses.method_names_from_class", cache(method_names_from_class))
        with mock_aws():
            # Signatures are a tenth of a call's time, and moto ignores them.
            client = boto3.client("dynamodb", config=Config(signature_version=UNSIGNED))
            create_table(client)
            yield client


def _as_it_is(result: DynamoResult, _: ActionContext) -> tuple[int, dict[str, str], str]:
    """Write a result as JSON.

    Moto looks up each member of each value under seven spellings, which takes two thirds of a request's time. Its
    DynamoDB uses only AWS's own.
    """
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(result.result, default=datetime.timestamp)


_transact_with_many_copies: Final = models.DynamoDBBackend.transact_write_items


def _transact(backend: models.DynamoDBBackend, actions: list[dict[str, Any]]) -> None:
    """Run a transaction with one copy of the table for the rollback. Moto creates one for each action."""
    copies: dict[str, Table] = {}

    def deepcopy(value: Any) -> Any:
        if not isinstance(value, Table):
            return copy.deepcopy(value)
        if value.name not in copies:
            copies[value.name] = copy.deepcopy(value)
        return copies[value.name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models, "copy", SimpleNamespace(deepcopy=deepcopy))
        _transact_with_many_copies(backend, actions)


type Tables = dict[str, Any]


def snapshot() -> Tables:
    """Return the current content of the DynamoDB in process."""
    tables: Tables = copy.deepcopy(_backend().tables)
    return tables


def restore(tables: Tables) -> None:
    """Restore the content of the DynamoDB in process. Through its API that would take much longer."""
    _backend().tables = copy.deepcopy(tables)


def _backend() -> Any:
    return get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION]


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
