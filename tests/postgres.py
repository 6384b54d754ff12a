"""A PostgreSQL server of its own for the tests: Debian's programs, a folder of temporary files, a socket in it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import free_port


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


@contextmanager
def running() -> Iterator[str]:
    """Run a server until it is left, and give its address. It refuses to run as root, so it runs as `nobody` there."""
    bin_ = programs()
    assert bin_ is not None
    as_whom = {"user": "nobody", "group": "nogroup"} if os.getuid() == 0 else {}
    # Not in pytest's folder, which nobody else may enter.
    folder = Path(tempfile.mkdtemp(prefix="footnote-postgres-"))
    if as_whom:
        shutil.chown(folder, **as_whom)
    data, port = folder / "data", free_port()

    def call(name: str, *arguments: str) -> None:
        command = [bin_ / name, *arguments]
        done = subprocess.run(command, check=False, capture_output=True, cwd=folder, **as_whom)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()

    call(
        "initdb", "-D", str(data), "-U", "footnote", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"
    )
    options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
    call("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql://footnote@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
