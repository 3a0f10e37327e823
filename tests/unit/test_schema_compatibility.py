"""What the breaking-change check calls compatible is compatible: decided by validating values against both schemas."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from tools.schema_compatibility import CannotCompareError, Schemas

type Schema = dict[str, Any] | bool

VALUES: list[Any] = [
    *(None, True, False, -1, 0, 1, 2, 2.5, 3, "", "a", "b", "ab", "abc"),
    *(
        [],
        [1],
        [None],
        ["a"],
        ["a", "a"],
        [1, 2, 3],
        {},
        {"a": 1},
        {"a": "a"},
        {"a": None},
        {"a": {"a": 1}},
        {"a": [1]},
    ),
    *({"b": "a"}, {"a": 1, "b": 2}, {"a": "ab", "b": None}, {"c": 1}),
]
SMALL = st.integers(0, 3)
NUMBERS = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={"minimum": SMALL, "maximum": SMALL, "exclusiveMinimum": SMALL, "exclusiveMaximum": SMALL},
)
TEXTS = st.fixed_dictionaries(
    {"type": st.just("string")}, optional={"minLength": SMALL, "maxLength": SMALL, "pattern": st.just("^a")}
)
CONSTANTS = st.sampled_from([None, True, 1, 2, 2.5, "a", "b"])
ENUMERATIONS = st.fixed_dictionaries({"enum": st.lists(CONSTANTS, min_size=1, max_size=3, unique_by=repr)})
TYPES = st.fixed_dictionaries(
    {
        "type": st.lists(
            st.sampled_from(["array", "boolean", "integer", "null", "object", "string"]), min_size=1, unique=True
        )
    }
)


def compound(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    sizes = {"minProperties": SMALL, "maxProperties": SMALL}
    return st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("array")},
            optional={"items": schemas, "minItems": SMALL, "maxItems": SMALL, "uniqueItems": st.booleans()},
        ),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(st.sampled_from("ab"), schemas, max_size=2),
                "additionalProperties": st.just(value=False),
            },
            optional={"required": st.lists(st.sampled_from("ab"), unique=True), **sizes},
        ),
        st.fixed_dictionaries(
            {"type": st.just("object"), "additionalProperties": schemas},
            optional={"propertyNames": TEXTS | ENUMERATIONS, **sizes},
        ),
        st.fixed_dictionaries({"anyOf": st.lists(schemas, min_size=1, max_size=3)}, optional={"maxLength": SMALL}),
        st.fixed_dictionaries({"allOf": st.lists(schemas, min_size=1, max_size=2)}, optional={"minimum": SMALL}),
    )


CONSTANT = st.fixed_dictionaries({"const": CONSTANTS})
SCHEMAS = st.recursive(st.one_of(NUMBERS, TEXTS, CONSTANT, ENUMERATIONS, TYPES, st.booleans()), compound, max_leaves=5)
EXAMPLES = settings(
    max_examples=250, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


def findings(old: Schema, new: Schema) -> list[str]:
    try:
        return [*Schemas({}, {}).narrower("body", old, new)]
    except CannotCompareError:
        assume(condition=False)
        raise


@EXAMPLES
@given(SCHEMAS, SCHEMAS)
def test_a_schema_without_findings_accepts_what_the_old_one_accepts(old: Schema, new: Schema) -> None:
    assume(findings(old, new) == [])
    before, after = OAS31Validator(old), OAS31Validator(new)

    assert [value for value in VALUES if before.is_valid(value) and not after.is_valid(value)] == []


@EXAMPLES
@given(SCHEMAS)
def test_a_schema_is_compatible_with_itself(schema: Schema) -> None:
    assert findings(schema, schema) == []
