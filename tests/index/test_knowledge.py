import pytest

from index.errors import KnowledgeError
from index.knowledge import load_column_names


@pytest.mark.parametrize(
    ("title", "column"),
    [
        ("工作重点", "theme"),
        ("工作任务", "task"),
        ("2016-2017年工作绩效", "achievement"),
        ("2016-2017年工作成绩", "achievement"),
        ("2018年工作计划", "plan"),
        ("备注", None),
    ],
)
def test_column_of(title, column):
    assert load_column_names().column_of(title) == column


@pytest.mark.parametrize("text", ["[theme\n", '[theme]\ntitle = "主题"\nwords = []\n', ""])
def test_a_broken_file_is_refused_by_name(tmp_path, text):
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"columns\.toml"):
        load_column_names(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(KnowledgeError, match="没有这个文件"):
        load_column_names(tmp_path / "没有这个文件.toml")
