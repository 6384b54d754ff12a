"""One friendly line for thanks and greetings, and no search."""

import pytest

from qa.answering.saying.courtesy import courtesy, is_courtesy
from qa.answering.standalone.follow_up import readings
from qa.types import Turn


@pytest.mark.parametrize(
    ("message", "begins"),
    [
        ("Thanks!", "You are welcome."),
        ("Thank you very much", "You are welcome."),
        ("Ok, thanks a lot!", "You are welcome."),
        ("Perfect, thanks.", "You are welcome."),
        ("thank you :)", "You are welcome."),
        ("ok", "Good."),
        ("Got it.", "Good."),
        ("super 👍", "Good."),
        ("Hi there", "Hello."),
        ("great, bye", "Goodbye"),
        ("Danke", "Gern geschehen."),
        ("Vielen Dank für die Hilfe", "Gern geschehen."),
        ("Alles klar, danke dir", "Gern geschehen."),
        ("Alles klar", "Gut."),
        ("Guten Morgen!", "Hallo."),
        ("Auf Wiedersehen", "Auf Wiedersehen"),
        ("What can you do?", "Ask in your own words"),
        ("hi, what can I ask you", "Ask in your own words"),
        ("How do I use Footnote?", "Ask in your own words"),
        ("How can I use this?", "Ask in your own words"),
        ("help", "Ask in your own words"),
        ("Was kannst du?", "Mit eigenen Worten"),
        ("Was kann ich hier fragen?", "Mit eigenen Worten"),
    ],
)
def test_message_is_answered_in_its_language(message: str, begins: str) -> None:
    answer = courtesy(message)
    assert answer is not None
    assert answer.text.startswith(begins)
    assert not answer.hits


@pytest.mark.parametrize(
    "message",
    [
        "Thanks, and at night?",
        "Danke, und nachts?",
        "Thank you letter",
        "Danke Gerda",
        "What is ok?",
        "How are you?",
        "What can I do?",
        "What can I use?",
        "What should I use?",
        "How should I use?",
        "What can I do about the noise?",
        "What can you do with the old boiler?",
        "Was kann ich gegen den Lärm tun?",
        "Help with moving",
        "Wie gut ist das?",
        "ok 2024",
        "👍",
        "",
    ],
)
def test_what_asks_or_names_anything_is_searched(message: str) -> None:
    assert not is_courtesy(message)


def test_thanks_leave_the_subject_where_it_is() -> None:
    turns = [Turn("user", "What was the rent in 2024?"), Turn("assistant", "900 [1]."), Turn("user", "Thanks!")]
    assert readings("And in 2023?", turns).text == "What was the rent in 2023?"
