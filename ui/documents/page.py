"""The page of documents: what is shown, in what order."""

import streamlit as st

from ui.web.language import t


def main() -> None:
    """Draw the page once, as Streamlit does after every click."""
    st.title(t("Documents"), anchor=False)
