"""Where in a conversation stands what was searched for. Pure functions."""

_BEFORE, _LONGEST = 24, 72  # characters


def excerpt(text: str, search: str, *, beside: str) -> str:
    """Return some words of a text around the first one of a search; "" where what is shown beside it holds them all."""
    words = search.casefold().split()
    if all(word in beside.casefold() for word in words):
        return ""
    line = " ".join(text.split())
    # Where small letters are as many as those they stand for; else it begins at the text's beginning.
    small = line.casefold() if len(line.casefold()) == len(line) else ""
    places = [small.find(word) for word in words if word in small]
    begin = max(0, min(places, default=0) - _BEFORE)
    if begin:
        begin = line.find(" ", begin) + 1
    end = begin + _LONGEST
    if end < len(line):
        end = line.rfind(" ", begin, end) if line.rfind(" ", begin, end) > begin else end
    shown = line[begin:end]
    return f"{'… ' if begin else ''}{shown}{' …' if end < len(line) else ''}" if shown else ""
