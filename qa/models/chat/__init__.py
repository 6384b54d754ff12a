"""Chat completion from any OpenAI-compatible endpoint, and what it does where an endpoint fails."""

from qa.models.chat.client import open_chat_model
from qa.models.chat.model import ChatModel
from qa.models.chat.pieces import Message, Piece, Reply, Retracted, Said, Thinking, ToolCall, Waiting

__all__ = [
    "ChatModel",
    "Message",
    "Piece",
    "Reply",
    "Retracted",
    "Said",
    "Thinking",
    "ToolCall",
    "Waiting",
    "open_chat_model",
]
