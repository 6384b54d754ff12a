"""What somebody may read and do: their roles, as one value that everything which opens a collection asks.

Whoever is not the owner of all may read nothing until a role lets them. A role is for a collection, or for the
documents of it that pass a rule, written as `--where` takes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from qa.accounts.person import LOCAL, NOBODY, Person
from qa.errors import AccessError, ConfigError, FilterError
from qa.lazy_regex import lazy_regex
from qa.store.where import EVERYTHING, Filter, parse_filter
from qa.store.within import Alternatives

Role = Literal["reader", "editor", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may: read and ask; add and remove documents; rename, drop and give roles."""

# Of a grant that is for all collections, those that will be made as well.
EVERY = "*"

_NAME = lazy_regex(r"[A-Za-z_][A-Za-z0-9_]{0,99}")

Doing = Literal["read", "add", "change", "own"]
_NEEDED: dict[Doing, tuple[Role, ...]] = {
    "read": ROLES,
    "add": ("editor", "owner"),
    "change": ("editor", "owner"),
    "own": ("owner",),
}
_SAID: dict[Doing, str] = {
    "read": "read this",
    "add": "add documents here: that takes the role editor for the whole collection",
    "change": "change these documents: that takes the role editor for them",
    "own": "do this: that takes the role owner of the collection",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody was given.

    Attributes:
        person: By name.
        role: One of `ROLES`.
        collection: By name; `EVERY` for all.
        rule: Conditions as `--where` takes them, which a document has to pass; none for the whole collection.
    """

    person: str
    role: Role
    collection: str
    rule: tuple[str, ...] = ()

    def is_for(self, collection: str) -> bool:
        """Tell whether it is about a collection."""
        return self.collection in (EVERY, collection)

    @property
    def where(self) -> Filter | None:
        """What it lets through; None where the rule cannot be read, and so lets nothing through."""
        try:
            return parse_filter(self.rule)
        except FilterError:
            return None


def checked_grant(person: str, role: str, collection: str, rule: Iterable[str] = ()) -> Grant:
    """Return a grant that can be kept.

    Raises:
        ConfigError: There is no such role, a name is missing, or an owner is to have a part of a collection alone.
        FilterError: The rule cannot be read.
    """
    rule = tuple(rule)
    if role not in ROLES:
        raise ConfigError(f'there is no role "{role}"; a role is {", ".join(ROLES[:-1])} or {ROLES[-1]}')
    if not person.strip() or person == LOCAL.name:
        raise ConfigError(f'"{person}" is no user; list them with: footnote users list')
    if collection != EVERY and not _NAME.fullmatch(collection):
        raise ConfigError(f'"{collection}" is no name of a collection; name one, or write "{EVERY}" for all of them')
    if role == "owner" and rule:
        raise ConfigError("an owner has the whole collection; leave --where out, or make them an editor")
    if rule and not parse_filter(rule):
        raise ConfigError("this rule leaves out nothing; leave --where out to give the whole collection")
    known = next(one for one in ROLES if one == role)
    return Grant(person, known, collection, rule)


@dataclass(frozen=True, slots=True)
class Access:
    """What somebody may read and do at this moment. Equal ones may share what was read for them.

    Attributes:
        person: Who.
        grants: What they were given; it does not matter for who owns all.
    """

    person: Person
    grants: tuple[Grant, ...] = ()

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden."""
        return self.person.is_owner_of_all and self.person.may("read")

    @property
    def configures(self) -> bool:
        """Whether the settings of the server are theirs: models, endpoints and keys."""
        return self.person.is_owner_of_all and self.person.may("admin")

    @property
    def adds(self) -> bool:
        """Whether there is a collection to which they may add documents."""
        return any(self.may("add", name) for name in (EVERY, *(one.collection for one in self.grants)))

    @property
    def given(self) -> tuple[str, ...]:
        """The names of collections of which they were given something to read, whether or not there are such."""
        names = {grant.collection for grant in self.grants} - {EVERY}
        return tuple(sorted(name for name in names if self.sees(name)))

    def only(self, collection: str) -> Alternatives:
        """Return the filters of which a document has to pass one to be read; none where nothing may be read."""
        return self._where("read", collection)

    def sees(self, collection: str) -> bool:
        """Tell whether they may read anything of a collection; whether there is one does not matter."""
        return bool(self.only(collection))

    def may(self, doing: Doing, collection: str) -> bool:
        """Tell whether they may do something in a collection.

        To "change" documents is to do it to some of them, see `changes`; to "add" and to "own" is about the whole.
        """
        allowed = self._where(doing, collection)
        return bool(allowed) if doing in ("read", "change") else EVERYTHING in allowed

    def changes(self, collection: str) -> Alternatives:
        """Return the filters of which a document has to pass one to be changed or removed."""
        return self._where("change", collection)

    def require(self, doing: Doing, collection: str) -> None:
        """Refuse what they may not do.

        Raises:
            AccessError: They may not; the words are the same whether or not there is such a collection.
        """
        if not self.may(doing, collection):
            raise AccessError(f"you may not {_SAID[doing]}; ask who looks after this server")

    def require_adding(self) -> None:
        """Refuse who may add documents to no collection at all, before anything of them is taken in.

        Raises:
            AccessError: They may not; the words are those of `require`.
        """
        if not self.adds:
            raise AccessError(f"you may not {_SAID['add']}; ask who looks after this server")

    def require_configuring(self) -> None:
        """Refuse who may not change the settings of the server.

        Raises:
            AccessError: They may not.
        """
        if not self.configures:
            raise AccessError("you may not change the settings of this server; ask who looks after it")

    def _where(self, doing: Doing, collection: str) -> Alternatives:
        if not self.person.may("read" if doing == "read" else "write"):
            return ()
        if self.person.is_owner_of_all:
            return (EVERYTHING,)
        roles = _NEEDED[doing]
        given = (one.where for one in self.grants if one.is_for(collection) and one.role in roles)
        found = tuple(dict.fromkeys(where for where in given if where is not None))
        return (EVERYTHING,) if EVERYTHING in found else found


OF_ALL = Access(LOCAL)
"""What who works on this machine without accounts may do: all."""

OF_NOBODY = Access(NOBODY)
