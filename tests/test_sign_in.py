"""Who is let in where people have to sign in: requests as they stand, to real servers over real sockets."""

import json
import re
import socket
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from chat_server import Chat
from conftest import run_command
from signed_in import PASSWORDS, Reply, send, serving, session, sign_in, upgraded, with_users
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from qa.accounts.audit import Audit
from qa.accounts.sessions import _of_pair
from qa.accounts.shares import Shares
from qa.database.conversations import Conversations
from qa.database.engine import open_database
from ui.web import opening, place
from ui.web.place import Place, read_place


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accounts") / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="module")
def keys(home: Path) -> dict[str, str]:
    return with_users(home)


@pytest.fixture(scope="module")
def chat(home: Path, keys: dict[str, str]) -> Iterator[Chat]:  # noqa: ARG001
    """It listens on all addresses of this machine, and nothing is ingested."""
    with serving(home, "--host=0.0.0.0") as chat:
        yield chat


@pytest.fixture(scope="module")
def ann(chat: Chat) -> str:
    return session(chat, "ann")


@pytest.fixture(autouse=True)
def _forgiven(home: Path, keys: dict[str, str]) -> None:  # noqa: ARG001
    """No test waits for what an earlier one guessed."""
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        connection.execute("DELETE FROM attempts")


# Starting


@pytest.fixture(autouse=True)
def _own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """What an earlier command line named is none of the next one's."""
    monkeypatch.setattr(opening, "_options", {})


def test_nobody_is_let_in_before_somebody_can_sign_in(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["serve", "--host", "0.0.0.0", "--home", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert err == (
        "error: --host 0.0.0.0 lets others in, and nobody can sign in yet; add a user with: "
        "footnote users add NAME --owner, or name an OpenID provider, see docs/accounts.md\n"
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--public-url", "https://docs.example.com"], "nobody can sign in yet"),
        (["--sign-in", "on"], "nobody can sign in yet"),
        (["--public-url", "docs.example.com"], "is not an address"),
        (["--public-url", "https://docs.example.com/api"], 'begins as one of Footnote\'s own, "/api"'),
        (["--public-url", "https://docs.example.com/a/../b"], "of other signs"),
        (["--host", "my host"], "neither an address nor a name"),
        (["--host", "my..host"], "neither an address nor a name"),
        (["--host", "h" * 64], "neither an address nor a name"),
        (["--trusted-proxies", "10.0.0.0/8, proxy"], 'has "proxy", which is no address'),
        (["--sign-in", "on", "--oidc-issuer", "http://id.example.com", "--oidc-client-id", "x"], "no https:// address"),
        (["--oidc-client-id", "x"], "go together"),
    ],
)
def test_what_cannot_be_served_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert run_command(["serve", "--home", str(tmp_path), *options]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_where_others_can_come_is_known() -> None:
    assert not read_place(1).is_open
    assert not read_place(1, host="::1").is_open
    assert not read_place(1, public_url="http://localhost:9/x").is_open
    assert read_place(1, host="0.0.0.0").is_open
    assert read_place(1, public_url="https://docs.example.com").is_open


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("docs.example.com", "https://docs.example.com"),
        ("docs.example.com:443", "https://docs.example.com"),
        ("localhost:8501", "http://localhost:8501"),
        ("192.168.1.5:8501", "http://192.168.1.5:8501"),
        ("[fe80::1]:8501", "http://[fe80::1]:8501"),
        ("docs.example.com:8501", ""),
        ("evil.example:8501", ""),
        ("192.168.1.5", ""),
        ("192.168.1.5.evil.example:8501", ""),
        ("0.0.0.0:8501", ""),
        ("3232235781:8501", ""),
        ("", ""),
    ],
)
def test_names_under_which_it_is_served(host: str, origin: str) -> None:
    served = read_place(8501, host="0.0.0.0", public_url="https://docs.example.com/notes")
    assert served.origin_of(host) == origin
    assert served.address == "https://docs.example.com/notes"


