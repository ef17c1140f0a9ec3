"""What the tasks of a theme share, over the bundled document."""

import pytest

from index.errors import KnowledgeError
from index.records import TASK
from qa.matters import LEAST_PROVINCES, MOST_MATTERS, load_too_wide, shared_matters

FINANCE = "拓宽服务创新的投融资渠道"


def test_matters_are_words_that_tasks_of_several_provinces_name(searcher, store):
    for theme in store.facets.values["theme"]:
        matters = shared_matters(searcher, theme)
        assert 4 <= len(matters) <= MOST_MATTERS
        named = [
            {p.province for p in store.passages if p.theme == theme and p.column == TASK and m in p.text}
            for m in matters
        ]  # fmt: skip
        assert all(len(provinces) >= LEAST_PROVINCES for provinces in named)
        assert [len(p) for p in named] == sorted(map(len, named), reverse=True)


def test_no_two_matters_mean_the_same_and_none_is_too_wide(searcher):
    assert shared_matters(searcher, FINANCE) == ("质押融资", "风险补偿", "风险补偿基金", "贷款贴息")
    # 质押贷款 is a synonym of 质押融资; 长三角 is a place, 专利权 no matter.
    services = shared_matters(searcher, "推动知识产权服务加快发展")
    assert "专利代理机构" not in services or "代理机构" not in services
    assert not load_too_wide() & set(services)
    assert "长三角" not in shared_matters(searcher, "营造保障创新的市场环境")


def test_a_theme_without_tasks_shares_nothing(searcher):
    assert shared_matters(searcher, "没有这个") == ()


@pytest.mark.parametrize("text", ["too_wide = [", "", "too_wide = 3"])
def test_a_broken_file_is_named(tmp_path, text):
    path = tmp_path / "matters.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"matters\.toml"):
        load_too_wide(path)
