"""What others do that one's own does not mention, and how much there is, over the bundled document."""

import pytest

from index.records import ACHIEVEMENT
from qa.analogues import CLEARLY_UNLIKE, AnalogueFinder
from qa.elsewhere import MOST_TOLD, missing_practices
from qa.holdings import columns_of, holdings

SERVICES = "推动知识产权服务加快发展"


@pytest.fixture(scope="module")
def finder(searcher):
    return AnalogueFinder(searcher)


def test_practices_are_others_achievements_in_the_theme_quoted_whole(finder, store):
    for home in store.facets.values["province"]:
        missing = missing_practices(finder, store, home, SERVICES)
        assert 1 <= len(missing) <= MOST_TOLD
        assert [c.n for c in missing] == list(range(1, len(missing) + 1))
        for citation in missing:
            where = citation.passage
            assert (where.theme, where.column) == (SERVICES, ACHIEVEMENT)
            assert where.province != home and citation.quote == where.text


def test_nothing_at_home_is_alike(finder, searcher, store):
    rows = {p.id: row for row, p in enumerate(store.passages)}
    home = [row for row, p in enumerate(store.passages) if p.province == "安徽省"]
    edge = searcher.likeness.model.alike_above - CLEARLY_UNLIKE
    for citation in missing_practices(finder, store, "安徽省", SERVICES):
        assert searcher.likeness.log_odds(rows[citation.passage.id])[home].max() < edge


def test_the_chats_shorter_list_is_the_beginning_of_the_longer(finder, store):
    rows = [i for i, p in enumerate(store.passages) if p.theme == SERVICES]
    longer = finder.missing("安徽省", rows, 300, 20)
    assert finder.missing("安徽省", rows, 300) == longer[:8]
    assert finder.missing("安徽省", rows, 0) == []


def test_holdings_count_every_item_once(store):
    held = holdings(store)
    assert columns_of(store) == ("task", "achievement", "plan")
    assert sum(holding.total for row in held for holding in row) == len(store.passages)
    anhui = next(row for row in held if row[0].province == "安徽省")
    assert anhui[0].counts == (
        ("task", 6),
        ("achievement", 7),
        ("plan", 4),
    )
    guizhou = next(row for row in held if row[0].province == "贵州省")
    assert guizhou[0].total == 0 and guizhou[1].total > 0
