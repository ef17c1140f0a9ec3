"""Files that are broken, hostile or not what they are called, and what each is told to be."""

import io
import struct
import zipfile

from docx import Document as WordFile
from openpyxl import Workbook
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from index.readers.html import MOST_COLUMNS
from index.readers.packages import MOST_MEMBERS
from tests.made.pdf import FONT, PAGE, pdf_file
from tests.made.sheets import book_bytes
from tests.made.word import saved

TEXT = "省里设立了质押融资风险补偿基金。"
DAMAGED = "已损坏或不完整"
OTHERWISE = "内容却是"


def archive(members, compression=zipfile.ZIP_DEFLATED):
    """A zip archive of names and bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return buffer.getvalue()


def office(name, data):
    """An Office file that is nothing but one member."""
    return archive({"[Content_Types].xml": b"<Types/>", name: data})


def printed(draw, **options):
    """A PDF of one page that `draw` draws on."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=PAGE, **options)
    canvas.setFont(FONT, 12)
    draw(canvas)
    canvas.save()
    return buffer.getvalue()


def scan(canvas):
    """Draw a picture over the whole page."""
    canvas.drawImage(ImageReader(Image.new("RGB", (60, 40), "gray")), 0, 0, *PAGE)


def encrypted_archive():
    """An archive whose one member says that it is encrypted."""
    data = bytearray(archive({"甲.txt": TEXT.encode()}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(mark) + place
        flags = struct.unpack_from("<H", data, at)[0]
        struct.pack_into("<H", data, at, flags | 1)
    return bytes(data)


def corrupted_archive():
    """An archive in whose one member some bytes are lost."""
    data = bytearray(archive({"甲.txt": TEXT.encode() * 50}))
    data[45:55] = bytes(10)
    return bytes(data)


def spoiled(data, name, local, central, value):
    """An archive with `value` over a field of a member, counted from its header and from its entry."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        header = file.getinfo(name).header_offset
    changed = bytearray(data)
    entry = data.rindex(b"PK\x01\x02", 0, data.rindex(name.encode()))
    for at in (header + local, entry + central):
        changed[at : at + len(value)] = value
    return bytes(changed)


def with_other_sum(data, name):
    """An archive in which a member's check sum is another's."""
    return spoiled(data, name, 14, 16, b"\x01\x02\x03\x04")


def packed_strangely(data, name):
    """An archive whose member says that it is packed in a way that nobody knows."""
    return spoiled(data, name, 8, 10, b"\x63\x00")


def with_spoiled_member(data, name):
    """An archive in which what a member is packed as makes no sense."""
    changed = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        start = file.getinfo(name).header_offset + 30 + len(name.encode())
    changed[start : start + 8] = b"\xff" * 8
    return bytes(changed)


SCANNED = printed(scan)
ENCRYPTED = printed(scan, encrypt=StandardEncryption("secret", canPrint=0))
WORD, BOOK, ZIP = saved(WordFile()), book_bytes(Workbook()), archive({"甲.txt": TEXT.encode()})
PDF = printed(lambda canvas: canvas.drawString(60, 500, TEXT))
WITHOUT_CODES = PDF.replace(b"/UniGB-UCS2-H", b"/Identity-H  ").replace(b"(GB1)", b"(XX1)")
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
LAUGHS = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]><document/>'
WIDE = f"<table><tr><td>甲</td><td colspan={MOST_COLUMNS}>乙</td></tr></table>"
GIANT = "<table><tr><td>甲</td><td rowspan=300 colspan=900>乙</td></tr>" + "<tr></tr>" * 299
MANY = {f"word/{n}": b"" for n in range(MOST_MEMBERS + 1)}
BOMB = bytes(50_000_000)

BROKEN = {
    "word: empty": ("坏.docx", b"", "文件是空的"),
    "word: cut": ("坏.docx", WORD[: len(WORD) // 2], DAMAGED),
    "word: no document in it": ("坏.docx", office("word/document.xml", b"<x/>"), DAMAGED),
    "word: not xml": ("坏.docx", office("word/document.xml", b"\x00\x01"), DAMAGED),
    "word: bomb": ("坏.docx", office("word/document.xml", BOMB), "压缩炸弹"),
    "word: entities": ("坏.docx", office("word/document.xml", LAUGHS.encode()), "外部实体"),
    "word: entities in utf-16": (
        "坏.docx",
        office("word/document.xml", LAUGHS.encode("utf-16")),
        "外部实体",
    ),
    "word: many members": (
        "坏.docx",
        archive({"[Content_Types].xml": b"<Types/>", **MANY}),
        f"超过{MOST_MEMBERS}个",
    ),
    "word: a member that makes no sense": (
        "坏.docx",
        with_spoiled_member(WORD, "word/document.xml"),
        DAMAGED,
    ),
    "word: a member packed strangely": (
        "坏.docx",
        packed_strangely(WORD, "word/document.xml"),
        DAMAGED,
    ),
    "word: a spreadsheet": ("坏.docx", office("xl/workbook.xml", b"<x/>"), OTHERWISE),
    "word: a pdf": ("坏.docx", b"%PDF-1.7 ...", OTHERWISE),
    "word: old": ("坏.docx", OLD, "旧版 Office"),
    "word: text": ("坏.docx", TEXT.encode(), "不是"),
    "word: rich text": ("坏.docx", b"{\\rtf1 hello", "RTF"),
    "word: nothing in it": ("坏.docx", WORD, "没有可以检索的文字"),
    "excel: empty": ("坏.xlsx", b"", "文件是空的"),
    "excel: cut": ("坏.xlsx", BOOK[: len(BOOK) // 2], DAMAGED),
    "excel: no book in it": ("坏.xlsx", office("xl/workbook.xml", b"<x/>"), DAMAGED),
    "excel: not xml": ("坏.xlsx", office("xl/workbook.xml", b"\x00"), DAMAGED),
    "excel: bomb": ("坏.xlsx", office("xl/workbook.xml", BOMB), "压缩炸弹"),
    "excel: entities": ("坏.xlsx", office("xl/workbook.xml", LAUGHS.encode()), "外部实体"),
    "excel: a member that makes no sense": (
        "坏.xlsx",
        with_spoiled_member(BOOK, "xl/workbook.xml"),
        DAMAGED,
    ),
    "excel: a theme with another sum": (
        "坏.xlsx",
        with_other_sum(BOOK, "xl/theme/theme1.xml"),
        DAMAGED,
    ),
    "excel: a word file": ("坏.xlsx", office("word/document.xml", b"<x/>"), OTHERWISE),
    "excel: old": ("坏.xlsx", OLD, "旧版 Office"),
    "excel: nothing in it": ("坏.xlsx", BOOK, "没有可以检索的文字"),
    "csv: empty": ("坏.csv", b" \n", "文件是空的"),
    "csv: binary": ("坏.csv", b"a,b\n\x00\x01\x02", "二进制"),
    "csv: cut in a character": ("坏.csv", "任务,绩效\n甲,乙".encode()[:-1], "中断"),
    "csv: only delimiters": ("坏.csv", b",,,\n,,,\n", "没有可以检索的文字"),
    "csv: a pdf": ("坏.csv", b"%PDF-1.7 x", OTHERWISE),
    "pdf: empty": ("坏.pdf", b"", "文件是空的"),
    "pdf: cut": ("坏.pdf", pdf_file([], "")[:200], DAMAGED),
    "pdf: only a signature": ("坏.pdf", b"%PDF-1.7\n%%EOF", DAMAGED),
    "pdf: rubbish": ("坏.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, DAMAGED),
    "pdf: scanned": ("坏.pdf", SCANNED, "扫描件.*OCR"),
    "pdf: encrypted": ("坏.pdf", ENCRYPTED, "加了密码"),
    "pdf: fonts without codes": ("坏.pdf", WITHOUT_CODES, "没有文字编码.*OCR"),
    "pdf: a web page": ("坏.pdf", f"<html><body>{TEXT}".encode(), OTHERWISE),
    "pdf: a picture": ("坏.pdf", b"\xff\xd8\xff\xe0", "图片"),
    "pdf: text": ("坏.pdf", TEXT.encode(), "不是 PDF"),
    "html: empty": ("坏.html", b"", "文件是空的"),
    "html: nothing in it": ("坏.html", b"<html><body></body></html>", "没有可以检索的文字"),
    "html: only hidden text": ("坏.html", f"<p hidden>{TEXT}</p>".encode(), "没有可以检索的文字"),
    "html: a word file": ("坏.html", b"PK\x03\x04", DAMAGED),
    "html: binary": ("坏.html", bytes(range(1, 256)) * 9, "文本"),
    "html: too wide": ("坏.html", WIDE.encode(), "太大了"),
    "html: a giant cell": ("坏.html", GIANT.encode(), "太大了"),
    "html: too deep": ("坏.html", b"<div>" * 100_000 + TEXT.encode(), "嵌套得太深|没有"),
    "zip: empty": ("坏.zip", b"", "文件是空的"),
    "zip: cut": ("坏.zip", ZIP[: len(ZIP) // 2], DAMAGED),
    "zip: corrupted": ("坏.zip", corrupted_archive(), DAMAGED),
    "zip: packed strangely": ("坏.zip", packed_strangely(ZIP, "甲.txt"), DAMAGED),
    "zip: encrypted": ("坏.zip", encrypted_archive(), "加了密码"),
    "zip: bomb": ("坏.zip", archive({"甲.txt": BOMB}), "压缩炸弹"),
    "zip: many members": ("坏.zip", archive(MANY), f"超过{MOST_MEMBERS}个"),
    "zip: a word file": ("坏.zip", office("word/document.xml", b""), OTHERWISE),
    "zip: rar": ("坏.zip", b"Rar!\x1a\x07", "RAR"),
    "zip: nothing readable": ("坏.zip", archive({"图.png": b"x"}), r"没有可以读取的文件.*图\.png"),
    "zip: only names that lead out": ("坏.zip", archive({"../外.txt": b"x"}), "指向包外"),
    "text: binary": ("坏.txt", b"\x00\x01", "二进制"),
    "text: no words": ("坏.txt", "……——".encode(), "没有可以检索的文字"),
    "an ending nobody knows": ("坏.exe", b"MZ", r"还不能读取“\.exe”文件"),
    "an old ending": ("坏.doc", OLD, r"请另存为 \.docx"),
}
"""What a case is about → the file's name, its bytes, and what its refusal says."""
