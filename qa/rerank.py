"""Reading question and passage together: an optional cross-encoder orders the best hits anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import EncoderError
from index.records import Hit
from index.threads import sleeping_threads

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 30
"""So many hits are read again, the best."""


class Reranker:
    """A sentence-transformers cross-encoder, by name or folder."""

    def __init__(self, name: str) -> None:
        """Load the model.

        Raises:
            EncoderError: it cannot be found, loaded or reached.
        """
        self._model = _load(name)

    def rerank(self, question: str, hits: Sequence[Hit]) -> list[Hit]:
        """`hits` ordered by how well they answer, equal ones as before."""
        if not hits:
            return []
        pairs = [(question, hit.passage.text) for hit in hits]
        read = [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]
        return [hits[i] for i in sorted(range(len(hits)), key=lambda i: (-read[i], i))]


def _load(name: str) -> CrossEncoder:
    # Imported here: torch takes seconds, and few want a second model.
    with sleeping_threads():
        from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name)  # type: ignore[no-any-return]
    except Exception as error:  # the hub, torch and safetensors each raise their own kinds
        raise EncoderError(
            f"加载不了重排模型“{name}”（{type(error).__name__}）。请检查名称或文件夹；"
            "离线时请先下载到本地文件夹，网络受限时可设 HF_ENDPOINT 指向镜像。"
        ) from error
