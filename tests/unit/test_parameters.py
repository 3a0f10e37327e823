"""Types of parameters that hold for themselves, whatever stands before them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from connection_overrides.http.parameters import EnvironmentNamePath


@pytest.mark.parametrize("raw", ["%", "%zz", "%ff", "PROD%2"])
def test_a_path_parameter_that_is_not_percent_encoded_utf8_is_refused(raw: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(EnvironmentNamePath).validate_python(raw)

    assert [error["type"] for error in refused.value.errors()] == ["percent_encoding"]
