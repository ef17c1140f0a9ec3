"""Text → the model's tokens: unigram pieces (Kudo 2018), as SentencePiece cuts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tokenizers import Tokenizer
from tokenizers.models import Unigram

from index.e5.weights import Vocabulary

SPACE = "▁"
SPACES = re.compile(" {2,}")


class Tokens:
    """Cuts texts into the pieces of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._normal = vocabulary.normal
        self._begin, self._end = vocabulary.begin, vocabulary.end
        self._pieces = Tokenizer(Unigram(list(vocabulary.pieces), unk_id=vocabulary.unknown))

    def of(self, text: str) -> list[int]:
        """The numbers of its pieces."""
        normal = SPACES.sub(" ", text.translate(self._normal))
        spaced = normal if normal.startswith(" ") else f" {normal}"
        return self._pieces.encode(spaced.replace(" ", SPACE), add_special_tokens=False).ids

    def marked(self, tokens: Sequence[int]) -> list[int]:
        """Tokens between the marks of beginning and end."""
        return [self._begin, *tokens, self._end]
