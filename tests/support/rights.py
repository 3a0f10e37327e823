"""The actions that calls to the table need, and those that the template's roles allow."""

from collections.abc import Mapping
from typing import Any, Final

from support.faults import TRANSACTION
from support.template import parse

_NAMES: Final = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""The action that each part of a transaction needs (Service Authorization Reference, "Amazon DynamoDB")."""

_TABLE: Final = "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}"


def needed(operation: str, request: Mapping[str, Any]) -> set[str]:
    """Return the actions that a call needs."""
    if operation == TRANSACTION:
        return {_NAMES[name] for item in request["TransactItems"] for name in item}
    return {operation}


def allowed(role: str) -> set[str]:
    """Return the actions that a role allows on the table."""
    return {
        action.removeprefix("dynamodb:")
        for policy in parse()["Resources"][role]["Properties"]["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Resource"] == {"Fn::Sub": _TABLE}
        for action in statement["Action"]
    }
