"""Texts by themselves: their language, sentences, words and terms, and words in other languages."""
