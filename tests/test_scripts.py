"""What scripts without spaces, and with particles at a word, do to names, codes and sentences."""

import re

import pytest

from qa.text.names import names_in
from qa.text.sentences import sentence_spans
from qa.text.values import Values


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("1989년에 무슨 일이 있었나?", "그는 1989년 2월 15일 서울에 있었다."),
        ("2004年に何が開港したか。", "空港は2004年3月に開港した。"),
        ("２００４年に何が開港したか。", "空港は2004年3月に開港した。"),
        ("ماذا حدث في عام ١٩٨٩؟", "حدث ذلك في عام 1989 في المدينة."),
        ("मेला 1989 में कहाँ हुआ?", "मेला १९८९ में शहर में हुआ।"),
        ("F15기의 속도는?", "F-15기는 빠르다."),
        ("KBS2는 언제 개국했나?", "KBS2에서 개국했다."),
        ("Что было в 2004г.?", "Это было в 2004 году."),
    ],
)
def test_number_or_code_stands_in_a_passage_whatever_letters_touch_it(question: str, passage: str) -> None:
    names = names_in(question, capitals=False, terms_of=lambda _word: [1], known=None)
    assert len(names) == 1
    assert names[0].stands_in(Values(passage))
    assert not names[0].stands_in(Values(re.sub(r"\d", "7", passage)))


def test_few_digits_before_a_counter_are_no_code() -> None:
    """Of "Louis XVI", 16세 in Korean, no passage that writes it otherwise holds the "16"."""
    assert not names_in("루이 16세 왕비의 이름은?", capitals=False, terms_of=lambda _word: [1], known=None)
    assert not names_in("第3回はいつか。", capitals=False, terms_of=lambda _word: [1], known=None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("委員長が参加したと報告している。2015年7月の行動へ参加した。", 2),
        ("委員長が参加した。NATOの行動である。", 2),
        ("彼は「行く。2時に帰る。」と言った。", 1),
        ("条件（第一。1時まで）である。", 1),
        ("장소는 서울이다. 2015년에 열렸다.", 2),
    ],
)
def test_sentence_ends_before_a_figure_without_a_space(text: str, count: int) -> None:
    spans = sentence_spans(text, language="ja")
    assert len(spans) == count
    assert "".join(text[start:end] for start, end in spans) == text.replace(". ", ".")