def test_names_of_the_machine_lead_here_where_others_can_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colleagues type the name of the machine; they were refused, and told to ask under localhost."""
    monkeypatch.setattr("socket.gethostname", lambda: "Officebox.corp.example")
    place = read_place(8501, host="0.0.0.0", names=["docs.box"])
    for name in ("officebox", "officebox.local", "officebox.corp.example", "docs.box", "localhost"):
        assert place.origin_of(f"{name}:8501") == f"http://{name}:8501"
    assert not place.origin_of("officebox.evil.example:8501")
    assert not place.origin_of("officebox:8502")
    assert place.shared_address == "http://officebox.corp.example:8501"
    assert read_place(8501, host="192.168.1.5").origin_of("officebox:8501")
    assert read_place(8501, host="192.168.1.5").shared_address == "http://192.168.1.5:8501"
    # Only this machine asks: a name of its own may be one that a page elsewhere has.
    assert not read_place(8501).origin_of("officebox:8501")
    assert read_place(8501).shared_address == ""
    assert read_place(8501, host="0.0.0.0", public_url="https://docs.example.com").shared_address == ""


@pytest.mark.parametrize("told", ["localhost", "localhost.localdomain", "", "a b", "-\n"])
def test_machine_without_a_name_of_its_own_has_none(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: told)
    assert read_place(8501, host="0.0.0.0").names == read_place(8501).names


def test_who_asks_under_another_name_is_told_what_lets_it_in() -> None:
    place = read_place(8501, host="0.0.0.0")
    assert "footnote serve --name docs.box\n" in place.how_to_name("docs.box:8501")
    assert place.how_to_name("<b>:8501") == place.how_to_name("localhost:8502") == ""
    assert "X-Forwarded-Host" in read_place(8501, public_url="https://a.example/b").how_to_name("a.example:8501")


def test_one_address_is_served_under_no_other() -> None:
    served = Place(8501, host="192.168.1.5")
    assert served.origin_of("192.168.1.5:8501")
    assert not served.origin_of("192.168.1.6:8501")


# Without an account


OPEN = ["/healthz", "/readyz", "/_stcore/health", "/sign-in", "/sign-in.css"]
CLOSED = [
    "/",
    "/documents",
    "/settings",
    "/account",
    "/read/document/0123456789abcdef0123456789abcdef",
    "/read/files/pane.js",
    "/frame/frame.js",
    "/frame/hanging.js",
    "/own/page.js",
    "/add/folders.js",
    "/_stcore/host-config",
    "/_stcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/upload_file/a/b",
    "/media/0123.png",
    "/static/js/index.js",
    "/component/x",
    "/v1/models",
    "/api/collections",
    "/api/documents",
    "/openapi.json",
    "/docs",
    "/metrics",
    "/mcp",
    "/healthz/",
    "//healthz",
    "/healthz/../documents",
    "/sign-in/../documents",
    "/sign-inn",
    "/HEALTHZ",
    "/%68ealthz/..",
]


@pytest.mark.parametrize("path", OPEN)
def test_little_is_told_to_a_stranger(chat: Chat, path: str) -> None:
    reply = send(chat, path)
    assert reply.status == 200
    assert "collections" not in reply.body


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_else_is(chat: Chat, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
        reply = send(chat, path, method, body=b"" if method in ("POST", "PUT") else None)
        # The sign-in's own application has no pages but its own.
        others = (303, 404, 405) if path.startswith(("/account", "/sign-in/")) else ()
        assert reply.status in (400, 401, 403, *others), (method, path)


def test_a_page_leads_to_where_one_signs_in(chat: Chat) -> None:
    reply = send(chat, "/documents?collection=a%20b", Accept="text/html", Sec_Fetch_Dest="document")
    assert (reply.status, reply.headers["location"]) == (303, "/sign-in?next=%2Fdocuments%3Fcollection%3Da%2520b")


def test_each_interface_says_it_in_its_own_form(chat: Chat) -> None:
    told = {path: send(chat, path) for path in ("/v1/models", "/api/collections", "/mcp")}
    assert {reply.status for reply in told.values()} == {401}
    assert {reply.headers["www-authenticate"] for reply in told.values()} == {'Bearer realm="Footnote"'}
    assert json.loads(told["/v1/models"].body)["error"]["code"] == "invalid_api_key"
    assert told["/api/collections"].headers["content-type"] == "application/problem+json"
    assert json.loads(told["/mcp"].body)["error"]["code"] == -32600


@pytest.mark.parametrize("cookie", ["", "footnote-{port}=", "footnote-{port}=x", "footnote=1", "a=;;=b"])
def test_websocket_and_upload_want_a_session(chat: Chat, cookie: str) -> None:
    cookie = cookie.format(port=chat.port)
    assert upgraded(chat, cookie) == 403
    assert upgraded(chat, cookie, path="/_stcore/stream/") == 403
    upload = send(chat, "/_stcore/upload_file/a/b", "PUT", body=b"x", Cookie=cookie)
    assert upload.status == 401


# Signing in


def test_cookie_is_for_this_server_alone(chat: Chat) -> None:
    reply = sign_in(chat, "ann", wanted="/documents")
    assert (reply.status, reply.headers["location"]) == (303, "/documents")
    [cookie] = reply.cookies
    assert re.fullmatch(rf"footnote-{chat.port}=[\w-]{{43}}; HttpOnly; Max-Age=1209600; Path=/; SameSite=lax", cookie)
    assert send(chat, "/documents", Cookie=cookie.partition(";")[0]).status == 200
    assert upgraded(chat, cookie.partition(";")[0]) == 101


def test_what_a_browser_brought_is_not_its_session(chat: Chat) -> None:
    """Else somebody could put a cookie there beforehand, and know the session that begins."""
    first = session(chat, "ann")
    reply = sign_in(chat, "ann", Cookie=first)
    assert reply.cookies[0].partition(";")[0] != first
    assert send(chat, "/documents", Cookie=first).status == 401


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "x", ""])
def test_nobody_is_led_elsewhere(chat: Chat, wanted: str) -> None:
    assert sign_in(chat, "ann", wanted=wanted).headers["location"] == "/"


def test_page_escapes_what_it_is_told(chat: Chat) -> None:
    payload = '"><script>alert(1)</script>'
    shown = send(chat, "/sign-in?next=/%22%3E%3Cscript%3E").body
    failed = sign_in(chat, payload, "wrong wrong").body
    assert "<script" not in shown + failed
    assert "&quot;&gt;&lt;script&gt;alert(1)" in failed


def test_wrong_name_and_wrong_password_are_told_alike(chat: Chat) -> None:
    def told(name: str) -> tuple[int, str, float]:
        begun = time.perf_counter()
        reply = sign_in(chat, name, "not the password")
        return reply.status, reply.body.replace(name, "NAME"), time.perf_counter() - begun

    known, unknown = told("bob"), told("eve")
    assert known[:2] == unknown[:2]
    assert known[0] == 401
    assert "The name or the password is wrong." in known[1]


def test_guesses_are_slowed_for_all_at_once(chat: Chat, home: Path) -> None:
    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(lambda n: sign_in(chat, "bob", f"guess number {n}"), range(12)))
    assert sorted(reply.status for reply in replies) == [401] * 5 + [429] * 7
    slowed = next(reply for reply in replies if reply.status == 429)
    assert 1 <= int(slowed.headers["retry-after"]) <= 4
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        connection.execute(
            "UPDATE attempts SET until = '2999-01-01' WHERE of = ?", [_of_pair("guessed", "bob", "127.0.0.1")]
        )
    # Nor is the right one looked at meanwhile: that would tell which it is.
    assert sign_in(chat, "bob").status == 429
    assert sign_in(chat, "ann").status == 303


def test_form_that_is_too_long_is_refused(chat: Chat) -> None:
    assert sign_in(chat, "bob", "x" * 20_000).status == 413


def test_page_speaks_german(chat: Chat) -> None:
    page = send(chat, "/sign-in", Accept_Language="de-AT,de;q=0.9,en;q=0.5").body
    assert '<html lang="de">' in page
    assert "Passwort" in page


# Signed in


def test_session_ends_with_signing_out(chat: Chat) -> None:
    cookie = session(chat, "bob")
    reply = send(chat, "/account/sign-out", "POST", form={}, Cookie=cookie, Origin=f"http://localhost:{chat.port}")
    assert (reply.status, reply.headers["location"]) == (303, "/sign-in")
    assert "Max-Age=0" in reply.cookies[0]
    assert send(chat, "/documents", Cookie=cookie).status == 401
    assert upgraded(chat, cookie) == 403


def test_open_page_ends_with_its_session(chat: Chat) -> None:
    cookie = session(chat, "bob")
    address = f"ws://localhost:{chat.port}/_stcore/stream"
    with connect(
        address,
        origin=Origin(own(chat)),
        additional_headers={"Cookie": cookie},
        subprotocols=[Subprotocol("streamlit")],
    ) as page:
        assert send(chat, "/account/sign-out", "POST", form={}, Origin=own(chat), Cookie=cookie).status == 303
        with suppress(ConnectionClosedError):
            while True:
                page.recv(timeout=30)
        assert page.close_code == 1008


def test_password_is_changed_and_other_sessions_end(chat: Chat) -> None:
    other, own = session(chat, "bob"), session(chat, "bob")
    origin = f"http://localhost:{chat.port}"
    wrong = {"old": "no", "new": "three gulls at dawn", "again": "three gulls at dawn"}
    assert send(chat, "/account/password", "POST", form=wrong, Cookie=own, Origin=origin).status == 403
    short = {"old": PASSWORDS["bob"], "new": "short", "again": "short"}
    assert send(chat, "/account/password", "POST", form=short, Cookie=own, Origin=origin).status == 422
    right = wrong | {"old": PASSWORDS["bob"]}
    reply = send(chat, "/account/password", "POST", form=right, Cookie=own, Origin=origin)
    assert reply.status == 303
    assert [send(chat, "/documents", Cookie=cookie).status for cookie in (other, own)] == [401, 401]
    assert send(chat, "/documents", Cookie=reply.cookies[0].partition(";")[0]).status == 200
    again = {"old": "three gulls at dawn", "new": PASSWORDS["bob"], "again": PASSWORDS["bob"]}
    renewed = reply.cookies[0].partition(";")[0]
    assert send(chat, "/account/password", "POST", form=again, Cookie=renewed, Origin=origin).status == 303


@pytest.mark.parametrize(
    "path", ["/sign-in", "/account/sign-out", "/account/password", "/account/keys", "/account/keys/remove", "/api/ask"]
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_no_form_of_another_page_is_taken(chat: Chat, ann: str, path: str, headers: dict[str, str]) -> None:
    form = {"name": "ann", "password": PASSWORDS["ann"], "days": "9"}
    reply = send(chat, path, "POST", form=form, Cookie=ann, **headers)
    assert (reply.status, reply.cookies) == (403, [])
    assert send(chat, "/documents", Cookie=ann).status == 200


@pytest.mark.parametrize(
    ("origin", "status"), [("http://evil.example", 403), ("null", 403), ("http://127.0.0.1:{port}", 403), ("", 101)]
)
def test_no_other_page_opens_the_websocket(chat: Chat, ann: str, origin: str, status: int) -> None:
    assert upgraded(chat, ann, origin=origin.format(port=chat.port)) == status


def test_nobody_takes_up_another_one_s_page(chat: Chat, ann: str) -> None:
    """Streamlit gives a page that comes back what stood on it, if it names the page: so others must not be able to."""
    bob = session(chat, "bob")
    page = drawn_page(chat, ann)
    assert send(chat, f"/_stcore/upload_file/{page}/x", "PUT", body=b"x", Cookie=bob, Origin=own(chat)).status == 403
    assert drawn_page(chat, bob, page) != page
    assert drawn_page(chat, ann, page) == page


def test_who_may_add_nothing_fills_neither_memory_nor_disk(chat: Chat, keys: dict[str, str]) -> None:
    """Streamlit keeps in memory whatever is sent for a page, before the page looks at it."""
    bob = session(chat, "bob")
    path = f"/_stcore/upload_file/{drawn_page(chat, bob)}/x"
    reply = send(chat, path, "PUT", body=b"x", Cookie=bob, Origin=own(chat))
    assert (reply.status, reply.body) == (403, "You may add no documents here.\n")
    reply = send(chat, "/api/documents", "POST", body=b"no form at all", Authorization=f"Bearer {keys['bob write']}")
    assert (reply.status, "role editor" in reply.body) == (403, True)


def drawn_page(chat: Chat, cookie: str, again: str = "") -> str:
    """Have a page drawn as the browser does; return what Streamlit calls it.

    Args:
        chat: Where.
        cookie: Of whom.
        again: What it called one that was there before, to take that up.
    """
    asked = ["streamlit", "x", again] if again else ["streamlit"]
    with connect(
        f"ws://localhost:{chat.port}/_stcore/stream",
        origin=Origin(own(chat)),
        additional_headers={"Cookie": cookie},
        subprotocols=list(map(Subprotocol, asked)),
    ) as page:
        page.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        name = ""
        while True:
            message = ForwardMsg.FromString(page.recv(timeout=30))  # type: ignore[arg-type]
            if message.HasField("new_session"):
                name = message.new_session.initialize.session_id
            # A page that comes back is first told how its last run ended, if it left before it was told.
            if name and message.HasField("script_finished"):
                return name


def own(chat: Chat) -> str:
    return f"http://localhost:{chat.port}"


# Keys


def test_key_asks_for_programs_alone(chat: Chat, keys: dict[str, str]) -> None:
    bearer = f"Bearer {keys['ann read']}"
    assert send(chat, "/v1/models", Authorization=bearer).status == 200
    assert send(chat, "/api/collections", Authorization=bearer.replace("Bearer", "bearer")).status == 200
    described = send(chat, "/openapi.json", Authorization=bearer)
    assert described.status == 200
    schema = json.loads(described.body)
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert schema["security"] == [{"key": []}]
    assert schema["paths"]["/healthz"]["get"]["security"] == []
    assert send(chat, "/documents", Authorization=bearer).status == 401
    assert send(chat, "/account", Authorization=bearer).status == 303


@pytest.mark.parametrize("path", ["/v1/models", "/api/collections", "/mcp"])
@pytest.mark.parametrize(
    "authorization", ["Bearer wrong", "Bearer fn-wrong", "Bearer", "Bearer {}x", "Basic {}", "{}", "Bearer {} x"]
)
def test_wrong_key_is_none(chat: Chat, keys: dict[str, str], path: str, authorization: str) -> None:
    assert send(chat, path, Authorization=authorization.format(keys["ann read"])).status == 401


@pytest.mark.parametrize("place", ["key", "api_key", "access_token", "token"])
def test_key_in_the_address_is_none(chat: Chat, keys: dict[str, str], place: str) -> None:
    assert send(chat, f"/v1/models?{place}={keys['ann read']}").status == 401


def test_key_is_no_session_and_a_session_is_no_key(chat: Chat, keys: dict[str, str]) -> None:
    """Either was believed for two seconds after it had been shown as what it is: a key for reading made others."""
    name, _, token = session(chat, "ann").partition("=")
    page = {"Origin": f"http://localhost:{chat.port}"}
    assert send(chat, "/api/documents", Authorization=f"Bearer {keys['ann read']}").status != 401
    cookie = f"{name}={keys['ann read']}"
    form = {"label": "more", "scope": "write", "days": "30"}
    assert send(chat, "/account/keys", "POST", form=form, Cookie=cookie, **page).status == 401
    assert send(chat, "/api/collections", Cookie=cookie).status == 401
    assert upgraded(chat, cookie) == 403
    assert send(chat, "/account", Cookie=f"{name}={token}").status == 200
    assert send(chat, "/api/collections", Authorization=f"Bearer {token}").status == 401


def test_wrong_key_is_not_helped_by_a_session(chat: Chat, ann: str) -> None:
    assert send(chat, "/v1/models", Authorization="Bearer fn-wrong", Cookie=ann).status == 401


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/api/documents/x"), ("POST", "/api/documents"), ("PUT", "/api/x")]
)
def test_key_for_reading_changes_nothing(chat: Chat, keys: dict[str, str], method: str, path: str) -> None:
    refused = send(chat, path, method, body=b"{}", Authorization=f"Bearer {keys['ann read']}")
    assert refused.status == 403
    assert 'needs the scope "write"' in json.loads(refused.body)["detail"]
    assert send(chat, path, method, body=b"{}", Authorization=f"Bearer {keys['ann write']}").status != 403


def test_key_is_made_shown_once_and_removed(chat: Chat, ann: str) -> None:
    form = {"label": "<b>bot</b>", "scope": "read", "days": "30"}
    made = send(chat, "/account/keys", "POST", form=form, Cookie=ann, Origin=own(chat))
    [secret] = re.findall(r"<code>(fn-[\w-]{43})</code>", made.body)
    assert made.headers["cache-control"] == "no-store"
    assert send(chat, "/v1/models", Authorization=f"Bearer {secret}").status == 200
    page = send(chat, "/account", Cookie=ann).body
    assert secret not in page
    assert "&lt;b&gt;bot" in page
    [id_] = re.findall(r'name="id" value="(\w+)">(?=.*)', page[page.index("&lt;b&gt;bot") :])[:1]
    bob = session(chat, "bob")
    assert send(chat, "/account/keys/remove", "POST", form={"id": id_}, Cookie=bob, Origin=own(chat)).status == 404
    assert send(chat, "/account/keys/remove", "POST", form={"id": id_}, Cookie=ann, Origin=own(chat)).status == 303
    assert send(chat, "/v1/models", Authorization=f"Bearer {secret}").status == 401


# Names and proxies


@pytest.mark.parametrize("host", ["evil.example:{port}", "localhost", "docs.example.com", ""])
def test_rebound_name_is_refused_also_where_others_come(chat: Chat, ann: str, host: str) -> None:
    assert send(chat, "/documents", host=host.format(port=chat.port) or "-", Cookie=ann).status == 403


def test_what_a_stranger_forwards_is_not_believed(chat: Chat, ann: str, home: Path) -> None:
    forwarded = {"X_Forwarded_Host": f"localhost:{chat.port}", "Forwarded": "host=localhost"}
    assert send(chat, "/documents", host="evil.example", Cookie=ann, **forwarded).status == 403
    # Nor does it make guesses come from elsewhere each time.
    for n in range(2):
        sign_in(chat, f"user{n}", "wrong wrong", X_Forwarded_For=f"10.0.0.{n}")
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        counted = [count for (count,) in connection.execute("SELECT failures FROM attempts ORDER BY failures")]
    # Each name, each name from the address, and the address.
    assert counted == [1, 1, 1, 1, 2]


@pytest.fixture(scope="module")
def behind(home: Path, keys: dict[str, str]) -> Iterator[Chat]:  # noqa: ARG001
    """It is reached by a proxy with TLS, below a path."""
    with serving(
        home, "--public-url=https://docs.example.com/notes", "--trusted-proxies=127.0.0.0/8", "--session-idle-h=1"
    ) as chat:
        yield chat


PUBLIC = {"X_Forwarded_Host": "docs.example.com", "X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.9"}


def through(chat: Chat, path: str, method: str = "GET", **more: object) -> Reply:
    return send(chat, path, method, **PUBLIC, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("prefix", ["", "/notes"])
def test_behind_a_proxy_with_a_path(behind: Chat, keys: dict[str, str], prefix: str) -> None:
    """Whether the proxy leaves the path or takes it away."""
    led = through(behind, f"{prefix}/documents", Accept="text/html")
    assert led.headers["location"] == "/notes/sign-in?next=%2Fdocuments"
    page = through(behind, f"{prefix}/sign-in?next=/documents")
    assert 'action="/notes/sign-in"' in page.body
    assert 'href="/notes/sign-in.css"' in page.body
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    form = {"name": "ann", "password": PASSWORDS["ann"], "next": "/documents"}
    reply = through(behind, f"{prefix}/sign-in", "POST", form=form, Origin="https://docs.example.com")
    assert (reply.status, reply.headers["location"]) == (303, "/notes/documents")
    [cookie] = reply.cookies
    assert cookie.startswith("__Secure-footnote=")
    assert cookie.endswith("; HttpOnly; Max-Age=1209600; Path=/notes; SameSite=lax; Secure")
    shown = through(behind, f"{prefix}/documents", Cookie=cookie.partition(";")[0])
    assert shown.status == 200
    assert 'src="/notes/frame/frame.js"' in shown.body
    assert "wss://docs.example.com" in shown.headers["content-security-policy"]
    assert through(behind, f"{prefix}/read/files/pane.js", Cookie=cookie.partition(";")[0]).status == 200
    models = through(behind, f"{prefix}/v1/models", Authorization=f"Bearer {keys['ann read']}")
    assert models.status == 200
    described = through(behind, f"{prefix}/openapi.json", Authorization=f"Bearer {keys['ann read']}")
    assert json.loads(described.body)["servers"] == [{"url": "/notes"}]


def test_path_alone_is_its_beginning(behind: Chat) -> None:
    moved = through(behind, "/notes?a=b")
    assert (moved.status, moved.headers["location"]) == (307, "/notes/?a=b")


@pytest.mark.parametrize("prefix", ["", "/notes"])
@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/api/documents", "GET"),
        ("/api/search", "POST"),
        ("/account", "GET"),
        ("/docs", "GET"),
        ("/documents", "GET"),
        ("/read/document/0", "GET"),
    ],
)
def test_slash_too_many_leads_to_nothing_else_of_the_proxy(
    behind: Chat, keys: dict[str, str], prefix: str, path: str, method: str
) -> None:
    """Whoever follows brings the key along, or the body."""
    is_program = path.startswith("/api")
    form = {"name": "ann", "password": PASSWORDS["ann"]}
    signed_in = through(behind, "/sign-in", "POST", form=form, Origin="https://docs.example.com")
    who = {"Cookie": signed_in.cookies[0].partition(";")[0], "Sec_Fetch_Site": "same-origin"}
    if is_program:
        who = {"Authorization": f"Bearer {keys['ann write']}"}
    moved = through(behind, f"{prefix}{path}/?a=b", method, body=b"{}" if method == "POST" else None, **who)
    assert moved.status in (301, 307, 308), moved
    assert moved.headers["location"] == f"/notes{path}?a=b"


def test_agents_find_their_address_with_a_slash_too(behind: Chat, keys: dict[str, str]) -> None:
    asked = {
        "body": b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}',
        "Authorization": f"Bearer {keys['ann read']}",
        "Content_Type": "application/json",
        "Accept": "application/json",
    }
    for path in ("/mcp/", "/notes/mcp/"):
        told = through(behind, path, "POST", **asked)
        assert (told.status, len(json.loads(told.body)["result"]["tools"])) == (200, 5)
    assert through(behind, "/mcp/", "POST", **{**asked, "Authorization": "Bearer fn-none"}).status == 401


@pytest.mark.parametrize(
    ("location", "led"),
    [
        ("https://docs.example.com/api/documents?a=b#c", "/notes/api/documents?a=b#c"),
        ("http://DOCS.example.com//evil.example/x", "/notes//evil.example/x"),
        ("/mcp", "/notes/mcp"),
        ("/notes/mcp", "/notes/mcp"),
        ("https://docs.example.com/notes", "https://docs.example.com/notes"),
        ("https://docs.example.com/notesx", "/notes/notesx"),
        ("https://id.example.com/authorize?x=/y", "https://id.example.com/authorize?x=/y"),
        ("//docs.example.com/api", "/notes/api"),
        ("next", "next"),
        ("http://[", "http://["),
    ],
)
def test_what_is_moved_stays_below_the_path(location: str, led: str) -> None:
    assert place._below("/notes", "docs.example.com", location.encode()).decode() == led


@pytest.mark.parametrize("origin", ["http://docs.example.com", "https://evil.example", "https://docs.example.com:444"])
def test_origin_is_the_public_one(behind: Chat, origin: str) -> None:
    form = {"name": "ann", "password": PASSWORDS["ann"]}
    assert through(behind, "/notes/sign-in", "POST", form=form, Origin=origin).status == 403


def test_address_is_what_the_nearest_proxy_says(behind: Chat, home: Path) -> None:
    """What stands before it anybody could have written there."""
    form = {"name": "ann", "password": PASSWORDS["ann"]}
    forwarded = "198.51.100.1, 203.0.113.77, 127.0.0.5"
    send(
        behind, "/sign-in", "POST", form=form, Origin="https://docs.example.com",
        **{**PUBLIC, "X_Forwarded_For": forwarded},
    )  # fmt: skip
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        [[address]] = connection.execute("SELECT address FROM audit ORDER BY number DESC LIMIT 1")
    assert address == "203.0.113.77"


def test_whole_network_of_version_6_guesses_as_one(behind: Chat, home: Path) -> None:
    """Who has one address of it has 2^64 others, and could try twenty passwords from each."""
    for number in range(3):
        send(
            behind, "/sign-in", "POST", form={"name": f"nobody{number}", "password": "a wrong one"},
            Origin="https://docs.example.com", **{**PUBLIC, "X_Forwarded_For": f"2001:db8:7:7::{number + 1}"},
        )  # fmt: skip
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        counted = [count for (count,) in connection.execute("SELECT failures FROM attempts ORDER BY failures")]
    assert counted == [1, 1, 1, 1, 1, 1, 3]


# The audit log


def test_signing_in_is_written_down(chat: Chat, home: Path) -> None:
    sign_in(chat, "bob", "wrong wrong")
    session(chat, "bob")
    with sqlite3.connect(home / "conversations.db", timeout=30) as connection:
        rows = connection.execute("SELECT person, action, through FROM audit ORDER BY number DESC LIMIT 2").fetchall()
    assert rows == [("bob", "signed in", "page"), ("bob", "refused", "page")]


@pytest.mark.parametrize(("named", "collection"), [({}, "documents"), ({"preset": "notes"}, "office")])
def test_what_is_asked_is_written_down_with_its_collection(
    chat: Chat, keys: dict[str, str], home: Path, named: dict[str, str], collection: str
) -> None:
    """Also where the settings or a preset name it: `footnote audit --in` finds nothing else."""
    (home / "presets.toml").write_text('[notes]\ncollection = "office"\n')
    body = json.dumps({"question": f"Who has {collection}?", **named}).encode()
    headers = {"Authorization": f"Bearer {keys['ann read']}", "Content_Type": "application/json"}
    assert send(chat, "/api/ask", "POST", body=body, **headers).status == 404  # nothing is ingested
    with closing(open_database(home)) as database:
        [entry] = [entry for entry in Audit(database).read() if entry.subject == f"Who has {collection}?"]
    assert (entry.action, entry.collection) == ("asked", collection)


def test_who_opens_a_shared_conversation_is_written_down(chat: Chat, ann: str, home: Path) -> None:
    with closing(open_database(home)) as database:
        theirs = Conversations(database, lambda: "bob")
        exchange = theirs.ask(theirs.begin("papers").id, "Which boat?")
        share = Shares(database).add(exchange.conversation, owner="bob")
        assert share
        assert send(chat, f"/shared/{share.token}", Cookie=ann).status == 200
        [*_, entry] = Audit(database).read(person="ann", action="opened")
    assert (entry.collection, entry.subject) == ("papers", "a conversation that bob shared")


def test_body_that_is_not_said_to_be_json_is_told_so(chat: Chat, keys: dict[str, str]) -> None:
    bearer = f"Bearer {keys['ann read']}"
    told = send(chat, "/api/search", "POST", form={"query": "waves"}, Authorization=bearer)
    assert told.status == 415
    assert "Content-Type: application/json" in json.loads(told.body)["detail"]


def test_nothing_that_is_sent_twice_signs_in(home: Path) -> None:
    """Whatever the tests above have written: no file of the home holds a password or a key."""
    files = b"".join(file.read_bytes() for file in home.glob("conversations.db*"))
    for password in PASSWORDS.values():
        assert password.encode() not in files
    assert not re.search(rb"fn-[\w-]{43}", files)


# What was tried, one row each: docs/accounts.md has the same table


ELSEWHERE = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
EVIL = {"Origin": "http://evil.example"}


class Tried(NamedTuple):
    """What an attacker has to work with: the server, the cookie and the key of somebody who is signed in, the home."""

    chat: Chat
    cookie: str
    key: str
    home: Path


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


ATTACKS: dict[str, Callable[[Tried], bool]] = {
    # A stranger on the network
    "stranger opens a page": lambda t: send(t.chat, "/documents").status == 401,
    "stranger asks the interface": lambda t: send(t.chat, "/api/ask", "POST", body=b"{}").status == 401,
    "stranger asks as an agent": lambda t: send(t.chat, "/mcp", "POST", body=b"{}").status == 401,
    "stranger opens the websocket": lambda t: upgraded(t.chat) == 403,
    "stranger uploads": lambda t: send(t.chat, "/_stcore/upload_file/a/b", "PUT", body=b"x").status == 401,
    "stranger fetches what was uploaded or drawn": lambda t: send(t.chat, "/media/" + "0" * 56).status == 401,
    "stranger says to come from this machine": lambda t: (
        send(t.chat, "/documents", X_Forwarded_For="127.0.0.1", X_Real_IP="127.0.0.1").status == 401
    ),
    "stranger makes up a session": lambda t: (
        send(t.chat, "/documents", Cookie=f"footnote-{t.chat.port}={'A' * 43}").status == 401
    ),
    "stranger makes up a key": lambda t: (
        send(t.chat, "/v1/models", Authorization=f"Bearer fn-{'A' * 43}").status == 401
    ),
    "stranger puts a key that was seen into a link": lambda t: send(t.chat, f"/v1/models?key={t.key}").status == 401,
    "stranger looks who has an account": lambda t: (
        sign_in(t.chat, "bob", "wrong wrong").body.replace("bob", "")
        == sign_in(t.chat, "eve", "wrong wrong").body.replace("eve", "")
    ),
    "stranger sends a form of 17 MB": lambda t: (
        send(t.chat, "/sign-in", "POST", body=b"x" * (17 << 20), Origin=own(t.chat)).status == 413
    ),
    "stranger asks what holds the process": lambda t: send(t.chat, "/metrics").status == 401,
    # Another user of this machine
    "other user reads the home": lambda t: _mode(t.home) == 0o700,
    "other user reads users and conversations": lambda t: (
        {_mode(file) for file in t.home.glob("conversations.db*")} == {0o600}
    ),
    "other user comes by loopback": lambda t: send(t.chat, "/documents", host=f"localhost:{t.chat.port}").status == 401,
    "other user answers on the same port": lambda t: not _binds(t.chat.port),
    # A hostile page in the browser of somebody who is signed in
    "page by a name that leads here": lambda t: (
        send(t.chat, "/documents", host=f"evil.example:{t.chat.port}", Cookie=t.cookie).status == 403
    ),
    "page opens the websocket": lambda t: upgraded(t.chat, t.cookie, origin="http://evil.example") == 403,
    "page sends a question": lambda t: (
        send(t.chat, "/api/ask", "POST", body=b"{}", Cookie=t.cookie, Content_Type="text/plain", **EVIL).status == 403
    ),
    "page asks whether it may": lambda t: (
        "access-control-allow-origin"
        not in send(
            t.chat, "/api/ask", "OPTIONS", Cookie=t.cookie, Access_Control_Request_Method="POST", **EVIL
        ).headers
    ),
    "page removes a document": lambda t: (
        send(t.chat, "/api/documents/x", "DELETE", Cookie=t.cookie, **EVIL).status == 403
    ),
    "page signs somebody out": lambda t: (
        send(t.chat, "/account/sign-out", "POST", form={}, Cookie=t.cookie, **EVIL).status == 403
        and send(t.chat, "/documents", Cookie=t.cookie).status == 200
    ),
    "page signs somebody in as another": lambda t: sign_in(t.chat, "bob", Origin="http://evil.example").status == 403,
    "page makes a key": lambda t: (
        send(t.chat, "/account/keys", "POST", form={"days": "9"}, Cookie=t.cookie, **EVIL).status == 403
    ),
    "page embeds a page": lambda t: (
        send(t.chat, "/documents", Cookie=t.cookie, **{**ELSEWHERE, "Sec_Fetch_Dest": "iframe"}).status == 403
        and send(t.chat, "/documents", Cookie=t.cookie).headers["x-frame-options"] == "DENY"
    ),
    "page loads a picture": lambda t: (
        send(t.chat, "/read/files/pane.js", Cookie=t.cookie, **{**ELSEWHERE, "Sec_Fetch_Dest": "image"}).status == 403
    ),
    "link leads elsewhere after signing in": lambda t: (
        sign_in(t.chat, "ann", wanted="//evil.example/").headers["location"] == "/"
    ),
}


def _binds(port: int) -> bool:
    with socket.socket() as other:
        try:
            other.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_kept_out(chat: Chat, ann: str, keys: dict[str, str], home: Path, attack: str) -> None:
    assert ATTACKS[attack](Tried(chat, ann, keys["ann read"], home))
