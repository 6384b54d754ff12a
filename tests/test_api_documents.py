"""What programs change over HTTP: uploads, removals, ingests and collections, on a real server."""

import json
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from calling import call, events, upload
from chat_server import Chat
from PIL import Image

pytestmark = pytest.mark.models

LAMP = b"The quay lamp of Ardmore is lit at 19:40."


@pytest.fixture
def shelf(served: Chat) -> Iterator[str]:
    """The name of a collection that is dropped at the end."""
    name = f"shelf_{uuid4().hex[:8]}"
    yield name
    call(f"{served.url}/api/collections/{name}", method="DELETE")


def _brought(served: Chat, told: Any) -> dict[str, Any]:
    """Wait for the job of an upload and return it as it is at its end."""
    name, job = events(f"{served.url}/api/jobs/{told['job']['id']}/events")[-1]
    assert name == "ended"
    return dict(job)


def _sources(served: Chat, shelf: str) -> list[str]:
    _, _, listed = call(f"{served.url}/api/documents?collection={shelf}")
    return [document["source"] for document in listed["documents"]]


def test_upload_is_kept_ingested_and_answers(served: Chat, shelf: str) -> None:
    status, headers, told = upload(
        f"{served.url}/api/documents", [("../../etc/lamp.txt", LAMP), ("run.exe", b"x")], collection=shelf
    )
    assert status == 202
    assert headers["location"] == f"/api/jobs/{told['job']['id']}"
    assert told["kept"] == [{"name": "../../etc/lamp.txt", "path": "etc/lamp.txt"}]
    assert told["refused"] == [{"name": "run.exe", "reason": "kind", "detail": "of a kind that Footnote does not read"}]
    happened = events(f"{served.url}/api/jobs/{told['job']['id']}/events")
    assert {name for name, _ in happened[:-1]} <= {"progress"}
    ended = happened[-1][1]
    assert (ended["state"], ended["progress"]["stored"]) == ("done", 1)
    assert _sources(served, shelf) == [f"{shelf}/etc/lamp.txt"]
    question = {"question": "When is the quay lamp of Ardmore lit?", "collection": shelf}
    _, _, answer = call(f"{served.url}/api/ask", question)
    assert answer["text"] == "The quay lamp of Ardmore is lit at 19:40. [1]"


def test_name_that_is_taken_is_asked_about_before_anything_is_kept(served: Chat, shelf: str) -> None:
    documents = f"{served.url}/api/documents"
    _brought(served, upload(documents, [("lamp.txt", LAMP)], collection=shelf)[2])
    other = [("lamp.txt", b"Out."), ("new.txt", b"New.")]
    status, _, problem = upload(documents, other, collection=shelf)
    assert status == 409
    assert "lamp.txt; say what becomes of them with clash=replace" in problem["detail"]
    assert _sources(served, shelf) == [f"{shelf}/lamp.txt"]
    told = upload(documents, other, collection=shelf, clash="both")[2]
    assert told["kept"] == [{"name": "lamp.txt", "path": "lamp (2).txt"}, {"name": "new.txt", "path": "new.txt"}]
    both = _brought(served, told)
    assert both["progress"]["stored"] == 2
    assert _sources(served, shelf) == [f"{shelf}/{name}" for name in ("lamp (2).txt", "lamp.txt", "new.txt")]
    _, _, told = upload(documents, [("lamp.txt", b"Lit.")], collection=shelf, clash="skip")
    assert (told["job"], told["kept"]) == (None, [])


@pytest.mark.parametrize(
    ("files", "fields", "status", "words"),
    [
        ([("a.exe", b"x")], {}, 422, "a.exe: of a kind that Footnote does not read"),
        ([("a.txt", b"")], {}, 422, "a.txt: empty"),
        ([("..", b"x")], {}, 422, "without a usable name"),
        ([(".env.txt", b"x")], {}, 422, "hidden"),
        ([], {}, 422, "no file was sent"),
        ([("a.txt", b"x")], {"clash": "burn"}, 422, "must be one of replace, both, skip"),
        ([("a.txt", b"x")], {"collection": "../x"}, 422, "is not a name"),
    ],
)
def test_upload_that_cannot_be_kept_is_told(
    served: Chat, files: list[tuple[str, bytes]], fields: dict[str, str], status: int, words: str
) -> None:
    told, _, problem = upload(f"{served.url}/api/documents", files, **{"collection": "never", **fields})
    assert told == status
    assert words in problem["detail"]
    assert call(f"{served.url}/api/collections/never")[0] == 404


