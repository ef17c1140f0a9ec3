import numpy as np
import pytest

from index.errors import UsageError
from index.filters import Filter


def found(store, **facets):
    mask = store.facets.allowed(Filter(**facets))
    return [p for p, allowed in zip(store.passages, mask, strict=True) if allowed]


def test_an_empty_filter_allows_all(store):
    assert store.facets.allowed(Filter()) is None


def test_values_of_a_facet_are_alternatives_and_facets_are_conditions(store):
    passages = found(store, province=("安徽省", "四川省"), column=("plan",))
    assert {(p.province, p.column) for p in passages} == {("安徽省", "plan"), ("四川省", "plan")}
    assert len(passages) == 13 + 11


@pytest.mark.parametrize("value", ["安徽省", "安徽"])
def test_a_name_may_be_cut_short(store, value):
    assert {p.province for p in found(store, province=(value,))} == {"安徽省"}


@pytest.mark.parametrize("value", ["plan", "2018年工作计划"])
def test_a_column_has_a_key_and_a_title(store, value):
    assert {p.column for p in found(store, column=(value,))} == {"plan"}


@pytest.mark.parametrize(
    ("year", "columns"), [("2017", {"task", "achievement"}), ("2018", {"task", "plan"})]
)
def test_a_year_stands_for_every_period_that_holds_it(store, year, columns):
    assert {p.column for p in found(store, year=(year,))} == columns


def test_themes_and_documents_filter_too(store):
    theme = "拓宽服务创新的投融资渠道"
    assert {p.theme for p in found(store, theme=(theme,))} == {theme}
    assert len(found(store, document=(store.passages[0].document,))) == len(store.passages)


@pytest.mark.parametrize(
    ("facet", "value", "names"),
    [
        ("province", "火星", "上海市、江苏省、浙江省"),
        ("column", "预算", "task、achievement、plan"),
        ("theme", "航天", "推进知识产权领域的改革创新"),
        ("year", "1999", "2016-2018"),
        ("province", "", "上海市"),
    ],
)
def test_an_unknown_value_is_answered_with_the_valid_ones(store, facet, value, names):
    with pytest.raises(UsageError, match=names):
        store.facets.allowed(Filter(**{facet: (value,)}))


def test_values_that_exclude_each_other_allow_nothing(store):
    mask = store.facets.allowed(Filter(province=("贵州省",), theme=("推进知识产权领域的改革创新",)))
    assert not np.any(mask)
