"""Brings the catalogues of the pages up to date: python scripts/catalogues.py.

Extracts what the pages say, and what errors and reasons say that a page may show (`scripts/reasons.py`), into
`ui/locale/footnote.pot`; the templates of errors and reasons go into `ui/locale/reasons.json` as well. Adds what is new
to each language's `footnote.po`, and compiles those to the `.mo` that are read. What is missing or left over is
printed. A new language is a folder: copy `ui/locale/footnote.pot` to `ui/locale/<code>/LC_MESSAGES/footnote.po`,
translate it, and run this.
"""

import ast
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
if str(ROOT / "scripts") not in sys.path:
    sys.path.append(str(ROOT / "scripts"))

import reasons  # noqa: E402

LOCALE = ROOT / "ui" / "locale"
TEMPLATE = LOCALE / "footnote.pot"
REASONS = LOCALE / "reasons.json"
_CONTEXT = "reason"
# The functions that say messages, with how many of their first arguments are messages. Babel's own extraction does not
# look into f-strings.
_SAYING = {"t": 1, "t_many": 2}
# What no call names: what numbers, days and the language itself are written like.
_WRITTEN = (
    ("1,234.5", "How a number is written: what parts its thousands and its fraction."),
    ("%Y-%m-%d", "How a day is written, as strftime takes it."),
    ("English", "The name of the catalogue's own language, in that language."),
)
_WIDTH = 120


def extracted() -> Catalog:
    """Return the messages of the code."""
    found = Catalog(project="Footnote", copyright_holder="Footnote", charset="utf-8")
    for message, comment in _WRITTEN:
        found.add(message, auto_comments=[comment])
    for file in sorted((ROOT / "ui").rglob("*.py")):
        # Line numbers would change with every edit.
        place = [(file.relative_to(ROOT).as_posix(), 0)]
        for message in said_in(file.read_text(encoding="utf-8")):
            found.add(message, locations=place)
    for message, places in reasons.found().templates.items():
        found.add(message, locations=[(place, 0) for place in sorted(places)], context=_CONTEXT)
    return found


def templates(catalogue: Catalog) -> str:
    """Return the templates of errors and reasons as the pages read them."""
    found = sorted(message.id for message in catalogue if message.context == _CONTEXT)
    return json.dumps(found, ensure_ascii=False, indent=0) + "\n"


def said_in(code: str) -> Iterator[str | tuple[str, str]]:
    """Yield the messages of a module; those of two forms as a pair.

    Raises:
        ValueError: A message is put together, so that no catalogue can hold it.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _SAYING:
            forms = [list(_texts(argument)) for argument in node.args[: _SAYING[node.func.id]]]
            if node.func.id == "t_many":
                yield from zip(*forms, strict=True)
            else:
                yield from forms[0]


def _texts(argument: ast.expr) -> Iterator[str]:
    """Yield the texts that an argument may be: one, or either of two."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from (*_texts(argument.body), *_texts(argument.orelse))
    else:
        raise ValueError(f"line {argument.lineno}: a message is one text, with named places: {ast.unparse(argument)}")


def read(file: Path) -> Catalog:
    """Return a language's catalogue."""
    with file.open("rb") as stream:
        return read_po(stream, locale=file.parents[1].name)


def files() -> list[Path]:
    """Return the catalogues that there are."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/footnote.po"))


def missing(catalogue: Catalog) -> list[str]:
    """Return the messages of the code that a catalogue does not translate, or only as a guess."""
    found = []
    for message in extracted():
        translated = catalogue.get(message.id, message.context)
        if message.id and (translated is None or not _is_whole(translated.string) or translated.fuzzy):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def compiled(catalogue: Catalog) -> bytes:
    """Return what gettext reads of a catalogue."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def _is_whole(text: str | tuple[str, ...] | None) -> bool:
    return bool(text) and (isinstance(text, str) or all(text))


def main() -> int:
    """Bring all up to date, and return 1 if a message is missing in a language."""
    template = extracted()
    with TEMPLATE.open("wb") as stream:
        write_po(stream, template, width=_WIDTH, sort_output=True, omit_header=True, include_lineno=False)
    REASONS.write_text(templates(template), encoding="utf-8")
    lacking = 0
    for file in files():
        catalogue = read(file)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with file.open("wb") as stream:
            write_po(stream, catalogue, width=_WIDTH, sort_output=True, include_lineno=False)
        file.with_suffix(".mo").write_bytes(compiled(read(file)))
        lacks = missing(catalogue)
        lacking += len(lacks)
        print(f"{file.relative_to(ROOT)}: {len(catalogue):,} messages, {len(lacks):,} not translated")
        for message in lacks:
            print(f"  {message}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