def test_upload_in_another_form_is_told(served: Chat) -> None:
    assert call(f"{served.url}/api/documents", {"files": []})[0] == 415
    broken = {"content-type": "multipart/form-data; boundary=edge"}
    assert call(f"{served.url}/api/documents", b"--edge\r\nnothing", **broken)[0] in (400, 422)


def test_removed_documents_are_named_and_come_back(served: Chat, shelf: str) -> None:
    files = [("lamp.txt", LAMP), ("log.csv", b"day,lamp\n1,lit\n"), ("rope.txt", b"Ropes are kept in the shed.")]
    _brought(served, upload(f"{served.url}/api/documents", files, collection=shelf)[2])
    url = f"{served.url}/api/documents?collection={shelf}"
    assert call(url, method="DELETE")[0] == 422  # not all for want of a condition
    _, _, gone = call(f"{url}&where=type%3Dtxt", method="DELETE")
    assert {document["source"] for document in gone["removed"]} == {f"{shelf}/lamp.txt", f"{shelf}/rope.txt"}
    assert _sources(served, shelf) == [f"{shelf}/log.csv"]
    undo = f"{served.url}/api/removals/{gone['removal']}/undo?collection={shelf}"
    assert call(undo, method="POST")[2] == {"documents": 2, "there_already": 0}
    assert len(_sources(served, shelf)) == 3
    assert call(undo, method="POST")[0] == 404
    _, _, listed = call(url)
    [first, *_] = listed["documents"]
    _, _, gone = call(f"{served.url}/api/documents/{first['id']}?collection={shelf}", method="DELETE")
    assert [document["id"] for document in gone["removed"]] == [first["id"]]
    assert call(f"{url}&where=type%3Dpdf", method="DELETE")[0] == 404


def test_jobs_are_listed_repeated_and_told_apart(served: Chat, shelf: str) -> None:
    first = _brought(served, upload(f"{served.url}/api/documents", [("lamp.txt", LAMP)], collection=shelf)[2])
    status, _, told = call(f"{served.url}/api/jobs", {"where": ["type=txt"], "collection": shelf})
    assert (status, told["job"]["kind"], told["lost"]) == (202, "again", [])
    assert _brought(served, told)["state"] == "done"
    _, _, repeated = call(f"{served.url}/api/jobs", {"job": first["id"]})
    assert _brought(served, repeated)["progress"]["unchanged"] == 1
    _, _, page = call(f"{served.url}/api/jobs?collection={shelf}&limit=2")
    _, _, rest = call(f"{served.url}/api/jobs?collection={shelf}&limit=2&cursor={page['next']}")
    ids = [job["id"] for job in (*page["jobs"], *rest["jobs"])]
    assert ids == [repeated["job"]["id"], told["job"]["id"], first["id"]]
    assert rest["next"] is None
    assert call(f"{served.url}/api/jobs/{first['id']}/cancel", {})[0] == 409
    assert call(f"{served.url}/api/jobs/none/events")[0] == 404


def test_folder_that_cannot_be_read_in_part_tells_which_files(served: Chat, shelf: str, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_bytes(LAMP)
    (tmp_path / "bad.pdf").write_bytes(b"no pdf")
    _, _, told = call(f"{served.url}/api/jobs", {"folder": str(tmp_path), "collection": shelf})
    assert _brought(served, told)["progress"]["failed"] == 1
    _, _, job = call(f"{served.url}/api/jobs/{told['job']['id']}")
    assert [Path(failure["source"]).name for failure in job["failures"]] == ["bad.pdf"]


def test_job_that_is_cancelled_ends(served: Chat, shelf: str, tmp_path: Path) -> None:
    for number in range(400):
        (tmp_path / f"{number}.txt").write_text(f"Lamp {number} is lit. " * 100)
    _, _, told = call(f"{served.url}/api/jobs", {"folder": str(tmp_path), "collection": shelf})
    status, _, _ = call(f"{served.url}/api/jobs/{told['job']['id']}/cancel", method="POST")
    assert status == 200
    assert _brought(served, told)["state"] == "stopped"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "exactly one of"),
        ({"folder": "/x", "address": "https://x.example"}, "exactly one of"),
        ({"folder": "/there/is/none"}, "no such file or folder"),
        ({"address": "ftp://x"}, "https://"),
    ],
)
def test_job_that_cannot_begin_is_told(served: Chat, body: dict[str, Any], words: str) -> None:
    status, _, problem = call(f"{served.url}/api/jobs", {**body, "collection": "never"})
    assert status == 422
    assert words in problem["detail"]


