"""The registry on a table in process."""

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from support.registry import TABLE, Client, create_table

# No test reads or needs real credentials.
_AWS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def emulated_dynamodb() -> Iterator[Any]:
    """A DynamoDB client; making one takes longer than most tests."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in _AWS.items():
            environment.setitem(os.environ, name, value)
        with mock_aws():
            yield boto3.client("dynamodb")


@pytest.fixture
def dynamodb(emulated_dynamodb: Any) -> Any:
    """A DynamoDB client whose table is empty."""
    if TABLE in emulated_dynamodb.list_tables()["TableNames"]:
        emulated_dynamodb.delete_table(TableName=TABLE)
    create_table(emulated_dynamodb)
    return emulated_dynamodb


@pytest.fixture
def api(dynamodb: Any) -> Client:
    """An administrator of the account `acme`."""
    return Client(dynamodb)


@pytest.fixture
def project(api: Client) -> str:
    """A project with the environment PROD and the connection Salesforce."""
    project_id = api.make_project()
    api.make_environment(project_id)
    api.make_connection(project_id)
    return project_id
