from dataclasses import replace

from qa.cite import Evidence, check
from qa.records import Citation


def test_citations_are_numbered_as_they_are_first_made(store):
    first, second = store.passages[0], store.passages[1]
    evidence = Evidence()
    assert [evidence.cite(p, (0, 5)) for p in (first, second, first)] == [1, 2, 1]
    assert [c.passage for c in evidence.citations] == [first, second]


def test_a_short_passage_is_quoted_whole(store):
    short = next(p for p in store.passages if len(p.text) < 30)
    evidence = Evidence()
    evidence.cite(short, (3, 5))
    assert evidence.citations[0].quote == short.text


def test_an_altered_quote_is_rejected(store):
    passage = store.passages[1]
    amount = next(p for p in store.passages if "200万" not in p.text and "20" in p.text)
    true = Citation(1, passage, 0, 20)
    altered = Citation(2, replace(amount, text=amount.text.replace("20", "200", 1)), 0, 500)
    unknown = Citation(3, replace(passage, id="没有的"), 0, 20)
    empty = Citation(4, passage, 5, 5)
    good, bad = check([true, altered, unknown, empty], store.passages)
    assert (good, bad) == ((true,), (altered, unknown, empty))
