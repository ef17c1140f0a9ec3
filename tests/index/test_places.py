import pytest

from index.errors import KnowledgeError
from index.places import load_gazetteer

ALL_ELEVEN = [
    "上海市",
    "江苏省",
    "浙江省",
    "安徽省",
    "江西省",
    "湖北省",
    "湖南省",
    "重庆市",
    "四川省",
    "云南省",
    "贵州省",
]


def provinces_in(text):
    return [province for mention in load_gazetteer().find(text) for province in mention.provinces]


@pytest.mark.parametrize(
    ("text", "provinces"),
    [
        ("四川省天府知来贷", ["四川省"]),
        ("四川的质押", ["四川省"]),
        ("皖的质押", ["安徽省"]),
        ("渝快维中心", ["重庆市"]),
        ("川渝合作", ["四川省", "重庆市"]),
        ("苏浙沪", ["江苏省", "浙江省", "上海市"]),
        ("长三角", ["上海市", "江苏省", "浙江省", "安徽省"]),
        ("沪苏浙皖赣鄂湘渝川滇黔", ALL_ELEVEN),
        ("武汉做了什么", ["湖北省"]),
        ("浦东新区", ["上海市"]),
        ("皖江专利运营中心", ["安徽省"]),
        ("合肥知识产权法庭", ["安徽省"]),
        ("黔东南州", ["贵州省"]),
        ("Hunan and Hubei", ["湖南省", "湖北省"]),
        ("广东省", ["广东省"]),
    ],
)
def test_places_are_found_by_any_of_their_names(text, provinces):
    assert provinces_in(text) == provinces


@pytest.mark.parametrize(
    "text", ["新型研发机构", "县级和市级", "贵重物品", "专利合作", "云平台", "江海联运", "高新区"]
)
def test_common_words_are_no_places(text):
    assert provinces_in(text) == []


def test_the_longest_name_is_taken():
    mentions = load_gazetteer().find("南京江北新区与湘江新区")
    assert [m.provinces for m in mentions] == [("江苏省",), ("湖南省",)]


def test_a_city_is_not_the_province_itself():
    city, province = load_gazetteer().find("合肥与安徽")
    assert (city.whole, province.whole) == (False, True)


def test_a_group_of_unlisted_provinces_is_refused(tmp_path):
    path = tmp_path / "provinces.toml"
    path.write_text(
        '[names]\n"甲省" = ["甲省份"]\n[letters]\ninitial = ""\nbefore = ""\nafter = ""\n'
        '[groups]\n"两省" = ["甲省", "乙省"]\n',
        encoding="utf-8",
    )
    places = tmp_path / "places.tsv"
    places.write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="乙省"):
        load_gazetteer(path, places)
