"""What a role lets somebody do: every role, rule and scope, in one place."""

from collections.abc import Callable

import pytest
from conftest import ROOT

from qa.accounts.access import EVERY, OF_ALL, OF_NOBODY, Access, Grant, checked_grant
from qa.accounts.person import SCOPES, Person, Scope
from qa.errors import AccessError, ConfigError, FilterError, QAError
from qa.store.where import EVERYTHING, parse_filter
from qa.store.within import Alternatives
from ui.documents.jobs import _check, _may_see
from ui.web.access import acting_as


def access(*grants: Grant, scopes: frozenset[Scope] = SCOPES, admin: bool = False) -> Access:
    return Access(Person("ann", admin, scopes), grants)


MAY = {
    "nothing": ((), ""),
    "reader": ((Grant("ann", "reader", "papers"),), "read"),
    "editor": ((Grant("ann", "editor", "papers"),), "read add change"),
    "owner": ((Grant("ann", "owner", "papers"),), "read add change own"),
    "of all": ((Grant("ann", "reader", EVERY),), "read"),
    "of another": ((Grant("ann", "owner", "other"),), ""),
    "reader of a part": ((Grant("ann", "reader", "papers", ("source=hr/*",)),), "read"),
    # Where an upload comes to lie is nobody's to say beforehand.
    "editor of a part": ((Grant("ann", "editor", "papers", ("source=hr/*",)),), "read change"),
    "rule that cannot be read": ((Grant("ann", "editor", "papers", ("nonsense",)),), ""),
    "two": ((Grant("ann", "reader", "papers"), Grant("ann", "editor", "papers", ("type=pdf",))), "read change"),
}


@pytest.mark.parametrize("name", MAY)
def test_role_lets_do_what_it_says_and_nothing_else(name: str) -> None:
    grants, may = MAY[name]
    mine = access(*grants)
    for doing in ("read", "add", "change", "own"):
        assert mine.may(doing, "papers") is (doing in may.split()), doing
        if doing not in may.split():
            with pytest.raises(AccessError, match="you may not"):
                mine.require(doing, "papers")
    assert mine.adds is ("add" in may or name == "of another")
    assert not mine.configures
    assert not mine.sees_all


def test_rules_are_alternatives_and_a_whole_collection_is_all_of_it() -> None:
    hr, pdf = Grant("ann", "reader", "papers", ("source=hr/*",)), Grant("ann", "editor", EVERY, ("type=pdf",))
    assert access(hr, pdf).only("papers") == (parse_filter(["source=hr/*"]), parse_filter(["type=pdf"]))
    assert access(hr, pdf).changes("papers") == (parse_filter(["type=pdf"]),)
    assert access(hr, Grant("ann", "reader", "papers")).only("papers") == (EVERYTHING,)


def test_what_was_given_is_named_where_it_may_be_read() -> None:
    lost = Grant("ann", "reader", "wills", ("nonsense",))
    assert access(Grant("ann", "reader", "papers"), Grant("ann", "editor", EVERY, ("type=pdf",))).given == ("papers",)
    assert access(lost, Grant("ann", "editor", "b", ("type=pdf",)), Grant("ann", "owner", "a")).given == ("a", "b")
    assert access(Grant("ann", "owner", "a"), scopes=frozenset()).given == access().given == ()


@pytest.mark.parametrize(
    ("scopes", "may"), [((), ""), (("read",), "read"), (("write",), "add change own"), (("admin",), "")]
)
def test_key_may_do_no_more_than_its_scopes(scopes: tuple[Scope, ...], may: str) -> None:
    for mine in (
        access(Grant("ann", "owner", "papers"), scopes=frozenset(scopes)),
        access(scopes=frozenset(scopes), admin=True),
    ):
        assert [doing for doing in ("read", "add", "change", "own") if mine.may(doing, "papers")] == may.split()
        assert mine.configures is (mine.person.is_owner_of_all and "admin" in scopes)
        assert mine.sees_all is (mine.person.is_owner_of_all and "read" in scopes)


def test_who_works_here_without_accounts_may_all_and_who_did_not_sign_in_nothing() -> None:
    assert all(OF_ALL.may(doing, "papers") for doing in ("read", "add", "change", "own"))
    assert OF_ALL.configures
    assert not any(OF_NOBODY.may(doing, "papers") for doing in ("read", "add", "change", "own"))
    assert OF_NOBODY.only("papers") == ()


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        (("ann", "king", "papers"), ConfigError, 'no role "king"; a role is reader, editor or owner'),
        (("", "reader", "papers"), ConfigError, "is no user"),
        (("local", "reader", "papers"), ConfigError, "is no user"),
        (("ann", "reader", "no name"), ConfigError, "is no name of a collection"),
        (("ann", "owner", "papers", ["type=pdf"]), ConfigError, "an owner has the whole collection"),
        (("ann", "reader", "papers", ["nonsense"]), FilterError, "is not a condition"),
    ],
)
def test_grant_that_cannot_be_is_refused(given: tuple[str, ...], error: type[QAError], said: str) -> None:
    with pytest.raises(error, match=said):
        checked_grant(*given)


# The table of the docs

PART = "source=open/*"
COLUMNS = {
    "reader of a part": Access(Person("ann", False, SCOPES), (Grant("ann", "reader", "papers", (PART,)),)),
    "reader": Access(Person("ann", False, SCOPES), (Grant("ann", "reader", "papers"),)),
    "editor of a part": Access(Person("ann", False, SCOPES), (Grant("ann", "editor", "papers", (PART,)),)),
    "editor": Access(Person("ann", False, SCOPES), (Grant("ann", "editor", "papers"),)),
    "owner": Access(Person("ann", False, SCOPES), (Grant("ann", "owner", "papers"),)),
    "owner of `*`": Access(Person("ann", False, SCOPES), (Grant("ann", "owner", "*"),)),
    "owner of all": Access(Person("boss", True, SCOPES)),
}


def _part(where: Alternatives) -> str:
    return "no" if not where else "yes" if EVERYTHING in where else "part"


def _yes(check: Callable[[], object]) -> str:
    try:
        return "no" if check() is False else "yes"
    except AccessError:
        return "no"


def _sees_ingests_of_others(access: Access) -> bool:
    with acting_as(access):
        return _may_see("papers", "somebody else")


DECIDED: dict[str, Callable[[Access], str]] = {
    "search, ask": lambda access: _part(access.only("papers")),
    "remove documents": lambda access: _part(access.changes("papers")),
    "upload files": lambda access: _yes(
        lambda: (
            _check(access, "papers", "upload", ["a.txt"]),
            _check(access, "papers", "address", ["https://a.example"]),
        )
    ),
    "see what others ingest": lambda access: _yes(lambda: _sees_ingests_of_others(access)),
    "drop the collection": lambda access: _yes(lambda: access.require("own", "papers")),
    # The other name of a copy or a renamed one has to be theirs as well.
    "make collections": lambda access: _yes(lambda: access.require("own", "another")),
    "add folders": lambda access: _yes(lambda: _check(access, "papers", "folder", ["/srv/papers"])),
    "change the settings": lambda access: _yes(access.require_configuring),
}


def test_table_of_the_docs_says_what_is_decided() -> None:
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    start = next(number for number, row in enumerate(rows) if row[1:] == list(COLUMNS))
    table = rows[start + 2 : start + 2 + len(DECIDED)]
    for row, (name, decides) in zip(table, DECIDED.items(), strict=True):
        assert row[0].startswith(name)
        assert row[1:] == [decides(access) for access in COLUMNS.values()], name
    assert not COLUMNS["reader"].sees("others")
