"""CloudFormation's evaluation of the rules and conditions of template.yaml."""

from collections.abc import Mapping
from typing import Any

from support.template import REQUIRED, parse


def parameters(**given: str) -> dict[str, str]:
    """Return every parameter of the template: the given value, or its default."""
    written = parse()["Parameters"]
    assert given.keys() <= written.keys()
    return {name: str(one["Default"]) for name, one in written.items() if "Default" in one} | REQUIRED | given


def holds(expression: Any, values: Mapping[str, str]) -> bool:
    """Return whether a condition or assertion is true for those parameters."""
    [(function, arguments)] = expression.items()
    match function:
        case "Fn::Equals":
            left, right = (values[one["Ref"]] if isinstance(one, dict) else one for one in arguments)
            return bool(left == right)
        case "Fn::Not":
            return not holds(arguments[0], values)
        case "Fn::And":
            return all(holds(argument, values) for argument in arguments)
    raise AssertionError(f"not one of the functions that the template uses: {function}")


def refusals(**given: str) -> list[str]:
    """Return CloudFormation's objections to these parameters."""
    values = parameters(**given)
    return [
        assertion["AssertDescription"]
        for rule in parse()["Rules"].values()
        if holds(rule["RuleCondition"], values)
        for assertion in rule["Assertions"]
        if not holds(assertion["Assert"], values)
    ]


def conditions(**given: str) -> dict[str, bool]:
    """Return the value of each condition of the template for these parameters."""
    values = parameters(**given)
    return {name: holds(expression, values) for name, expression in parse()["Conditions"].items()}