def test_collection_is_made_renamed_and_dropped(served: Chat, shelf: str) -> None:
    collections = f"{served.url}/api/collections"
    assert call(collections, {"name": shelf})[0] == 201
    assert call(collections, {"name": shelf})[0] == 409
    assert call(collections, {"name": "1st"})[0] == 422
    new = f"{shelf}_new"
    assert call(f"{collections}/{shelf}", {"name": "documents"}, method="PATCH")[0] == 409
    _, _, renamed = call(f"{collections}/{shelf}", {"name": new}, method="PATCH")
    assert (renamed["name"], renamed["documents"]) == (new, 0)
    assert call(f"{collections}/{shelf}")[0] == 404
    assert call(f"{collections}/{new}", method="DELETE")[2] == {"dropped": new, "documents": 0, "passages": 0}
    assert call(f"{collections}/{new}", method="DELETE")[0] == 404


# Where a passage stands


@pytest.fixture(scope="module")
def passage(served: Chat) -> str:
    """Id of a passage of a PDF."""
    _, _, found = call(f"{served.url}/api/search", {"query": "vessels and transfers", "where": ["type=pdf"]})
    return str(next(hit["chunk"]["id"] for hit in found["hits"] if hit["chunk"]["page"] > 1))


def _picture(served: Chat, passage: str, query: str = "") -> Image.Image:
    with urllib.request.urlopen(f"{served.url}/api/passages/{passage}/page.png{query}", timeout=60) as response:
        assert response.headers["content-type"] == "image/png"
        return Image.open(BytesIO(response.read()))


def _boxed(picture: Image.Image) -> int:
    """Count the pixels that have the colour of a box's line."""
    return sum(count for count, colour in picture.getcolors(1 << 24) or () if colour == (202, 138, 4))


def test_picture_of_a_page_has_the_words_boxed(served: Chat, passage: str) -> None:
    _, _, stored = call(f"{served.url}/api/passages/{passage}")
    whole = _picture(served, passage)
    some = _picture(served, passage, f"?mark={stored['start']}-{stored['start'] + 12}")
    assert _boxed(whole) > 4 * _boxed(some) > 0
    assert _picture(served, passage, "?zoom=50").width == 800
    url = f"{served.url}/api/passages/{passage}/page.png"
    with urllib.request.urlopen(url, timeout=60) as response:
        tag = response.headers["etag"]
    assert call(url, **{"if-none-match": tag})[0] == 304
    assert call(url, **{"if-none-match": "*"})[0] == 304


def test_passage_without_a_page_has_no_picture(served: Chat) -> None:
    _, _, found = call(f"{served.url}/api/search", {"query": "wave limit", "where": ["type=eml"], "top_k": 1})
    url = f"{served.url}/api/passages/{found['hits'][0]['chunk']['id']}/page.png"
    status, _, problem = call(url)
    assert status == 404
    assert "neither a PDF nor a picture" in problem["detail"]
    assert call(f"{served.url}/api/passages/none/page.png")[0] == 404


def test_citation_opens_for_a_person_at_its_place(served: Chat, passage: str) -> None:
    _, _, stored = call(f"{served.url}/api/passages/{passage}?collection=documents")
    mark = f"{stored['start']}-{stored['start'] + 12}"
    url = f"{served.url}/api/passages/{passage}?collection=documents&mark={mark}"
    status, headers, page = call(url, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"p. {stored['page']} of 5" in page
    assert 'class="fnr-box fnr-chosen"' in page
    # What belongs to it is asked of the same collection.
    [picture] = [part.split('"')[0] for part in page.split('src="')[1:] if "page-" in part]
    assert "collection=documents" in picture
    assert call(f"{served.url}{picture.replace('&amp;', '&')}")[0] == 200
    program, headers, told = call(url, accept="application/json")
    assert (program, told["id"], headers["vary"]) == (200, passage, "accept")


def test_interface_is_described_from_this_machine(served: Chat) -> None:
    _, headers, page = call(f"{served.url}/docs")
    assert headers["content-type"].startswith("text/html")
    assert "://" not in page
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "docs.js"):
        assert f"docs/{name}" in page
        assert call(f"{served.url}/docs/{name}")[0] == 200
    assert call(f"{served.url}/docs/other.js")[0] == 404
    _, _, schema = call(f"{served.url}/openapi.json")
    ids = [way["operationId"] for ways in schema["paths"].values() for way in ways.values()]
    assert len(ids) == len(set(ids)) >= 19
    assert json.dumps(schema).count('"summary"') >= len(ids)
