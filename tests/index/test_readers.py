import pytest

from index.errors import SourceError
from index.readers import decode, find_sources, read_document, read_documents, read_source


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
    assert read_document(read_source(path)) == document


def test_windows_line_ends_change_nothing(tmp_path, document, corpus_text):
    path = tmp_path / f"{document.name}.txt"
    path.write_bytes(corpus_text.replace("\n", "\r\n").encode())
    assert read_document(read_source(path)) == document


@pytest.mark.parametrize("size", [100, 5000, 120_000])
def test_a_file_cut_anywhere_is_refused_by_name(tmp_path, corpus_text, size):
    path = tmp_path / "半份.txt"
    path.write_bytes(corpus_text.encode()[: size + 1])
    with pytest.raises(SourceError, match=r"半份\.txt"):
        read_document(read_source(path))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"没有的\.txt"):
        read_source(tmp_path / "没有的.txt")
    with pytest.raises(SourceError, match=r"找不到.*没有的\.txt"):
        find_sources([tmp_path / "没有的.txt"])


def test_a_damaged_table_without_its_header_is_refused(tmp_path):
    path = tmp_path / "名单.txt"
    path.write_text(
        "".join(f"{word * 4} \n" for word in ("姓名单位", "张三专利局", "李四省政府")),
        encoding="utf-8",
    )
    with pytest.raises(SourceError, match="没有找到表头行"):
        read_document(read_source(path))


def test_a_folder_is_searched_and_what_is_left_aside_is_told(tmp_path):
    (tmp_path / "内").mkdir()
    (tmp_path / "内" / "甲.txt").write_text("甲", encoding="utf-8")
    (tmp_path / "乙.key").write_bytes(b"PK")
    (tmp_path / "丙.DOC").write_bytes(b"PK")
    found, skipped = find_sources([tmp_path])
    assert [path.name for path in found] == ["甲.txt"]
    assert [(s.path.name, s.reason) for s in skipped] == [
        ("丙.DOC", "还不能读取“.DOC”文件，请另存为 .docx 再试"),
        ("乙.key", "还不能读取“.key”文件"),
    ]


def test_a_folder_with_nothing_readable_is_refused(tmp_path):
    with pytest.raises(SourceError, match=r"没有可以读取的文件.*\.txt"):
        find_sources([tmp_path])


def test_two_files_of_one_name_are_refused(tmp_path):
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "表.txt").write_text("表", encoding="utf-8")
    with pytest.raises(SourceError, match="同名文件“表”"):
        find_sources([tmp_path])


def test_names_that_differ_in_case_of_their_ending_are_one_name(tmp_path):
    for name in ("表.txt", "表.TXT"):
        (tmp_path / name).write_text("表", encoding="utf-8")
    with pytest.raises(SourceError, match="同名文件“表”"):
        find_sources([tmp_path])


def test_a_bad_file_of_a_folder_is_left_aside_a_bad_file_that_was_named_is_refused(
    tmp_path, corpus_text
):
    (tmp_path / "表.txt").write_text(corpus_text, encoding="utf-8")
    (tmp_path / "信.txt").write_text("……", encoding="utf-8")
    read, skipped = read_documents(find_sources([tmp_path])[0])
    assert [document.name for _, document in read] == ["表"]
    assert [(s.path.name, "没有可以检索的文字" in s.reason) for s in skipped] == [("信.txt", True)]
    with pytest.raises(SourceError, match=r"信\.txt"):
        read_documents(find_sources([tmp_path / "信.txt", tmp_path / "表.txt"])[0])


def test_a_very_long_line_is_no_printed_line(tmp_path):
    path = tmp_path / "长.txt"
    path.write_text("=" * 20_000, encoding="utf-8")
    with pytest.raises(SourceError, match="没有可以检索的文字"):
        read_document(read_source(path))
