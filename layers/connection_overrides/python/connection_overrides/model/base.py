"""The one configuration that every model of the domain shares."""

from typing import Final

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

LAZY: Final = ConfigDict(defer_build=True)
"""Made when it is first used: a start does not wait for the schemas of what the first event has nothing of."""


class Model(BaseModel):
    """A value of the domain: immutable, camelCase outside, no coercion, no unknown field.

    A typo in a credential reference must not pass, hence `extra="forbid"`; a refused value must not reach a log
    through an exception's text, hence `hide_input_in_errors`.
    """

    model_config = LAZY | ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        strict=True,
        validate_by_alias=True,
    )
