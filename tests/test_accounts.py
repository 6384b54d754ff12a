"""Users, sessions, keys and the audit log, in a real database; and the commands that write them."""

import io
import json
import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from conftest import run_command

from qa.accounts import audit as audits
from qa.accounts import sessions as visits
from qa.accounts import users as users_
from qa.accounts.audit import Audit
from qa.accounts.keys import Keys
from qa.accounts.person import Person
from qa.accounts.sessions import Attempts, Lasting, Sessions
from qa.accounts.users import Users, named
from qa.database import times
from qa.database.engine import Database, open_database
from qa.errors import ConfigError

PASSWORD = "a horse on the pier"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def _quick_passwords(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A hash that takes no time, but for the test of the hash."""
    if "argon2id" not in request.node.name:
        cheap = PasswordHasher.from_parameters(CHEAPEST)
        monkeypatch.setattr(users_, "_hasher", lambda: cheap)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """What is in it is added to the time by which rows are written."""
    ahead = [timedelta()]
    real = times.now

    def now():  # type: ignore[no-untyped-def]
        return real() + ahead[0]

    for module in ("users", "sessions", "keys", "audit"):
        monkeypatch.setattr(f"qa.accounts.{module}.now", now)
    return ahead


# Users


def test_user_signs_in_with_the_password_alone(database: Database) -> None:
    users = Users(database)
    users.add("Ann@Example.com", PASSWORD)
    found = users.with_password(" ann@example.COM", PASSWORD)
    assert found is not None
    assert found.person == Person("ann@example.com", False, frozenset({"read", "write"}))
    for name, password in (("ann@example.com", PASSWORD + " "), ("bob", PASSWORD), ("ann@example.com", ""), ("", "")):
        assert users.with_password(name, password) is None


def test_owner_of_all_looks_after_others(database: Database) -> None:
    assert Users(database).add("ann", PASSWORD, is_owner_of_all=True).person.may("admin")


def test_letters_that_keyboards_write_in_two_ways_are_one(database: Database) -> None:
    users = Users(database)
    users.add("u\N{LATIN SMALL LETTER U WITH DIAERESIS}", "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}ne Wiesen")
    assert users.with_password("uu\N{COMBINING DIAERESIS}", "gru\N{COMBINING DIAERESIS}ne Wiesen")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("ann", "short", "less than 10 characters"),
        ("ann", "x" * 2000, "more than 1024 bytes"),
        ("ann", "aaaaaaaaaaaa", "easily guessed"),
        ("annabel-ann", "ANNABEL-ann", "easily guessed"),
        ("", PASSWORD, "is not a name"),
        ("a\nb", PASSWORD, "is not a name"),
        ("a" * 101, PASSWORD, "is not a name"),
        ("Local", PASSWORD, "choose another name"),
    ],
)
def test_user_that_cannot_be_is_refused(database: Database, name: str, password: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        Users(database).add(name, password)
    assert Users(database).list() == []


def test_name_is_taken_once(database: Database) -> None:
    Users(database).add("ann", PASSWORD)
    with pytest.raises(ConfigError, match="is a user already"):
        Users(database).add("ANN", PASSWORD)


def test_password_is_kept_as_argon2id_makes_it(database: Database, tmp_path: Path) -> None:
    Users(database).add("ann", PASSWORD)
    with sqlite3.connect(tmp_path / "conversations.db") as connection:
        [[stored]] = connection.execute("SELECT password FROM users")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_user_of_a_provider_has_no_password(database: Database) -> None:
    users = Users(database)
    users.add("ann@example.com")
    assert users.with_password("ann@example.com", "") is None
    first = users.of_provider("https://id", "1", "Ann@example.com", is_let_in=False, is_owner_of_all=False)
    # They keep their account when their address changes, and nobody gets it with the address.
    again = users.of_provider("https://id", "1", "else@example.com", is_let_in=False, is_owner_of_all=False)
    assert first.id == again.id
    with pytest.raises(ConfigError, match="is another user here"):
        users.of_provider("https://id", "2", "ann@example.com", is_let_in=True, is_owner_of_all=False)


def test_provider_cannot_take_over_who_has_a_password(database: Database) -> None:
    Users(database).add("ann@example.com", PASSWORD)
    with pytest.raises(ConfigError, match="is another user here"):
        Users(database).of_provider("https://id", "1", "ann@example.com", is_let_in=True, is_owner_of_all=True)


def test_provider_s_people_come_only_if_they_are_let_in(database: Database) -> None:
    with pytest.raises(ConfigError, match="has no account here"):
        Users(database).of_provider("https://id", "1", "eve@example.com", is_let_in=False, is_owner_of_all=True)
    assert Users(database).list() == []
    Users(database).of_provider("https://id", "1", "eve@example.com", is_let_in=True, is_owner_of_all=False)
    assert [user.name for user in Users(database).list()] == ["eve@example.com"]


# Sessions


def test_session_lasts_until_it_is_ended(database: Database) -> None:
    user = Users(database).add("ann", PASSWORD)
    sessions = Sessions(database)
    token = sessions.begin(user)
    assert sessions.person(token) == user.person
    assert sessions.person(token + "x") is None
    assert sessions.person("") is None
    sessions.end(token)
    assert sessions.person(token) is None


def test_session_ends_when_idle_and_in_the_end(database: Database, clock: list[timedelta]) -> None:
    sessions = Sessions(database, Lasting(idle=timedelta(hours=2), whole=timedelta(hours=5)))
    user = Users(database).add("ann", PASSWORD)
    idle, used = sessions.begin(user), sessions.begin(user)
    for hours in (1.5, 3.0, 4.5):
        clock[0] = timedelta(hours=hours)
        assert sessions.person(used) is not None
    assert sessions.person(idle) is None
    clock[0] = timedelta(hours=5.1)
    assert sessions.person(used) is None


@pytest.mark.parametrize("what", ["password", "removal"])
def test_sessions_end_with_the_password_and_the_user(database: Database, what: str) -> None:
    users, sessions = Users(database), Sessions(database)
    token = sessions.begin(users.add("ann", PASSWORD))
    key = Keys(database).add("ann")[1]
    if what == "password":
        users.set_password("ann", PASSWORD + "!")
        assert Keys(database).person(key) is not None
    else:
        users.remove("ann")
        assert Keys(database).person(key) is None
        # Who has the name afterwards is another one.
        users.add("ann", PASSWORD)
    assert sessions.person(token) is None


def test_nothing_in_the_database_signs_in(database: Database, tmp_path: Path) -> None:
    token = Sessions(database).begin(Users(database).add("ann", PASSWORD))
    _, secret = Keys(database).add("ann")
    files = b"".join(file.read_bytes() for file in tmp_path.glob("conversations.db*"))
    for text in (token, secret, PASSWORD):
        assert text.encode() not in files


# Guessing


def test_guessing_an_account_from_one_address_is_slowed(database: Database, clock: list[timedelta]) -> None:
    attempts = Attempts(database)
    assert [attempts.begin("ann", "10.0.0.9") for n in range(5)] == [0.0] * 5
    waits = []
    for _ in range(4):
        wait = attempts.begin("ANN ", "10.0.0.9")
        waits.append(round(wait))
        clock[0] += timedelta(seconds=wait + 0.01)
        assert attempts.begin("ann", "10.0.0.9") == 0.0
    assert waits == [2, 4, 8, 16]
    assert attempts.begin("bob", "10.0.0.9") == 0.0
    clock[0] += timedelta(hours=2)
    assert attempts.begin("ann", "10.0.0.1") == 0.0


def test_other_ways_to_write_a_name_have_no_attempts_of_their_own(database: Database) -> None:
    """Users are found by them: "\uff41nn" signs in as ann, as "ANN" does."""
    ways = ["ann", "ANN", " ann", "\uff41nn", "\u24d0nn", "\U0001d44enn", "a\u207fn", "\u00a0ann"]
    assert len({named(way) for way in ways}) == 1
    attempts = Attempts(database)
    assert [attempts.begin(way, "10.0.0.9") for way in ways[:5]] == [0.0] * 5
    assert all(attempts.begin(way, "10.0.0.9") > 0 for way in ways)
    for number in range(20):
        attempts.begin(ways[number % 8], f"10.0.1.{number}")
    assert all(attempts.begin(way, "10.0.2.1") > 0 for way in ways)


def test_guessing_an_account_from_many_addresses_is_slowed(database: Database, clock: list[timedelta]) -> None:
    """But never for long: whoever knows a name could keep its person out otherwise."""
    attempts = Attempts(database)
    assert [attempts.begin("ann", f"10.0.0.{n}") for n in range(20)] == [0.0] * 20
    waits = []
    for number in range(6):
        wait = attempts.begin("ann", f"10.0.1.{number}")
        waits.append(round(wait))
        clock[0] += timedelta(seconds=wait + 0.01)
        assert attempts.begin("ann", f"10.0.1.{number}") == 0.0
    assert waits == [2, 4, 8, 16, 30, 30]


def test_stranger_who_knows_a_name_does_not_keep_its_person_out(database: Database, clock: list[timedelta]) -> None:
    attempts = Attempts(database)
    assert attempts.begin("ann", "10.0.0.1") == 0.0
    attempts.succeeded("ann", "10.0.0.1")
    clock[0] += timedelta(days=30)
    for number in range(100):
        attempts.begin("ann", f"203.0.113.{number % 50}")
    assert attempts.begin("ann", "203.0.113.99") > 0
    assert [attempts.begin("ann", "10.0.0.1") for _ in range(5)] == [0.0] * 5
    # What is guessed from there counts all the same; and the address is nobody else's.
    assert attempts.begin("ann", "10.0.0.1") > 0
    for number in range(100):
        attempts.begin("bob", f"203.0.114.{number % 50}")
    assert attempts.begin("bob", "10.0.0.1") > 0


def test_guessing_many_accounts_is_slowed_by_address(database: Database) -> None:
    attempts = Attempts(database)
    assert [attempts.begin(f"user{n}", "10.0.0.1") for n in range(20)] == [0.0] * 20
    assert attempts.begin("somebody", "10.0.0.1") > 0
    assert attempts.begin("somebody", "10.0.0.2") == 0.0


def test_many_guesses_at_once_are_no_way_around(database: Database) -> None:
    attempts = Attempts(database)
    with ThreadPoolExecutor(16) as pool:
        let_through = sum(wait == 0.0 for wait in pool.map(lambda _: attempts.begin("ann", "10.0.0.1"), range(64)))
    assert let_through == visits._FREE_OF_PAIR


def test_right_password_forgives(database: Database) -> None:
    attempts = Attempts(database)
    for _ in range(4):
        attempts.begin("ann", "10.0.0.1")
    attempts.succeeded("ann", "10.0.0.1")
    assert [attempts.begin("ann", "10.0.0.1") for _ in range(5)] == [0.0] * 5


# Keys


def test_key_asks_in_its_user_s_name_within_its_scopes(database: Database) -> None:
    Users(database).add("ann", PASSWORD, is_owner_of_all=True)
    keys = Keys(database)
    key, secret = keys.add("ann", label="report\nbot", scopes=["read"], days=7)
    assert keys.person(secret) == Person("ann", True, frozenset({"read"}))
    [listed] = keys.list("ann")
    assert (listed.id, listed.label, listed.used is not None) == (key.id, "report bot", True)
    for wrong in (secret[:-1], secret.upper(), "", "fn-", key.id):
        assert keys.person(wrong) is None
    keys.remove(key.id)
    assert keys.person(secret) is None


def test_every_key_reads(database: Database) -> None:
    Users(database).add("ann", PASSWORD, is_owner_of_all=True)
    for scope in ("write", "admin"):
        _, secret = Keys(database).add("ann", scopes=[scope])
        assert Keys(database).person(secret) == Person("ann", True, frozenset({"read", scope}))


def test_key_of_who_is_no_owner_looks_after_nobody(database: Database) -> None:
    Users(database).add("ann", PASSWORD)
    _, secret = Keys(database).add("ann", scopes=["read", "admin"])
    assert Keys(database).person(secret) == Person("ann", False, frozenset({"read"}))


def test_key_ends(database: Database, clock: list[timedelta]) -> None:
    Users(database).add("ann", PASSWORD)
    keys = Keys(database)
    ending, staying = keys.add("ann", days=1)[1], keys.add("ann", days=None)[1]
    clock[0] = timedelta(days=1, seconds=1)
    assert keys.person(ending) is None
    assert keys.person(staying) is not None
    assert [key.is_expired for key in keys.list()] == [True, False]


def test_only_the_user_removes_a_key_on_the_page(database: Database) -> None:
    Users(database).add("ann", PASSWORD)
    Users(database).add("bob", PASSWORD)
    key, secret = Keys(database).add("ann")
    with pytest.raises(ConfigError, match="there is no key"):
        Keys(database).remove(key.id, user="bob")
    assert Keys(database).person(secret) is not None
    Keys(database).remove(key.id, user="ann")


# The audit log


def test_audit_is_read_by_person_action_and_time(database: Database, clock: list[timedelta]) -> None:
    audit = Audit(database)
    audit.note("ann", "asked", through="page", collection="papers", subject="Who built it?")
    audit.note("bob", "opened", through="api", subject="a.pdf")
    audit.note("bob", "opened", through="api", subject="a.pdf")  # its next page
    clock[0] = timedelta(days=1)
    audit.note("ann", "opened", through="mcp", subject="b.pdf")
    assert [(entry.person, entry.subject) for entry in audit.read()] == [
        ("ann", "Who built it?"),
        ("bob", "a.pdf"),
        ("ann", "b.pdf"),
    ]
    assert [entry.subject for entry in audit.read(person="Ann", most=1)] == ["b.pdf"]
    assert [entry.subject for entry in audit.read(action="asked", collection="papers")] == ["Who built it?"]
    assert [entry.subject for entry in audit.read(since=times.now() + timedelta(hours=2))] == ["b.pdf"]


def test_audit_holds_no_secret(database: Database) -> None:
    _, key = ("", "fn-" + "Ab_9" * 10)
    Audit(database).note("ann", "asked", through="api", subject=f"Is {key} valid, and Bearer abcdef?")
    [entry] = Audit(database).read()
    assert entry.subject == "Is *** valid, and ***"


def test_audit_keeps_less_or_nothing(database: Database) -> None:
    for kept in ("brief", "off"):
        audit = Audit(database, kept=kept)  # type: ignore[arg-type]
        audit.note("ann", "asked", through="api", subject="Who is ill?")
        audit.note("ann", "opened", through="api", subject=f"{kept}.pdf")
    assert [entry.subject for entry in Audit(database).read()] == ["", "brief.pdf"]


def test_old_entries_go(database: Database, clock: list[timedelta]) -> None:
    Audit(database).note("ann", "asked", through="api", subject="old")
    clock[0] = timedelta(days=31)
    Audit(database, days=30).note("ann", "asked", through="api", subject="new")
    assert [entry.subject for entry in Audit(database).read()] == ["new"]
    assert audits.ACTIONS


# The commands


def command(monkeypatch: pytest.MonkeyPatch, home: Path, *words: str, typed: str = "") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return run_command([*words, "--home", str(home)])


def test_commands_look_after_users_and_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, tmp_path, "users", "add", "Ann", "--owner", typed=f"{PASSWORD}\n") == 0
    assert command(monkeypatch, tmp_path, "users", "add", "bob@example.com", "--oidc") == 0
    capsys.readouterr()
    assert command(monkeypatch, tmp_path, "users", "list", "--json") == 0
    users = json.loads(capsys.readouterr().out)
    assert [(user["name"], user["owner"], user["signs_in_with"]) for user in users] == [
        ("ann", True, "password"),
        ("bob@example.com", False, "oidc"),
    ]
    assert command(monkeypatch, tmp_path, "keys", "add", "ann", "--scope", "read", "--label", "bot") == 0
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("fn-")
    assert command(monkeypatch, tmp_path, "keys", "list", "--json") == 0
    out = capsys.readouterr().out
    assert secret not in out
    [key] = json.loads(out)
    assert command(monkeypatch, tmp_path, "keys", "remove", key["id"]) == 0
    assert command(monkeypatch, tmp_path, "users", "passwd", "ann", typed="another horse there\n") == 0
    assert command(monkeypatch, tmp_path, "users", "remove", "ann") == 0
    assert command(monkeypatch, tmp_path, "users", "remove", "ann") == 1
    assert 'there is no user "ann"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["users", "add", "ann"], "no password came"),
        (["users", "passwd", "ann"], "there is no user"),
        (["keys", "add", "ann"], "there is no user"),
        (["keys", "remove", "x"], "there is no key"),
        (["audit", "--action", "danced"], "there is no action"),
    ],
)
def test_commands_say_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert command(monkeypatch, tmp_path, *words) == 1
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1


def test_command_shows_the_audit_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = open_database(tmp_path)
    Audit(database).note("ann", "asked", through="page", collection="papers", subject="Who\nbuilt \x1b[31mit?")
    database.close()
    assert command(monkeypatch, tmp_path, "audit", "--user", "ann") == 0
    [line] = capsys.readouterr().out.splitlines()
    assert "ann" in line
    assert r"[papers] Who\nbuilt \x1b[31mit?" in line
    assert command(monkeypatch, tmp_path, "audit", "--json", "--since", "2020-01-01") == 0
    [entry] = json.loads(capsys.readouterr().out)
    assert entry["subject"] == "Who\nbuilt \x1b[31mit?"


def test_names_that_differ_in_capitals_are_one() -> None:
    assert named("  ÄNN ") == "änn"


def test_role_is_for_all_collections(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The star was taken for the setting of the same name, and refused as no name of a collection."""
    with closing(open_database(tmp_path)) as database:
        Users(database).add("ann", "a horse on the pier")
    for command, said in (("add ann reader *", "ann is reader of all collections"), ("remove ann *", "no more")):
        assert run_command(["grants", *command.split(), "--home", str(tmp_path)]) == 0
        assert said in "".join(capsys.readouterr())


def test_role_for_a_collection_that_is_not_there_yet_is_given_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_database(tmp_path)) as database:
        Users(database).add("ann", "a horse on the pier")
    assert run_command(["grants", "add", "ann", "reader", "papers", "--home", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert out == 'ann is reader of "papers"\n'
    assert err == 'there is no collection "papers" yet, so the role counts once there is\n'
