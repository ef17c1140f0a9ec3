"""How retrieval does in general: lay questions to law articles (STARD), which it was not made for.

Run: `python -m bench.stard FOLDER`. Prints nDCG@10, R@10 and RR over every second query, over the others
and over all of them; what to do was chosen on the first of these halves. The folder holds `corpus.jsonl` (id, title, text), `queries.jsonl`
(id, text) and `qrels.tsv`. The articles are put into a store like any document, in a temporary
folder that the next run finds again: an article is an item, its title the theme.

Source: Su et al., "STARD: A Chinese Statute Retrieval Dataset with Real Queries Issued by
Non-professionals", 2024.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from bench.quality import DEPTH, HYBRID, Found, Search, halves, measure
from bench.questions import LabelledQuestion
from index.build import index_documents
from index.encode import default_encoder
from index.errors import StoreError
from index.ranking import ranked
from index.readers import SourceFile, read_source
from index.records import TEXT, Cell, Document, Hit, Item, Ledger, Match
from index.segment import load_segmenter
from index.store import Store, home_of, open_store, require_current
from qa.opening import open_whole
from qa.question import clean_question
from qa.retrieve import Searcher

FOLDER = Path(tempfile.gettempdir()) / "cewen-stard"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the data set")
    folder = parser.parse_args().folder
    searcher = open_whole(open_articles(folder))
    questions = read_queries(folder)
    print("| search | chosen on: nDCG@10, R@10, RR | the others | all |\n|---|---|---|---|")
    for name, search in _searches(searcher).items():
        hits = {q.id: search(q.question) for q in questions}
        parts = (questions[::2], questions[1::2], questions)
        print(f"| {name} | {' | '.join(_shown(measure(part, hits)[-1]) for part in parts)} |")
    return 0


def fuse_scores(rankings: Mapping[str, Sequence[Match]]) -> list[Match]:
    """Every row that any ranking holds, best first by the sum of its standardised scores.

    Ranks do not say how far the best stand out, and so give a ranking that is sure of nothing the
    same say as one that is; scores do, once each ranking's have mean 0 and deviation 1. A row that a
    ranking does not hold counts there a little less than its last: by 1 / its length.
    """
    rows = np.array(sorted({m.row for matches in rankings.values() for m in matches}), dtype=int)
    total = np.zeros(len(rows))
    for matches in filter(None, rankings.values()):
        scores = np.array([match.score for match in matches])
        standard = (scores - scores.mean()) / (scores.std() + 1e-9)
        of_rows = np.full(len(rows), standard.min() - 1 / len(matches))
        of_rows[np.searchsorted(rows, [match.row for match in matches])] = standard
        total += of_rows
    return ranked(rows, total, len(rows))


def _searches(searcher: Searcher) -> dict[str, Search]:
    """Each half, both fusions of them, and the project's own search."""

    def fused(question: str) -> list[Hit]:
        query = clean_question(question)
        matches = fuse_scores({r.name: r.search(query, DEPTH) for r in searcher.retrievers})
        return [Hit(searcher.store.passages[m.row], m.score, m.rank) for m in matches[:DEPTH]]

    named = halves(searcher)
    reciprocal = named.pop(HYBRID)
    return {
        **{f"{name} alone": search for name, search in named.items()},
        "hybrid, reciprocal ranks": reciprocal,
        "hybrid, standardised scores": fused,
        "the project's linear model": lambda question: searcher.search(question, DEPTH),
    }


def _shown(found: Found) -> str:
    return f"{found.ndcg:.3f}, {found.recall:.3f}, {found.first:.3f}"


def open_articles(folder: Path, kept: Path = FOLDER) -> Store:
    """A store of the articles in `folder`, taken from `kept` where it still fits."""
    source = read_source(folder / "corpus.jsonl")
    try:
        store = open_store(kept)
        require_current(store, default_encoder(), load_segmenter().fingerprint)
        if [s.sha256 for s in store.manifest.sources] == [source.sha256]:
            return store
    except StoreError as error:
        print(error, file=sys.stderr)
    with home_of(kept).writing(print) as write:
        return index_documents(write, [(source, _document(source))], default_encoder())


def read_queries(folder: Path) -> list[LabelledQuestion]:
    """The questions with the articles that answer them."""
    evidence: dict[str, list[str]] = defaultdict(list)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, article, _ = line.split("\t")
        evidence[query].append(article)
    lines = (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        LabelledQuestion(q["id"], "stard", q["text"], tuple(evidence[q["id"]]))
        for q in map(json.loads, lines)
    ]


def _document(source: SourceFile) -> Document:
    cells = tuple(_cells(source))
    total = sum(len(cell.items[0].text) for cell in cells)
    ledger = Ledger(total, total, 0, 0, 0, 0, 0, 0)
    return Document("STARD", (1, 1), cells, ledger)


def _cells(source: SourceFile) -> Iterator[Cell]:
    for row, line in enumerate(source.data.decode("utf-8").splitlines(), 1):
        article = json.loads(line)
        text = " ".join(article["text"].split())
        yield Cell(
            id=article["id"],
            document="STARD",
            province="",
            year="",
            theme=article["title"],
            task="",
            column=TEXT,
            column_title="",
            tasks=(),
            row=row,
            items=(Item(article["id"], text, (1,), (row, row)),),
        )


if __name__ == "__main__":
    sys.exit(main())
