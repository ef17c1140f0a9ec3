"""Join rankings into one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.records import Match

RANK_BASE = 10
"""The constant k of reciprocal rank fusion. The paper's 60 suits long rankings of many systems; of
two rankings of short tables the first places tell more (measured in `bench/results.md`)."""


def fuse_rankings(
    rankings: Mapping[str, Sequence[Match]], rank_base: int = RANK_BASE
) -> list[tuple[Match, dict[str, int]]]:
    """Every row that any ranking holds, best first, with its rank in each that holds it.

    A row's score is the sum of 1 / (rank_base + rank) over the rankings, ranks from 1; equal
    scores are ordered by row.

    Source: Cormack, Clarke, Büttcher, "Reciprocal Rank Fusion", SIGIR 2009.
    Example: ranked 1st by one and 3rd by the other, a row scores 1/11 + 1/13.
    """
    found_by: dict[int, dict[str, int]] = {}
    for name, matches in rankings.items():
        for match in matches:
            found_by.setdefault(match.row, {})[name] = match.rank
    scores = {
        row: sum(1 / (rank_base + rank) for rank in ranks.values())
        for row, ranks in found_by.items()
    }
    ordered = sorted(scores, key=lambda row: (-scores[row], row))
    return [(Match(row, scores[row], n), found_by[row]) for n, row in enumerate(ordered, 1)]
