import pytest

from index.knowledge import load_section_words
from index.places import load_gazetteer
from index.readers.whereabouts import Whereabouts


@pytest.fixture(scope="module")
def where():
    return Whereabouts(load_gazetteer(), load_section_words())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("上海", ("上海市", True)),
        ("安徽省", ("安徽省", True)),
        ("合肥市", ("安徽省", False)),
        ("安徽省知识产权局", ("安徽省", False)),
        ("江浙沪", None),
        ("甲公司", None),
        ("", None),
    ],
)
def test_a_cell(where, text, found):
    assert where.in_cell(text) == found


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("上海市交通委员会关于出行的办法", "上海市"),
        ("安徽", "安徽省"),
        ("上海、江苏合作协议", None),
        ("合肥市办法", None),
        ("关于支持安徽的办法", None),
        ("京津冀办法", None),
    ],
)
def test_the_name_of_a_row(where, text, province):
    assert where.in_row_name(text) == province


@pytest.mark.parametrize(
    ("text", "free", "strict"),
    [
        ("安徽省", "安徽省", "安徽省"),
        ("一、安徽省", "安徽省", "安徽省"),
        ("【安徽】", "安徽省", "安徽省"),
        ("附件2：安徽省2024年任务", "安徽省", "安徽省"),
        ("安徽省（2024年）", "安徽省", "安徽省"),
        ("安徽省知识产权工作情况", "安徽省", None),
        ("上海证券交易所", None, None),
        ("上海、江苏工作情况", None, None),
        ("推动京津冀协同发展", None, None),
        ("学习浙江经验", None, None),
        ("合肥市工作情况", None, None),
        ("云计算工作情况", None, None),
    ],
)
def test_a_heading(where, text, free, strict):
    assert (where.in_heading(text, False), where.in_heading(text, True)) == (free, strict)


@pytest.mark.parametrize(
    ("title", "province"),
    [
        ("2025年宁夏政府工作报告", "宁夏回族自治区"),
        ("包头市人民政府办公室关于印发办法的通知", "内蒙古自治区"),
        ("2024年安徽对接上海工作方案", "安徽省"),
        ("关于支持江苏省人民政府与上海合作的意见", "江苏省"),
        ("上海、江苏合作协议", None),
        ("长三角一体化方案", None),
        ("长江经济带十一省市知识产权工作", None),
        ("云计算发展方案", None),
    ],
)
def test_a_title(where, title, province):
    assert where.in_title(title) == province


@pytest.mark.parametrize(
    ("paragraphs", "province"),
    [
        (["关于印发办法的通知", "阿坝州人民政府办公室"], "四川省"),
        (["——2025年1月19日在西藏自治区第十二届人民代表大会第三次会议上"], "西藏自治区"),
        (["国务院办公厅", "北京市人民政府："], None),
        (["安徽省人民政府" + "说了许多话" * 20], None),
        (["赴上海考察"], None),
        ([], None),
    ],
)
def test_an_opening(where, paragraphs, province):
    assert where.in_opening(paragraphs) == province
