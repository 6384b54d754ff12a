"""What is chosen stays chosen while the words of the choice change."""

from streamlit.testing.v1 import AppTest


def _draw() -> None:
    """Draw a choice whose words hold a number and a language; run by AppTest, which takes its source alone."""
    import streamlit as st

    from ui.web.labelled import labelled

    count = st.session_state.get("count", 3)

    def said(kind: str) -> str:
        return f"{kind.upper()} ({count})"

    kinds = ["pdf", "md"]
    many = st.multiselect("Kind", kinds, key=labelled("many", kinds, said), format_func=said)
    one = st.selectbox("Order", kinds, key=labelled("one", kinds, said), format_func=said)
    st.text(f"{many} {one}")


def test_choice_outlives_its_words() -> None:
    """A filter for "PDF (3)" let nothing through once there was a fourth."""
    page = AppTest.from_function(_draw).run()
    page.multiselect(key="many").set_value(["pdf"])
    page.selectbox(key="one").set_value("md").run()
    assert page.text[0].value == "['pdf'] md"
    page.session_state.count = 4
    page.run()
    # The browser is told, so that it shows and sends the new words.
    assert page.multiselect(key="many").proto.set_value
    assert page.selectbox(key="one").proto.set_value
    assert page.selectbox(key="one").proto.raw_value == "MD (4)"
    page.run()
    assert page.text[0].value == "['pdf'] md"
    assert not page.selectbox(key="one").proto.set_value


def _draw_one_of_many() -> None:
    """Draw the choice of one conversation of many; run by AppTest, which takes its source alone."""
    import streamlit as st

    from ui.web.labelled import labelled

    key = f"languages-{st.session_state.get('conversation', 0)}"
    st.selectbox("Language", ["en", "de"], key=labelled(key, ["en", "de"], str.upper), format_func=str.upper)


def test_words_are_forgotten_with_the_choice_that_they_are_of() -> None:
    """A visitor who looks at a thousand conversations has the words of one."""
    page = AppTest.from_function(_draw_one_of_many).run()
    for conversation in range(1, 5):
        page.session_state.conversation = conversation
        page.run()
    kept = page.session_state["labelled-words"]
    assert set(kept) <= {"languages-3", "languages-4"}
    assert kept["languages-4"] == ("EN", "DE")
