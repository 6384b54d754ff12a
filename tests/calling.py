"""Requests as any program would send them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

Answered = tuple[int, dict[str, str], Any]


def call(url: str, body: object = None, *, method: str | None = None, **headers: str) -> Answered:
    """Send a request; return the status, the headers and what came, read as JSON if it is."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    request = Request(url, data=data, headers={"content-type": "application/json", **headers}, method=method)
    try:
        with urlopen(request, timeout=60) as response:
            return response.status, dict(response.headers), _read(response.read())
    except HTTPError as error:
        return error.code, dict(error.headers), _read(error.read())


def upload(
    url: str, files: Sequence[tuple[str, bytes]], *, headers: Mapping[str, str] | None = None, **fields: str
) -> Answered:
    """Send files, by their names, and fields as a form."""
    edge = uuid4().hex
    parts = [_part(f'form-data; name="{name}"', value.encode(), edge) for name, value in fields.items()]
    for name, content in files:
        quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        parts.append(_part(f'form-data; name="files"; filename="{quoted}"', content, edge))
    body = b"".join(parts) + f"--{edge}--\r\n".encode()
    return call(url, body, **{"content-type": f"multipart/form-data; boundary={edge}", **(headers or {})})


def events(url: str, **headers: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Read a stream of server-sent events to its end: the name and the data of each."""
    with urlopen(Request(url, headers=headers), timeout=120) as response:
        blocks = response.read().decode().strip().split("\n\n")
    found = []
    for block in blocks:
        lines = dict(line.partition(": ")[::2] for line in block.split("\n"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


def _part(disposition: str, content: bytes, edge: str) -> bytes:
    return f"--{edge}\r\ncontent-disposition: {disposition}\r\n\r\n".encode() + content + b"\r\n"


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")
