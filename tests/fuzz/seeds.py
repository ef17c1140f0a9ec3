"""Small files of every kind that is read, to be broken."""

from functools import cache
from pathlib import Path

from index.readers import SourceFile, read_document
from tests.damage import Printer, Writer
from tests.made.broken import archive
from tests.made.html import html_file
from tests.made.pdf import pdf_file
from tests.made.sheets import delimited_file, excel_file
from tests.made.word import word_file

SUBJECT = "2021-2022年工作绩效及2023年工作计划"
REPORT = (
    "四川省2017年知识产权工作总结\n\n一、质押融资\n（一）设立风险补偿基金40亿元，惠及120家企业。\n"
    "1.与银行共建“知来贷”。\n2.开展专利保险，保费10.5万元。\n\n二、2018年工作计划\n继续推进试点。\n"
)
TABLE = "\n| 工作任务 | 2017年工作绩效 | 2018年工作计划 |\n|---|:-:|--|\n| 质押。 | **设立**基金。 | 推进`试点`。 |\n"


def extracted() -> str:
    """Text as it comes out of a PDF."""
    return Printer(3).document({"甲省": Writer(3).rows()})


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Files by their endings."""
    text = extracted().encode()
    cells = read_document(SourceFile(Path("表.txt"), text)).cells[:9]
    csv = delimited_file(cells, SUBJECT, ",", "utf-8-sig")
    word, book = word_file(cells, SUBJECT), excel_file(cells, SUBJECT)
    html = html_file(cells, SUBJECT)
    return {
        ".txt": (text, REPORT.encode(), REPORT.encode("gb18030")),
        ".md": ((f"# {REPORT}{TABLE}> 引文\n\n- 甲\n  - 乙\n\n```\n代码\n```\n").encode(),),
        ".csv": (csv, b"\xff\xfe" + csv.decode("utf-8-sig").encode("utf-16-le")),
        ".tsv": (delimited_file(cells, SUBJECT, "\t", "gb18030"),),
        ".html": (html, html_file(cells, SUBJECT, "gb18030")),
        ".docx": (word,),
        ".xlsx": (book,),
        ".pdf": (pdf_file(cells, SUBJECT), pdf_file(cells[:6], SUBJECT, is_open=True)),
        ".zip": (archive({"甲.txt": REPORT.encode(), "夹/表.csv": csv, "夹/乙.docx": word}),),
    }
