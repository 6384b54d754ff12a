"""Web addresses as people type them on the documents' page."""

import pytest

from qa.errors import LoadError
from ui.documents.typed import web_address


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" example.org/a ", "https://example.org/a"),
        ("http://example.org:8080/a?b=c", "http://example.org:8080/a?b=c"),
        ("localhost:8000", "https://localhost:8000"),
        ("HTTPS://example.org", "HTTPS://example.org"),
    ],
)
def test_address_may_lack_its_beginning(typed: str, address: str) -> None:
    assert web_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "https://", "javascript:alert(1)", "file:///etc/passwd", "a b", "example.org:99999", "data:text/html,x"],
)
def test_what_is_no_address_is_refused_where_it_is_typed(typed: str) -> None:
    """One with a port that is none became an ingest that failed after six seconds."""
    with pytest.raises(LoadError, match="write an address that begins with https://"):
        web_address(typed)
