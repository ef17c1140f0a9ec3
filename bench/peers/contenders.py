"""Which systems are measured, and with which settings."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bench.peers.figures import OURS


@dataclass(frozen=True, slots=True)
class Contender:
    """A system: its module, and the packages it is made of; none for the project's own."""

    module: str
    title: str
    packages: tuple[str, ...] = ()
    is_segmented: bool = True


CONTENDERS = {
    OURS: Contender("ours", "**ours**"),
    "plain": Contender("plain", "our plain hybrid"),
    "langchain": Contender(
        "langchain",
        "LangChain",
        ("langchain-classic", "langchain-community", "faiss-cpu", "rank-bm25"),
    ),
    "llamaindex": Contender(
        "llamaindex",
        "LlamaIndex",
        (
            "llama-index-core",
            "llama-index-retrievers-bm25",
            "llama-index-vector-stores-faiss",
            "faiss-cpu",
        ),
    ),
    "haystack": Contender("haystack", "Haystack", ("haystack-ai",)),
    "txtai": Contender("txtai", "txtai", ("txtai",)),
}

DEFAULTS = {
    "plain": "words of the text that the others get, without the task's opening clause",
    "langchain": "words are what stands between spaces",
    "llamaindex": "words are runs of two and more letters, stemmed as English",
    "haystack": "words are single characters",
    "txtai": "words by Unicode's rules, single characters",
}
"""What cuts text into words out of the box."""


def by_default(name: str) -> Contender:
    """A system that cuts text into words as it comes."""
    return replace(CONTENDERS[name], title=DEFAULTS[name], is_segmented=False)
