"""Which documents of the list are chosen, whatever the browser sends of boxes that it still shows."""

from streamlit.testing.v1 import AppTest


def _list() -> None:
    import streamlit as st
    from test_documents_listing import one, row

    from ui.documents import table

    entries = [one(row(f"shelf/{name}.txt", name)) for name in ("lamp", "lock", "mast", "pump")]
    choices = table.Choices({}, {}, {}, {})
    wish = table.wanted(choices)
    found = [entry for entry in entries if wish.words in entry.title]
    nothing = table.Actions(lambda _: "", *[lambda _: None] * 5)
    table.draw(entries, found, wish, lambda _: {}, nothing)
    st.session_state["told"] = sorted(entry.title for entry in entries if entry.document in table.picked())


def _boxes(page: AppTest) -> dict[str, object]:
    return {box.label.removeprefix("Choose "): box for box in page.checkbox}


def test_boxes_of_rows_that_a_search_took_away_choose_nothing() -> None:
    """The browser sends what it shows: with the first tick after a search, also the rows that are about to go."""
    page = AppTest.from_function(_list, default_timeout=60).run()
    before = page._tree.get_widget_states()
    page.text_input[0].set_value("mast").run()
    _boxes(page)["mast"].check()  # type: ignore[attr-defined]
    sent = page._tree.get_widget_states()
    now = {state.id for state in sent.widgets}
    sent.widgets.extend(state for state in before.widgets if state.id not in now)
    page._run(sent)
    assert page.session_state["told"] == ["mast"]
    page.text_input[0].set_value("").run()
    assert page.session_state["told"] == ["mast"]


def test_all_on_the_page_are_chosen_and_left() -> None:
    page = AppTest.from_function(_list, default_timeout=60).run()
    _boxes(page)["lock"].check().run()  # type: ignore[attr-defined]
    _boxes(page)["all on this page"].check().run()  # type: ignore[attr-defined]
    assert page.session_state["told"] == ["lamp", "lock", "mast", "pump"]
    _boxes(page)["lamp"].uncheck().run()  # type: ignore[attr-defined]
    assert page.session_state["told"] == ["lock", "mast", "pump"]
    _boxes(page)["all on this page"].check().run()  # type: ignore[attr-defined]
    _boxes(page)["all on this page"].uncheck().run()  # type: ignore[attr-defined]
    assert page.session_state["told"] == []
