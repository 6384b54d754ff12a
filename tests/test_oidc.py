"""Signing in by an OpenID provider: a real one over a real socket, made with Authlib's own server."""

import asyncio
import base64
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from chat_server import Chat
from conftest import free_port
from joserfc import jwt
from joserfc.jwk import RSAKey
from oidc_provider_mock import User, run_server_in_thread
from signed_in import Reply, path_of, send, serving, with_users

from qa.accounts.users import Users
from qa.config import Settings
from qa.database.engine import open_database
from ui.web.oidc import Begun, Provider, ProviderError, Visitor, is_one_of, read_begun

# The provider's own library is about to change.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

PEOPLE = (
    User(sub="1", claims={"email": "Cora@Example.com", "email_verified": True}),
    User(sub="2", claims={"email": "dan@elsewhere.org", "email_verified": True, "groups": ["staff"]}),
    User(sub="3", claims={"email": "eve@evil.example", "email_verified": True}),
    User(sub="4", claims={"email": "fay@example.com", "email_verified": False}),
    User(sub="5", claims={"email": "ann@example.com", "email_verified": True}),
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=PEOPLE, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("oidc") / "home"
    folder.mkdir(mode=0o700)
    with_users(folder)
    return folder


@pytest.fixture(scope="module")
def chat(home: Path, issuer: str) -> Iterator[Chat]:
    options = ["--sign-in=on", f"--oidc-issuer={issuer}", "--oidc-client-id=footnote"]
    options += ["--oidc-allow=@example.com, groups=staff", "--oidc-owners=cora@example.com"]
    with serving(home, *options, FOOTNOTE_OIDC_CLIENT_SECRET="between us") as chat:
        yield chat


def begun(chat: Chat, wanted: str = "/documents") -> tuple[str, str]:
    """Begin to sign in; return where the browser is sent, and the cookie that it keeps."""
    reply = send(chat, f"/sign-in/oidc?{urlencode({'next': wanted})}")
    assert reply.status == 303, reply
    return reply.headers["location"], reply.cookies[0].partition(";")[0]


def agreed(address: str, subject: str) -> str:
    """Agree at the provider as somebody; return where it sends the browser back to."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    body = urlencode({"sub": subject})
    connection.request("POST", path_of(address), body, {"Content-Type": "application/x-www-form-urlencoded"})
    response = connection.getresponse()
    assert response.status in (302, 303), response.read()
    location = response.headers["location"]
    connection.close()
    return location


def came_back(chat: Chat, address: str, cookie: str) -> Reply:
    return send(chat, path_of(address), Cookie=cookie)


def visit(chat: Chat, subject: str) -> Reply:
    address, cookie = begun(chat)
    return came_back(chat, agreed(address, subject), cookie)


def test_page_offers_both_ways(chat: Chat) -> None:
    page = send(chat, "/sign-in?next=/documents").body
    assert 'href="/sign-in/oidc?next=%2Fdocuments"' in page
    assert 'name="password"' in page


def test_provider_is_asked_as_the_protocol_says(chat: Chat, issuer: str) -> None:
    address, _ = begun(chat)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{issuer}/oauth2/authorize?")
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"http://localhost:{chat.port}/sign-in/back"
    assert asked["code_challenge_method"] == "S256"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 32


@pytest.mark.parametrize(
    ("subject", "name", "is_owner"), [("1", "cora@example.com", True), ("2", "dan@elsewhere.org", False)]
)
def test_who_is_named_comes_in(chat: Chat, home: Path, subject: str, name: str, is_owner: bool) -> None:
    reply = visit(chat, subject)
    assert (reply.status, reply.headers["location"]) == (303, "/documents")
    session = next(cookie for cookie in reply.cookies if cookie.startswith(f"footnote-{chat.port}=")).partition(";")[0]
    assert send(chat, "/documents", Cookie=session).status == 200
    page = send(chat, "/account", Cookie=session).body
    assert f"<h1>{name}</h1>" in page
    assert 'name="old"' not in page  # there is no password to change
    with closing(open_database(home)) as database:
        user = Users(database).get(name)
    assert user is not None
    assert (user.is_owner_of_all, user.has_password) == (is_owner, False)


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("3", "You have no account here"),
        ("4", "does not vouch for your e-mail address"),
    ],
)
def test_who_is_not_named_stays_out(chat: Chat, subject: str, said: str) -> None:
    reply = visit(chat, subject)
    assert reply.status == 403
    assert said in reply.body
    assert not [cookie for cookie in reply.cookies if cookie.startswith(f"footnote-{chat.port}=")]


def test_visit_that_somebody_else_began_is_none(chat: Chat) -> None:
    """Else a link could sign somebody in as another one."""
    address, _ = begun(chat)
    back = agreed(address, "1")
    for cookie in ("", "footnote-oidc=x", begun(chat)[1]):
        reply = came_back(chat, back, cookie)
        assert reply.status in (400, 403)
        assert "begun elsewhere" in reply.body
        assert not reply.cookies


@pytest.mark.parametrize(
    "values", [["\ud800", "n", "v", "/"], ["s", "n", "v", "\udfff"], ["s", "n", "v"], [1, 2, 3, 4], {"a": 1}, "s", None]
)
def test_visit_that_nobody_began_here_is_none(values: object) -> None:
    written = base64.urlsafe_b64encode(json.dumps(values).encode()).decode()
    assert read_begun(written) is None
    assert read_begun(Begun("s", "n", "v", "/chat?a=b").written()) == Begun("s", "n", "v", "/chat?a=b")


def test_code_counts_once(chat: Chat) -> None:
    address, cookie = begun(chat)
    back = agreed(address, "1")
    assert came_back(chat, back, cookie).status == 303
    assert came_back(chat, back, cookie).status == 502


def test_token_of_another_visit_is_none(chat: Chat) -> None:
    """The nonce is what ties the token to this browser's visit: here the code of another visit is slipped in."""
    one, two = begun(chat), begun(chat)
    code = parse_qs(urlsplit(agreed(one[0], "1")).query)["code"][0]
    state = parse_qs(urlsplit(two[0]).query)["state"][0]
    reply = came_back(chat, f"/sign-in/back?{urlencode({'code': code, 'state': state})}", two[1])
    assert reply.status == 502
    assert not reply.cookies


def test_provider_that_refuses_is_told(chat: Chat) -> None:
    address, cookie = begun(chat)
    state = parse_qs(urlsplit(address).query)["state"][0]
    reply = came_back(chat, f"/sign-in/back?{urlencode({'error': 'access_denied', 'state': state})}", cookie)
    assert (reply.status, "did not sign you in" in reply.body) == (403, True)


def test_provider_that_is_not_there_is_told(home: Path) -> None:
    options = ["--sign-in=on", f"--oidc-issuer=http://localhost:{free_port()}", "--oidc-client-id=footnote"]
    with serving(home, *options) as chat:
        reply = send(chat, "/sign-in/oidc")
        assert reply.status == 502
        assert "cannot be reached" in reply.body


@pytest.mark.parametrize(
    ("names", "is_meant"),
    [
        ("ann@example.com", True),
        ("ANN@example.com , bob@x.org", True),
        ("@example.com", True),
        ("groups=staff", True),
        ("level=3", True),
        ("", False),
        ("@ample.com", False),
        ("example.com", False),
        ("groups=sta", False),
        ("email_verified=yes", False),
        ("missing=None", False),
    ],
)
def test_list_names_people(names: str, is_meant: bool) -> None:
    claims = {"groups": ["staff", "board"], "level": 3}
    assert is_one_of(names, Visitor("https://id", "1", "Ann@Example.com", claims)) is is_meant


def test_signatures_are_looked_at() -> None:
    """Tokens that anybody could have made: unsigned, signed by another key, or by the public key as a secret."""
    own, other = (RSAKey.generate_key(2048, {"kid": "k", "use": "sig"}) for _ in range(2))
    provider = Provider(
        Settings(home=Path("/nowhere"), oidc_issuer="https://id.example.com", oidc_client_id="footnote")
    )
    provider._metadata = {"issuer": "https://id.example.com"}
    keys = {"keys": [own.as_dict(private=False)]}
    right = {
        "iss": "https://id.example.com", "aud": "footnote", "sub": "1", "nonce": "n",
        "exp": int(time.time()) + 60, "iat": int(time.time()),
    }  # fmt: skip

    def read(token: str) -> object:
        return asyncio.run(provider._claims(token, keys, "n"))

    header = {"alg": "RS256", "kid": "k"}
    assert read(jwt.encode(header, right, own))
    wrong = [
        jwt.encode(header, right, other),
        _by_hand({"alg": "HS256", "kid": "k"}, right, own.as_pem(private=False)),
        _by_hand({"alg": "none"}, right, b""),
        "",
        "a.b.c",
        *(
            jwt.encode(header, {**right, **change}, own)
            for change in (
                {"iss": "https://evil.example"},
                {"aud": "other"},
                {"nonce": "m"},
                {"exp": int(time.time()) - 600},
                {"azp": "other"},
            )
        ),
    ]
    for token in wrong:
        with pytest.raises(ProviderError):
            read(token)


def _by_hand(header: dict[str, str], claims: dict[str, object], secret: bytes) -> str:
    """Return a token that no library makes: unsigned for no secret."""

    def part(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    said = ".".join(part(json.dumps(value).encode()) for value in (header, claims))
    return f"{said}.{part(hmac.new(secret, said.encode(), hashlib.sha256).digest()) if secret else ''}"
