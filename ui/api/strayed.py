"""Addresses at which programs ask that are not there. Streamlit would answer with the page, as if all were well."""

# What OpenAI's clients ask where their base URL lacks `/v1`.
OPENAI = frozenset({"/v1", "/models", "/chat/completions", "/completions", "/embeddings", "/responses"})
# What agents try: an older way to speak with them, and how to sign in with OAuth, which is not done here.
_AGENTS = frozenset({"/sse", "/messages", "/register"})
_WELL_KNOWN = "/.well-known/"
PATHS = (*sorted(OPENAI), *sorted(_AGENTS), "/api", f"{_WELL_KNOWN}{{rest:path}}")
"""All of them, as patterns of Starlette."""


def is_strayed(path: str) -> bool:
    """Tell whether a path is one of these."""
    return path.startswith(_WELL_KNOWN) or path.removesuffix("/") in (*OPENAI, *_AGENTS, "/api")


def way(path: str) -> str:
    """Return where who asked at an address where nothing is finds it."""
    if path.removesuffix("/") in OPENAI:
        return "OpenAI's API is below /v1: let the base URL of your client end with /v1"
    if path.removesuffix("/") in _AGENTS or path.startswith(_WELL_KNOWN):
        return "agents post to /mcp, with a key as Authorization: Bearer where people sign in"
    return "/docs lists what there is"
