"""The web server of the chat, and what all its pages share: the session, the records, the guard."""
