"""What the pages for signing in and for one's account look like, as HTML. Every text is escaped here."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from qa.accounts.keys import Key
from qa.accounts.users import LEAST_CHARACTERS, User
from ui.web.escape import escape
from ui.web.language import current, day, t
from ui.web.place import at
from ui.web.reasons import in_sentences

CSS = """:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 22%, transparent);
  --accent: #1d4ed8; --accent: light-dark(#1d4ed8, #93c5fd); --on: light-dark(#fff, #0b1220); }
* { box-sizing: border-box; }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: light-dark(#fff, #171614);
  color: light-dark(#1c1917, #f5f5f4); }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem; }
main.narrow { max-width: 24rem; padding-top: 12vh; }
h1 { font-size: 1.5rem; margin: 0 0 1.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .75rem; }
form { margin: 0; }
button + a { margin-left: .75rem; }
label { display: block; margin: 0 0 1rem; font-size: .9375rem; }
input, select { display: block; width: 100%; margin-top: .25rem; font: inherit; color: inherit; background: transparent;
  padding: .5rem .65rem; border: 1px solid var(--line); border-radius: .4rem; }
select option { color: initial; background: initial; }
button, .button { display: inline-block; font: inherit; font-weight: 600; padding: .5rem 1rem;
  border-radius: .4rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on); cursor: pointer;
  text-decoration: none; }
button.quiet { background: transparent; color: inherit; border-color: var(--line); font-weight: 400; }
.wide { width: 100%; text-align: center; }
.or { text-align: center; margin: 1rem 0; opacity: .7; font-size: .875rem; }
.said { border-left: 3px solid #d97706; padding: .25rem .75rem; margin: 0 0 1.25rem; }
.new { border-left-color: #16a34a; }
.new code { display: block; overflow-wrap: anywhere; font-size: .9375rem; padding: .35rem 0; user-select: all; }
a { color: var(--accent); }
a.button { color: var(--on); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
ul { list-style: none; margin: 0 0 1rem; padding: 0; }
li { display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: .6rem 0;
  border-bottom: 1px solid var(--line); }
li > div { overflow-wrap: anywhere; min-width: 0; }
small { display: block; opacity: .75; font-size: .8125rem; }
.beside { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1rem; }
@media (max-width: 480px) { .beside { grid-template-columns: 1fr; } }
"""


def sign_in_page(wanted: str, *, said: str, name: str, by_password: bool, by_provider: bool) -> str:
    """Return the page on which somebody signs in.

    Args:
        wanted: The path that they came for.
        said: What went wrong, "" for nothing.
        name: What they typed as their name.
        by_password: Whether anybody has one.
        by_provider: Whether there is an OpenID provider.
    """
    parts = [f"<h1>{escape(t('Sign in to Footnote'))}</h1>", _said(said)]
    if by_password or not by_provider:
        parts.append(
            f'<form method="post" action="{at("/sign-in")}"><input type="hidden" name="next" value="{escape(wanted)}">'
            + _field("name", t("Name"), value=name, autocomplete="username", focus=not name)
            + _field("password", t("Password"), kind="password", autocomplete="current-password", focus=bool(name))
            + f'<button class="wide">{escape(t("Sign in"))}</button></form>'
        )
    if by_provider:
        if by_password:
            parts.append(f'<p class="or">{escape(t("or"))}</p>')
        address = f"{at('/sign-in/oidc')}?next={quote(wanted, safe='')}"
        words = escape(t("Sign in with your organisation"))
        parts.append(f'<a class="button wide" href="{escape(address)}">{words}</a>')
    return _page(t("Sign in"), "".join(parts), narrow=True)


def message_page(said: str) -> str:
    """Return a page that says one thing, and leads back to where one signs in."""
    link = f'<p><a href="{at("/sign-in")}">{escape(t("Sign in"))}</a></p>'
    return _page("Footnote", f"<h1>Footnote</h1>{_said(said)}{link}", narrow=True)


def missing_page() -> str:
    """Return the page for an address at which there is none, with a way home."""
    title = t("There is no page at this address")
    said = t("It may have been mistyped, or be out of date.")
    link = f'<p><a href="{at("/")}">{escape(t("Go to the chat"))}</a></p>'
    page = _page(title, f"<h1>{escape(title)}</h1><p>{escape(said)}</p>{link}", narrow=True)
    # The style sheet of these pages is served only where people sign in.
    return page.replace("</head>", f"<style>{CSS}</style></head>", 1)


def account_page(user: User, keys: Sequence[Key], *, said: str, key: str) -> str:
    """Return the page of somebody's own account.

    Args:
        user: Who they are.
        keys: Theirs.
        said: What went wrong, "" for nothing.
        key: A key that was just made, to be shown once; "" for none.
    """
    parts = [f"<h1>{escape(user.name)}</h1>", _said(said)]
    parts.append(
        f'<form method="post" action="{at("/account/sign-out")}"><button>{escape(t("Sign out"))}</button> '
        f'<a href="{at("/")}">{escape(t("Back to the chat"))}</a></form>'
    )
    parts.append(f"<h2>{escape(t('Keys for programs'))}</h2>{_shown_once(key)}{_keys(keys)}{_new_key()}")
    if user.has_password:
        parts.append(f"<h2>{escape(t('Password'))}</h2>{_new_password(user)}")
    return _page(user.name, "".join(parts))


def _keys(keys: Sequence[Key]) -> str:
    if not keys:
        return f"<p>{escape(t('A program asks in your name with a key of yours. There is none yet.'))}</p>"
    return f"<ul>{''.join(_key(key) for key in keys)}</ul>"


def _key(key: Key) -> str:
    if "admin" in key.scopes:
        may = t("may read, write and administer") if "write" in key.scopes else t("may read and administer")
    else:
        may = t("may read and write") if "write" in key.scopes else t("may read")
    if key.is_expired:
        ends = t("has ended")
    else:
        ends = t("ends on {day}", day=_day(key.expires)) if key.expires else t("never ends")
    used = t("last used on {day}", day=_day(key.used)) if key.used else t("never used")
    remove = (
        f'<form method="post" action="{at("/account/keys/remove")}">'
        f'<input type="hidden" name="id" value="{escape(key.id)}">'
        f'<button class="quiet">{escape(t("Remove"))}</button></form>'
    )
    facts = escape(" · ".join((may, ends, used)))
    return f"<li><div>{escape(key.label or key.id)}<small>{facts}</small></div>{remove}</li>"


def _new_key() -> str:
    scopes = (("read", t("Read: ask, search, open")), ("write", t("Read and write: add and remove documents too")))
    options = "".join(f'<option value="{value}">{escape(words)}</option>' for value, words in scopes)
    return (
        f'<form method="post" action="{at("/account/keys")}">'
        + _field("label", t("What the key is for"), most=200, required=False)
        + f'<div class="beside"><label>{escape(t("What it may do"))}<select name="scope">{options}</select></label>'
        + _field("days", t("Days until it ends"), kind="number", value="90", more='min="1" max="3650"')
        + f"</div><button>{escape(t('Make a key'))}</button></form>"
    )


def _shown_once(key: str) -> str:
    if not key:
        return ""
    words = escape(t("The key is shown this once. Keep it as you keep a password:"))
    return f'<div class="said new" role="status">{words}<code>{escape(key)}</code></div>'


def _new_password(user: User) -> str:
    least = f'minlength="{LEAST_CHARACTERS}"'
    return (
        f'<form method="post" action="{at("/account/password")}">'
        # For programs that keep passwords.
        f'<input type="hidden" name="name" autocomplete="username" value="{escape(user.name)}">'
        + _field("old", t("Password until now"), kind="password", autocomplete="current-password")
        + '<div class="beside">'
        + _field("new", t("New password"), kind="password", autocomplete="new-password", more=least)
        + _field("again", t("Once more"), kind="password", autocomplete="new-password", more=least)
        + f"</div><button>{escape(t('Change the password'))}</button></form>"
    )


def _field(
    name: str,
    words: str,
    *,
    kind: str = "text",
    value: str = "",
    autocomplete: str = "off",
    most: int = 1000,
    required: bool = True,
    focus: bool = False,
    more: str = "",
) -> str:
    flags = " ".join(filter(None, ("required" if required else "", "autofocus" if focus else "", more)))
    length = "" if kind == "number" else f' maxlength="{most}"'
    return (
        f'<label>{escape(words)}<input name="{name}" type="{kind}" value="{escape(value)}"{length} '
        f'autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false" {flags}></label>'
    )


def _said(said: str) -> str:
    return f'<p class="said" role="alert">{escape(in_sentences(said))}</p>' if said else ""


def _day(moment: datetime | None) -> str:
    return day(moment.date()) if moment else ""


def _page(title: str, body: str, *, narrow: bool = False) -> str:
    return (
        f'<!DOCTYPE html><html lang="{escape(current())}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)} · Footnote</title><link rel="stylesheet" href="{at("/sign-in.css")}">'
        f'<link rel="icon" href="{at("/sign-in.svg")}" type="image/svg+xml"></head>'
        f"<body><main{' class=narrow' if narrow else ''}>{body}</main></body></html>"
    )
