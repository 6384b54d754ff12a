"""Files and documents described by their content."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from test_discover import write

from ingest.discover.files import discover
from ingest.discover.sources import DocumentSource, FileSource
from qa.errors import LoadError
from qa.types import Document


def file_source(path: Path) -> FileSource:
    return FileSource(path, path.parent, single=True)


def test_fingerprint_describes_content_size_and_time_of_change(tmp_path: Path) -> None:
    [path] = write(tmp_path, "a.txt")
    os.utime(path, ns=(0, 1_700_000_000_123_456_789))
    fingerprint = file_source(path).fingerprint()
    assert fingerprint.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (fingerprint.size, fingerprint.modified) == (len(path.read_bytes()), 1_700_000_000_123_456)


def test_fingerprint_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert file_source(tmp_path / "a.txt").fingerprint().size == 0


def test_file_that_vanished_meanwhile_is_a_load_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="was removed meanwhile"):
        file_source(tmp_path / "a.txt").fingerprint()


def test_link_that_leads_nowhere_is_a_load_error_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path, "b.txt")
    (tmp_path / "a.txt").symlink_to(tmp_path / "missing.txt")
    first, second = discover([tmp_path]).sources
    with pytest.raises(LoadError, match="is a link to nothing"):
        first.fingerprint()
    assert second.fingerprint().size


def test_folder_in_place_of_a_file_is_a_load_error(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="not a regular file"):
        file_source(tmp_path).fingerprint()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_a_load_error(tmp_path: Path) -> None:
    [path] = write(tmp_path, "a.txt")
    path.chmod(0)
    with pytest.raises(LoadError, match="check its permissions"):
        file_source(path).fingerprint()


def test_name_that_is_not_text_is_a_load_error(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(path)).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such name")
    [source] = discover([tmp_path]).sources
    with pytest.raises(LoadError, match="not valid UTF-8; rename it") as caught:
        source.fingerprint()
    caught.value.source.encode()


def test_pipe_is_a_load_error_and_not_an_endless_wait(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    os.mkfifo(path)
    errors: list[Exception] = []

    def read() -> None:
        try:
            file_source(path).fingerprint()
        except LoadError as error:
            errors.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(1.0)
    waiting = reader.is_alive()
    if waiting:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        reader.join(10.0)
    assert not waiting
    assert errors


def test_document_is_known_by_its_source_and_changes_with_title_or_text() -> None:
    document = Document("docs/1", "Title", "Text", "text/plain")
    source = DocumentSource(document)
    assert (source.name, source.load()) == ("docs/1", document)
    prints = {
        DocumentSource(Document("x", title, text, "text/plain")).fingerprint().sha256
        for title, text in [("Title", "Text"), ("Title ", "Text"), ("Title", "Text "), ("TitleT", "ext")]
    }
    assert len(prints) == 4
    assert source.fingerprint().sha256 in prints


def test_blank_document_is_a_load_error() -> None:
    with pytest.raises(LoadError, match="is empty"):
        DocumentSource(Document("docs/1", "Title", " \n", "text/plain")).load()
