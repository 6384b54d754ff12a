"""Markdown as it is shown while it is being written: nothing turns into something else a word later."""

import re

import pytest

from ui.chat.answer_text import draft_html
from ui.chat.drafts import begun

ANSWER = """## What is **due**

Bearings are greased *every 4,000 hours* [1], and `grease()` is called [2].

- lithium grease
  - nothing **else** at all
- a cloth

1. stop
2. clean

| Part | Hours |
|------|------:|
| Pump | 4,000 [1] |
| Fan | 8,000 [2] |

```py
x = a[1]
```
> Turn it by hand. [1]

See [the manual](http://a.example/manual)."""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a **is", "a **is**"),
        ("a **is*", "a **is**"),
        ("a **", "a "),
        ("*a **b", "*a **b***"),
        ("a `b", "a `b`"),
        ("Greased [1", "Greased"),
        ("- one\n-", "- one"),
        ("one\n\n#", "one\n"),
        ("one\n\n| A | B", "one\n"),
        ("| A | B |\n|--", ""),
        ("| A | B |\n|---|---|\n| x", "| A | B |\n|---|---|"),
        ("see [the man", "see the man"),
        ("see [it](http://a.ex", "see it"),
        ("```py\nx = 1\n``", "```py\nx = 1"),
        ("snake_case and 2 * 3", "snake_case and 2 * 3"),
    ],
)
def test_what_is_open_is_closed_or_waits(text: str, shown: str) -> None:
    assert begun(text) == shown


def test_no_step_of_an_answer_shows_a_sign_of_markdown() -> None:
    """Letter by letter: tags come and stay, and what is read only grows."""
    before: list[str] = []
    for length in range(1, len(ANSWER) + 1):
        text = begun(ANSWER[:length].strip())
        html = draft_html(text)
        read = re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)
        assert not re.search(r"\*|`|\||^#|>#", re.sub(r"<[^>]*>", "", read)), ANSWER[:length]
        tags = re.findall(r"<(?!/)(\w+)", html)
        assert tags[: len(before)] == before, ANSWER[:length]
        before = tags
