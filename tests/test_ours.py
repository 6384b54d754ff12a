"""Words that readers put into texts, said in the language of the page; all else stands as it is stored."""

import re

import pytest

from ingest.load.formats import FORMATS
from ui.reading.blocks import Paragraph
from ui.reading.drawn import Ink, drawn
from ui.reading.ours import labels
from ui.web.language import speaking

CASES = [
    ("pptx", "Notes: Say that oil is dear.", "Notizen: Say that oil is dear."),
    ("odp", "The notes. Notes: none", "The notes. Notes: none"),
    ("docx", "Notes: of the author's own", "Notes: of the author's own"),
    ("ipynb", "Output: 42", "Ausgabe: 42"),
    ("ipynb", "print('[Comment: x]')", "print('[Comment: x]')"),
    ("docx", "Oil [Comment by Ada: dear] it [Comment: no]", "Oil [Kommentar von Ada: dear] it [Kommentar: no]"),
    ("pptx", "[Comment by <b>Ada</b>: dear]", "[Kommentar von <b>Ada</b>: dear]"),
    ("xlsx", "[Comment on B3, Oil, Price: 3: too dear]", "[Kommentar zu B3, Oil, Price: 3: too dear]"),
    ("xls", "[Text box at B3: Sum] [Chart: Oil]", "[Textfeld bei B3: Sum] [Diagramm: Oil]"),
    ("pdf", "[Note on “oil”: dear] [Note: so]", "[Anmerkung zu “oil”: dear] [Anmerkung: so]"),
    ("odt", "[Comment by a: b: c]", "[Kommentar von a: b: c]"),
    ("docx", "[Comments: a] [Commentary by Ada: b] [note: c]", "[Comments: a] [Commentary by Ada: b] [note: c]"),
    ("text", "[Note: of the author's own]", "[Note: of the author's own]"),
    ("md", "Output: [Comment by Ada: x]", "Output: [Comment by Ada: x]"),
]


def shown(key: str, text: str, *, cited: tuple[int, int] = (0, 0)) -> str:
    return drawn([Paragraph(70, text)], Ink((cited,), (), cited, media_type=FORMATS[key].media_type))


def words(html: str) -> str:
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ("'", "&#x27;")):
        html = re.sub(r"</?(?:p|span|mark)\b[^>]*>", "", html).replace(entity, sign)
    return html


@pytest.mark.parametrize(("key", "text", "german"), CASES)
def test_words_of_ours_are_said_in_the_language_of_the_page(key: str, text: str, german: str) -> None:
    with speaking("en"):
        assert words(shown(key, text)) == text
        assert not labels(text, FORMATS[key].media_type)
    with speaking("de"):
        assert words(shown(key, text)) == german


def test_what_stands_in_the_text_is_told_beside_it_and_marks_keep_their_places() -> None:
    text = "Oil [Comment by Ada: dear] it."
    with speaking("de"):
        html = shown("docx", text, cited=(70, 70 + len("Oil [Comment by Ada: dear")))
        assert '<span title="Comment by Ada">Kommentar von Ada</span>' in html
        assert words("".join(re.findall("<mark.*?</mark>", html))) == "Oil [Kommentar von Ada: dear"
        # A mark that ends within words of ours leaves none of them out, and none twice.
        html = shown("docx", text, cited=(70, 80))
        assert words(html) == "Oil [Kommentar von Ada: dear] it."
        assert words("".join(re.findall("<mark.*?</mark>", html))) == "Oil [Kommentar von Ada"


def test_author_of_a_comment_is_hostile() -> None:
    with speaking("de"):
        assert "<b" not in shown("docx", '[Comment by <b onload="x()">: dear]')
