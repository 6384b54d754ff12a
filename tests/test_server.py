"""A real Milvus server: Milvus 2.3.5, which a package brings. Too old for sparse vectors, real for all the rest."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from conftest import SMALL, free_port, run_command
from environments import environment, on_this_machine, unavailable

from qa.errors import StoreError, StoreUnavailableError
from qa.index_types import read_index_type
from qa.store import Server, open_index
from qa.store.collection import Collection
from qa.store.connection import open_connection

pytestmark = [
    pytest.mark.milvus,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not on_this_machine(), reason="the package holds programs for Linux"),
]

ROOT_USER = Server(token="root:Milvus")
ROWS = [{"id": f"{n:032x}", "title": f"Größe {n}", "dense": np.eye(8, dtype=np.float32)[n % 8]} for n in range(20)]


class Milvus:
    """One server on this machine, with its data in a folder."""

    def __init__(self, program: Path, data: Path, *options: str, server: Server = ROOT_USER) -> None:
        self.port = free_port()
        self.uri = f"{'https' if server.ca else 'http'}://127.0.0.1:{self.port}"
        self._server = server
        etcd = free_port()
        self._etcd = data.with_suffix(".etcd.yaml")
        self._etcd.write_text(_etcd_settings(etcd, peers=free_port()))
        names = ("root-coord", "proxy-internal", "query-coord", "query-node")
        names += ("index-coord", "index-node", "data-coord", "data-node")
        ports = [option for name in names for option in (f"--{name}-port", str(free_port()))]
        self._command = [str(program), "--data", str(data), "--proxy-port", str(self.port), *ports]
        self._command += ["--etcd-port", str(etcd), "--authorization-enabled", "true", *options]
        self._log = data.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, again: bool = False) -> None:
        with self._log.open("ab") as log:
            variables = {**os.environ, "ETCD_CONFIG_PATH": str(self._etcd)}
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=variables, start_new_session=True
            )
        deadline = time.monotonic() + 120
        while reason := asyncio.run(self._silent()):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = f"the server did not come up: {reason}; it said: {self._log.read_text()[-300:]}"
                if again:
                    # It does not always find that its own old session is over, which is not ours to test.
                    pytest.skip(said)
                unavailable(said)
            time.sleep(0.5)

    def stop(self, *, grace_s: float = 0.0) -> None:
        if self._process:
            family: list[psutil.Process] = []
            with contextlib.suppress(psutil.NoSuchProcess):
                first = psutil.Process(self._process.pid)
                family = [first, *first.children(recursive=True)]
            for process in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.terminate()
            # Killed, or with a shorter lease, it may not come up again: it meets its own old session.
            _, alive = psutil.wait_procs(family, timeout=grace_s)
            for process in alive:
                process.kill()
            self._process.wait()
            self._process = None

    async def _silent(self) -> str:
        """Return why it does not answer yet; "" if it does."""
        try:
            async with open_connection(self.uri, self._server, timeout_s=5.0):
                return ""
        except StoreError as error:
            return str(error)


def _etcd_settings(port: int, *, peers: int) -> str:
    """Its port for peers, of which it has none, is 2380 unless told otherwise; two servers could not run at once."""
    return (
        f"listen-client-urls: http://127.0.0.1:{port}\n"
        f"advertise-client-urls: http://127.0.0.1:{port}\n"
        f"listen-peer-urls: http://127.0.0.1:{peers}\n"
        f"initial-advertise-peer-urls: http://127.0.0.1:{peers}\n"
        f"initial-cluster: default=http://127.0.0.1:{peers}\n"
    )


@pytest.fixture(scope="session")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Milvus]:
    programs = environment("milvus-2.3.5", "milvus==2.3.5")
    server = Milvus(programs / "milvus-server", tmp_path_factory.mktemp("milvus") / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def milvus_of_its_own(tmp_path: Path) -> Iterator[Milvus]:
    """A server that nobody else uses, for a test that stops it."""
    programs = environment("milvus-2.3.5", "milvus==2.3.5")
    server = Milvus(programs / "milvus-server", tmp_path / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@asynccontextmanager
async def dense_collection(milvus: Milvus, name: str, server: Server = ROOT_USER) -> AsyncIterator[Collection]:
    """A collection without sparse vectors, loaded and empty."""
    from pymilvus import AsyncMilvusClient, DataType

    schema = AsyncMilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.VARCHAR, max_length=32, is_primary=True)
    schema.add_field("title", DataType.VARCHAR, max_length=100)
    schema.add_field("dense", DataType.FLOAT_VECTOR, dim=8)
    async with open_connection(milvus.uri, server, timeout_s=30.0) as connection:
        collection = Collection(connection, name, byte_limits={"id": 32, "title": 100})
        await collection.drop()
        await collection.create(schema, {"dense": {"index_type": "AUTOINDEX", "metric_type": "COSINE"}})
        await collection.load()
        yield collection


def run(main: Any) -> None:
    asyncio.run(main())


@pytest.mark.long
@pytest.mark.parametrize("consistency", ["Strong", "Bounded", "Session", "Eventually"])
def test_dense_search_at_each_consistency(milvus: Milvus, consistency: str) -> None:
    async def main() -> None:
        async with dense_collection(milvus, "dense", replace(ROOT_USER, consistency=consistency, shards=2)) as dense:
            await dense.insert(ROWS)
            assert await dense.count() == 20  # as of now, whatever the level of searches
            if consistency == "Strong":
                rows = await dense.search("dense", ROWS[3]["dense"], limit=3, fields=["title"])
                assert {row["title"] for row in rows} == {"Größe 3", "Größe 11", "Größe 19"}
                assert rows[0]["score"] == pytest.approx(1.0)
            else:
                await dense.search("dense", ROWS[3]["dense"], limit=3, fields=["title"])
            assert await dense.delete('title == "Größe 4"') == 1
            assert len([row async for page in dense.scan("", ["id"]) for row in page]) == 19

    run(main)


@pytest.mark.long
def test_partitions(milvus: Milvus) -> None:
    async def main() -> None:
        async with dense_collection(milvus, "parts") as parts:
            await parts.partitions.create("north")
            await parts.partitions.create("north")
            assert set(await parts.partitions.names()) == {"_default", "north"}
            await parts.insert(ROWS[:5], partition="north")
            await parts.insert(ROWS[5:7])
            assert await parts.count() == 7
            await parts.release()
            await parts.partitions.drop("north")
            await parts.load()
            assert await parts.partitions.names() == ["_default"]
            assert await parts.count() == 2

    run(main)


@pytest.mark.long
def test_index_is_changed_in_place(milvus: Milvus) -> None:
    """Every type of dense index that Milvus has; the same row is nearest under each."""

    async def main() -> None:
        async with dense_collection(milvus, "indexes") as collection:
            await collection.insert(ROWS)
            await collection.flush()
            for text in ("FLAT", "HNSW:M=8,efConstruction=64", "IVF_FLAT:nlist=4", "DISKANN", "AUTOINDEX"):
                wanted = read_index_type(text, "dense")
                await collection.change_index("dense", wanted)
                assert (await collection.indexes())["dense"].name == wanted.name
                [found] = await collection.search("dense", ROWS[3]["dense"], limit=1, fields=["title"])
                assert found["score"] == pytest.approx(1.0, abs=1e-3)

    run(main)


@pytest.mark.long
def test_some_partitions_are_loaded_and_released(milvus: Milvus) -> None:
    async def main() -> None:
        async with dense_collection(milvus, "some_partitions") as collection:
            await collection.partitions.create("one")
            await collection.partitions.create("two")
            await collection.insert(ROWS[:10], partition="one")
            await collection.insert(ROWS[10:], partition="two")
            await collection.release()
            await collection.partitions.load(["one"])
            assert await collection.count() == 10
            await collection.partitions.load(["two"])
            assert await collection.count() == 20
            await collection.partitions.release(["one"])
            assert await collection.count() == 10

    run(main)


@pytest.mark.long
def test_partition_key_parts_tenants(milvus: Milvus) -> None:
    from pymilvus import AsyncMilvusClient, DataType

    async def main() -> None:
        schema = AsyncMilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("id", DataType.VARCHAR, max_length=32, is_primary=True)
        schema.add_field("title", DataType.VARCHAR, max_length=100)
        schema.add_field("dense", DataType.FLOAT_VECTOR, dim=8)
        schema.add_field("tenant", DataType.VARCHAR, max_length=128, is_partition_key=True)
        async with open_connection(milvus.uri, replace(ROOT_USER, consistency="Strong"), timeout_s=30.0) as connection:
            north, south = (
                Collection(connection, "shared", byte_limits={}, tenant=name) for name in ("north", "south")
            )
            await north.create(schema, {"dense": {"index_type": "AUTOINDEX", "metric_type": "COSINE"}})
            await north.load()
            await north.insert(ROWS[:8])
            await south.insert(ROWS[6:10])  # two of them under the same keys
            assert (await north.count(), await south.count()) == (8, 4)
            rows = await south.search("dense", ROWS[0]["dense"], limit=9, fields=["title"])
            assert {row["title"] for row in rows} == {"Größe 6", "Größe 7", "Größe 8", "Größe 9"}
            assert {row["id"] for row in rows} == {row["id"] for row in ROWS[6:10]}
            await north.drop()
            assert (await north.count(), await south.count()) == (0, 4)

    run(main)


@pytest.mark.long
def test_lengths_are_bytes(milvus: Milvus) -> None:
    """Sixty characters of two bytes each are over a limit of a hundred, on the server as with us."""

    async def main() -> None:
        async with dense_collection(milvus, "lengths") as lengths:
            long = [{**ROWS[0], "title": "é" * 60}]
            with pytest.raises(StoreError, match='field "title" of "lengths" takes 100 bytes, got 120'):
                await lengths.insert(long)
            unchecked = Collection(lengths._connection, "lengths", byte_limits={})
            with pytest.raises(StoreError, match="the index refused to insert"):
                await unchecked.insert(long)
            await lengths.insert([{**ROWS[0], "title": "é" * 50}])
            assert await lengths.count() == 1

    run(main)


def test_too_old_server_is_refused_with_both_versions(
    milvus: Milvus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> None:
        async with open_index(milvus.uri, "documents", ROOT_USER, timeout_s=10.0):
            pass

    with pytest.raises(StoreError, match=r"runs Milvus v?2\.3.*needs 2\.5 or newer"):
        run(main)

    async def prepare() -> None:
        async with open_index(tmp_path / "old.db", "documents", idle_s=2.0) as index:
            await index.open_or_create(SMALL)

    run(prepare)
    monkeypatch.setenv("FOOTNOTE_TOKEN", "root:Milvus")
    for tenancy in ([], ["--tenancy", "shared"]):
        assert run_command(["migrate", str(tmp_path / "old.db"), milvus.uri, *tenancy]) == 1
        assert "needs 2.5 or newer" in capsys.readouterr().err
    assert run_command(["status", "--uri", milvus.uri, "--home", str(tmp_path)]) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")


@pytest.mark.parametrize("server", [Server(), Server(token="root:wrong-secret"), Server(token="nobody:wrong-secret")])
def test_who_may_not_enter_is_told_so_without_the_secret(milvus: Milvus, server: Server) -> None:
    async def main() -> None:
        async with open_connection(milvus.uri, server, timeout_s=10.0):
            pass

    with pytest.raises(StoreError, match="FOOTNOTE_TOKEN") as raised:
        run(main)
    assert not isinstance(raised.value, StoreUnavailableError)
    assert "wrong-secret" not in str(raised.value)
    assert "wrong-secret" not in repr(server)


@pytest.mark.long
def test_unknown_database_is_named(milvus: Milvus) -> None:
    async def main() -> None:
        async with open_connection(milvus.uri, replace(ROOT_USER, database="nowhere"), timeout_s=10.0):
            pass

    with pytest.raises(StoreError, match=r"\[database=nowhere\]; set FOOTNOTE_SERVER_DATABASE"):
        run(main)


@pytest.mark.long
def test_collections_of_a_database_are_its_own(milvus: Milvus) -> None:
    papers = replace(ROOT_USER, database="papers")

    async def main() -> None:
        async with open_connection(milvus.uri, ROOT_USER, timeout_s=10.0) as connection:
            await connection.call("make a database", lambda client: client.create_database("papers"))
            async with dense_collection(milvus, "inside", papers) as inside:
                await inside.insert(ROWS)
                assert await inside.count() == 20
                assert not await Collection(connection, "inside", byte_limits={}).exists()

    run(main)


@pytest.mark.long
def test_more_replicas_than_nodes_are_named(milvus: Milvus) -> None:
    async def main() -> None:
        async with dense_collection(milvus, "copies", replace(ROOT_USER, replicas=2)):
            pass

    with pytest.raises(StoreError, match=r"in 2 replicas: .*nodes"):
        run(main)


def certificate(folder: Path) -> tuple[str, str]:
    """Make a certificate that is its own authority, and its key."""
    pem, key = str(folder / "server.pem"), str(folder / "server.key")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=milvus.example"]
    make += ["-addext", "subjectAltName=DNS:milvus.example", "-keyout", key, "-out", pem]
    subprocess.run(make, check=True, capture_output=True)
    return pem, key


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs the program openssl")
@pytest.mark.parametrize(
    "mutual", [pytest.param(False, id="server", marks=pytest.mark.long), pytest.param(True, id="both")]
)
def test_certificates_are_checked(tmp_path: Path, mutual: bool) -> None:
    programs = environment("milvus-2.3.5", "milvus==2.3.5")
    pem, key = certificate(tmp_path)
    trusting = replace(ROOT_USER, ca=pem, server_name="milvus.example")
    known = replace(trusting, certificate=pem, key=key) if mutual else trusting
    options = ["--tls-mode", "2" if mutual else "1", "--ca-pem-path", pem]
    options += ["--server-pem-path", pem, "--server-key-path", key]
    milvus = Milvus(programs / "milvus-server", tmp_path / "data", *options, server=known)

    async def connect(server: Server, uri: str = milvus.uri) -> None:
        async with open_connection(uri, server, timeout_s=5.0):
            pass

    async def refused(server: Server) -> None:
        # While a connection that is trusted is open: pymilvus would use that for both.
        async with open_connection(milvus.uri, known, timeout_s=5.0):
            await connect(server)

    try:
        milvus.start()
        with pytest.raises(StoreError, match="FOOTNOTE_TLS_CA"):
            asyncio.run(refused(ROOT_USER))
        with pytest.raises(StoreError, match="FOOTNOTE_TLS_CA"):
            asyncio.run(refused(replace(known, server_name="")))
        if mutual:
            with pytest.raises(StoreError, match="FOOTNOTE_TLS_CA"):
                asyncio.run(refused(trusting))
        with pytest.raises(StoreUnavailableError, match="check that the engine runs"):
            asyncio.run(connect(ROOT_USER, milvus.uri.replace("https", "http")))
    finally:
        milvus.stop()


@pytest.mark.long
def test_secure_connection_is_never_a_plain_one(milvus: Milvus) -> None:
    async def main() -> None:
        async with (
            open_connection(milvus.uri, ROOT_USER, timeout_s=5.0),
            open_connection(milvus.uri.replace("http", "https"), ROOT_USER, timeout_s=5.0),
        ):
            pass

    with pytest.raises(StoreError, match="secure connection"):
        run(main)


@pytest.mark.long
def test_client_outlives_a_restart_of_the_server(milvus_of_its_own: Milvus) -> None:
    milvus = milvus_of_its_own

    async def main() -> None:
        async with dense_collection(milvus, "restart") as restart:
            await restart.insert(ROWS)
            await restart.flush()
            await asyncio.to_thread(milvus.stop, grace_s=20.0)
            impatient = Collection(restart._connection, "restart", byte_limits={})
            impatient._timeout_s = 2.0
            with pytest.raises(StoreUnavailableError, match="check that the engine runs"):
                await impatient.count()
            await asyncio.to_thread(milvus.start, again=True)
            await restart.load()
            assert await restart.count() == 20

    run(main)
