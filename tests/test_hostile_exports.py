"""Exports that somebody wrote by hand: refused in one line before anything is stored, whatever they hold."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import SMALL, run, run_command
from small_index import commit
from test_pipeline import SPARSE

from qa.errors import LoadError
from qa.store import open_index
from qa.store.portable import read_export, write_export

Spoil = Callable[[Path], None]


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The export of two documents of one chunk each."""
    folder = tmp_path_factory.mktemp("exports")

    async def main() -> None:
        async with open_index(folder / "source.db", "tests", idle_s=1.0) as index:
            await index.open_or_create(SMALL)
            await commit(index, SPARSE, ["alpha text", "beta text"])
            await write_export(index, folder / "export")

    run(main)
    return folder / "export"


def described(**values: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        file = folder / "collection.json"
        known = json.loads(file.read_text())
        known.pop("sha256", None)
        file.write_text(json.dumps({**known, **values}))

    return spoil


def setting(**values: Any) -> Spoil:
    def spoil(folder: Path) -> None:
        settings = json.loads((folder / "collection.json").read_text())["settings"]
        described(settings={**settings, **values})(folder)

    return spoil


def column(file: str, name: str, change: Callable[[Any], Any]) -> Spoil:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / file)
        values = pa.array([change(value) for value in table[name].to_pylist()])
        if name == "dense" and values.type != table.schema.field(name).type and pa.types.is_list(values.type):
            values = values.cast(pa.list_(pa.float32()))
        pq.write_table(table.set_column(table.schema.get_field_index(name), name, values), folder / file)
        described()(folder)

    return spoil


def without(file: str, name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        pq.write_table(pq.read_table(folder / file).drop_columns([name]), folder / file)
        described()(folder)

    return spoil


CHUNKS, DOCUMENTS = "chunks.parquet", "documents.parquet"
SPOILT: dict[str, Spoil] = {
    "hash of another file": described(sha256={"../../../../../../dev/zero": "x"}),
    "hash of a device": described(sha256={"/dev/zero": "x"}),
    "huge dimension": setting(dim=10**9),
    "dimension in words": setting(dim="x"),
    "another dimension": setting(dim=16),
    "average in words": setting(average_terms="x"),
    "list of models": setting(dense_model=[1]),
    "number as a name": described(name=7),
    "number as an identity": described(identity=7),
    "settings as a list": described(settings=[1]),
    "odd failures": described(failures=[{"a": 1}]),
    "failures in words": described(failures="abc"),
    "expression as a key": column(CHUNKS, "id", lambda _: "x') or ('1'='1"),
    "expression as a document": column(DOCUMENTS, "document_id", lambda _: "x') or ('1'='1"),
    "one key twice": column(CHUNKS, "id", lambda _: "a" * 32),
    "short vectors": column(CHUNKS, "dense", lambda vector: vector[:3]),
    "vectors in words": column(CHUNKS, "dense", lambda _: "x"),
    "vectors of no numbers": column(CHUNKS, "dense", lambda _: [float("nan")] * 8),
    "few weights": column(CHUNKS, "weights", lambda weights: weights[:1]),
    "place in words": column(CHUNKS, "start", lambda _: "x"),
    "no place": column(CHUNKS, "start", lambda _: None),
    "end before the start": column(CHUNKS, "end", lambda _: -5),
    "no texts": column(CHUNKS, "text", lambda _: None),
    "metadata as a list": column(CHUNKS, "metadata", lambda _: "[1]"),
    "metadata in metadata": column(CHUNKS, "metadata", lambda _: '{"page_label": {"a": [1]}}'),
    "garbled metadata": column(CHUNKS, "metadata", lambda _: "{"),
    "metadata of a document as a list": column(DOCUMENTS, "metadata", lambda _: "[1]"),
    "size in words": column(DOCUMENTS, "size", lambda _: "x"),
    "another version": column(DOCUMENTS, "version", lambda _: "../x"),
    "without texts": without(CHUNKS, "text"),
    "without vectors": without(CHUNKS, "dense"),
    "without hashes": without(DOCUMENTS, "sha256"),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.timeout(20)
def test_export_written_by_hand_is_refused(exported: Path, tmp_path: Path, spoil: Spoil) -> None:
    """A missing place ended the engine, a key was taken as it stood, and the hash of a device never ended."""
    shutil.copytree(exported, tmp_path / "export")
    spoil(tmp_path / "export")
    with pytest.raises(LoadError, match="is damaged; export the collection again"):
        read_export(tmp_path / "export")


def test_export_of_a_name_that_leads_elsewhere_is_refused(
    exported: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(exported, tmp_path / "export")
    described(name="../../x")(tmp_path / "export")
    home = tmp_path / "home"
    assert run_command(["collections", "import", str(tmp_path / "export"), "--home", str(home)]) == 1
    assert 'collection "../../x" is not a name' in capsys.readouterr().err
    assert not (home / "footnote.db").exists()


def test_export_that_nobody_touched_is_read(exported: Path) -> None:
    assert read_export(exported).chunks == 2
