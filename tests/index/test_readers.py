import pytest

from index.errors import SourceError
from index.readers import decode, find_files, read_document


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_common_encodings_are_read(encoding):
    assert decode("知识产权\r\n质押融资".encode(encoding)) == "知识产权\n质押融资"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "空的"),
        (b" \n\t\n", "空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "二进制"),
        ("知识产权".encode()[:-1], "一个字的中间中断"),
        (b"\xff\x81\x30 abc \xff\xff more bytes here", "编码"),
    ],
)
def test_what_is_no_text_is_refused(data, says):
    with pytest.raises(SourceError, match=says):
        decode(data)


def test_a_gb18030_copy_reads_like_the_original(tmp_path, document, corpus_text):
    path = tmp_path / f"{document.name}.txt"
    path.write_bytes(corpus_text.encode("gb18030"))
    assert read_document(path) == document


def test_windows_line_ends_change_nothing(tmp_path, document, corpus_text):
    path = tmp_path / f"{document.name}.txt"
    path.write_bytes(corpus_text.replace("\n", "\r\n").encode())
    assert read_document(path) == document


@pytest.mark.parametrize("size", [100, 5000, 120_000])
def test_a_file_cut_anywhere_is_refused_by_name(tmp_path, corpus_text, size):
    path = tmp_path / "半份.txt"
    path.write_bytes(corpus_text.encode()[: size + 1])
    with pytest.raises(SourceError, match=r"半份\.txt"):
        read_document(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"没有的\.txt"):
        read_document(tmp_path / "没有的.txt")
    with pytest.raises(SourceError, match=r"找不到.*没有的\.txt"):
        find_files([tmp_path / "没有的.txt"])


def test_a_table_in_another_form_is_refused(tmp_path):
    path = tmp_path / "名单.txt"
    path.write_text("姓名,单位\n张三,专利局\n", encoding="utf-8")
    with pytest.raises(SourceError, match="没有找到表头行"):
        read_document(path)


def test_a_folder_is_searched_and_what_is_left_aside_is_told(tmp_path):
    (tmp_path / "内").mkdir()
    (tmp_path / "内" / "甲.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "乙.docx").write_bytes(b"PK")
    found, skipped = find_files([tmp_path])
    assert [path.name for path in found] == ["甲.txt"]
    assert [(s.path.name, s.reason) for s in skipped] == [("乙.docx", "还不能读取“.docx”文件")]


def test_a_folder_with_nothing_readable_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"没有可以读取的文件.*\.txt"):
        find_files([tmp_path])


def test_two_files_of_one_name_are_refused(tmp_path):
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "表.txt").write_text("表", encoding="utf-8")
    with pytest.raises(SourceError, match=r"同名文件“表\.txt”"):
        find_files([tmp_path])
