"""Parameters, whatever stands before them."""

import pytest

from connection_overrides.errors import InvalidRequestError
from connection_overrides.http.events import path_parameters


@pytest.mark.parametrize("raw", ["%", "%zz", "%ff", "PROD%2"])
def test_a_path_parameter_that_is_not_percent_encoded_utf8_is_refused(raw: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        path_parameters({"pathParameters": {"environmentName": raw}})

    assert [(each.location, each.code) for each in refused.value.violations] == [
        (("path", "environmentName"), "percent_encoding")
    ]
