"""What is derived from the code is committed as the code has it now."""

import pytest
from tools import documents, openapi

DERIVED = {"docs/api.md": documents.main, "docs/openapi.json": openapi.main}


@pytest.mark.parametrize("document", DERIVED)
def test_a_derived_document_is_current(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert DERIVED[document](["--check"]) == 0, capsys.readouterr().err
