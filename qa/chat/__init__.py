"""An OpenAI-compatible chat endpoint: a prompt goes in; text comes out, or one sentence why not.

    ChatClient ──▶ Reply (its pieces as they come) ──▶ Completion
                     └── ChatError: one of `REASONS` and a Chinese sentence

Requests are tasks of an event loop that runs in a thread of its own, so that each of them can be left
at any moment and its connection closed. Every fault of the `openai` package is mapped in `faults.py`,
nowhere else; what is raised holds no key, no credentials of an address and no text of the service.
"""

from qa.chat.client import ChatClient, Reply
from qa.chat.endpoint import ChatSettings
from qa.chat.errors import REASONS, SENTENCES, ChatError
from qa.chat.transcript import Completion

__all__ = [
    "REASONS",
    "SENTENCES",
    "ChatClient",
    "ChatError",
    "ChatSettings",
    "Completion",
    "Reply",
]
