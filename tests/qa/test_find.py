"""Plain search: what is found stands there literally, whatever its spacing, case, width and script."""

import pytest

from qa.find import find, fold, found_spans
from tests.fakes import passage


@pytest.mark.parametrize(
    ("wanted", "text", "found"),
    [
        ("质押融资", "知识产权质押 融资", ["质押 融资"]),
        ("质 押　融资", "知识产权质押融资", ["质押融资"]),
        ("ai", "ＡＩ与Ai", ["ＡＩ", "Ai"]),
        ("專利(", "专利（一）", ["专利（"]),
        ("2018年", "2018 年", ["2018 年"]),
        ("天天", "天天天天天", ["天天", "天天"]),
        ("…", "等…等", ["…"]),
        ("专\u200b利", "专利", ["专利"]),
        ("没有", "专利", []),
        ("", "专利", []),
        (" \n", "专利", []),
    ],
)
def test_where_words_stand(wanted, text, found):
    assert [text[start:end] for start, end in found_spans(wanted, text)] == found


def test_folding_keeps_what_unfolds_to_several_characters():
    assert fold("2018 年 ＡＩ（專利）") == "2018年ai(专利)"
    assert fold("㎡İ") == "㎡İ"


def test_passages_are_found_in_order_with_all_places(store):
    found = find(store.passages, "质押 融资")
    rows = [store.passages.index(hit.passage) for hit in found]
    assert rows == [i for i, p in enumerate(store.passages) if "质押融资" in p.text]
    assert sum(len(hit.spans) for hit in found) == sum(
        p.text.count("质押融资") for p in store.passages
    )


def test_nothing_is_found_of_nothing():
    assert find([passage()], " ") == []
