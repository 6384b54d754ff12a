"""RTF documents through striprtf, which gives paragraphs as lines and table rows as cells between bars."""

from ingest.load.build import TextBuilder, one_line
from ingest.load.file import File
from ingest.load.office.parts import say_embedded
from ingest.load.rtf import pictures
from ingest.load.rtf.notes import embedded, with_notes
from ingest.load.rtf.raised import with_powers
from ingest.load.rtf.unseen import without_unseen
from qa.lazy_regex import lazy_regex
from qa.types import Document

_CODE_PAGE = lazy_regex(rb"\\ansicpg(\d+)")
# The bytes of a picture, in hexadecimal. They hold no word, and 60 MB of them kept the parser busy for minutes.
_PICTURE = lazy_regex(rb"[0-9a-fA-F][0-9a-fA-F\s]{4095,}")
# What a program writes before a list item for readers that do not count: the old form is passed over by the library.
_OLD_MARK = lazy_regex(r"\{\\pntext(?![a-z])")
# This has what follows passed over, but only at the head of a group; StarWriter wrote it in front of any word.
_STRAY = lazy_regex(r"(?<![\\{\s])\\\*(?=\\[a-z])")
_ITEM = lazy_regex(
    r"(?P<mark>\(?(?:\d{1,3}(?:\.\d{1,3}){0,8}|[A-Za-z]|[ivxlcIVXLC]{1,7})[.)]{1,2}|[^\w\s]|o)\t(?P<text>\S[^\n]*)$"
)
_TITLE = lazy_regex(r"\{\\title\s+((?:[^{}\\]|\\'[0-9a-fA-F]{2})*)\}")


def load(file: File, media_type: str) -> Document:
    """Load an RTF document."""
    content = file.read()
    data = _PICTURE.sub(b" ", content)
    source = data.decode("latin-1")
    say_embedded(embedded(source))
    code_page = _CODE_PAGE.search(data)
    title = _TITLE.search(source)
    encoding = f"cp{code_page[1].decode()}" if code_page else "cp1252"
    named = one_line(_plain(f"{{\\rtf1 {title[1]}}}", encoding)) if title else ""
    return Document(
        source=file.source,
        # A title in a script that the code page lacks comes out as question marks.
        title=named if any(map(str.isalnum, named)) else file.stem,
        text="\n\n".join(filter(None, [text(source, encoding), *pictures.said(content)])),
        media_type=media_type,
    )


def text(source: str, encoding: str = "cp1252") -> str:
    """Return the text of RTF source, also of an Outlook message's."""
    built = TextBuilder()
    source = _STRAY.sub("", _OLD_MARK.sub("{", with_powers(without_unseen(source))))
    for line in _plain(with_notes(source), encoding).split("\n"):
        cells = [one_line(cell) for cell in line.split("|")]
        if len(cells) > 1 and not cells[-1]:
            # A table row ends with a bar; values that are blank say nothing.
            built.line("; ".join(filter(None, cells)))
        elif item := _ITEM.match(line.strip()):
            built.item(item["text"], item["mark"] if any(map(str.isalnum, item["mark"][:-1])) else "")
        else:
            built.paragraph(line)
    return built.text


def _plain(source: str, encoding: str) -> str:
    from striprtf.striprtf import rtf_to_text

    try:
        "".encode(encoding)
    except LookupError:
        encoding = "cp1252"
    plain: str = rtf_to_text(source, encoding=encoding, errors="replace")  # type: ignore[no-untyped-call]
    return plain
