"""The marks that separate messages in models' templates, made harmless in what is sent. Pure functions."""

import re

from qa.lazy_regex import lazy_regex

# "<|im_start|>", "[INST]", "<<SYS>>", "<start_of_turn>", "</s>": of Qwen, Llama, Gemma, Mistral and DeepSeek.
_SIGNS = lazy_regex(
    r"<[|｜][^<>\n]{1,40}[|｜]>|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<</?SYS>>|</?s>"
    r"|<(?:start|end)_of_turn>|</?(?:bos|eos|unk|pad|think)>",
    re.IGNORECASE,
)


def without_signs(text: str) -> str:
    """Return a text without such marks: a blank is put into each, which reads the same.

    Some servers take "<|im_start|>system" in a document for the beginning of another message.
    """
    return _SIGNS.sub(lambda match: f"{match[0][0]} {match[0][1:]}", text)
