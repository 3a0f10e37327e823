"""Generated parts of documents are up to date."""

import pytest
from tools import client_models, documents, event_schemas, openapi

DERIVED = {
    "clients/python": client_models.main,
    "docs/api.md": documents.main,
    "docs/events": event_schemas.main,
    "docs/openapi.json": openapi.main,
}


@pytest.mark.parametrize("document", DERIVED)
def test_a_generated_document_is_up_to_date(document: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert DERIVED[document](["--check"]) == 0, capsys.readouterr().err
