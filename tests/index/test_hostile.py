"""No text, however it was made, takes long to read; nor does any question to be looked at."""

import ast
import importlib
import pkgutil
import re
import sys
from pathlib import Path

import pytest

import index
import qa
import web
from index.errors import CewenError
from index.readers import SourceFile, read_document
from index.readers.comma_separated import read_comma_separated
from qa.config import MAX_QUESTION_CHARS
from tests.at_most import at_most

LONG = 50_000
SECONDS = 60
"""A hang, not a slow machine: on two old cores nothing takes a twentieth of it."""
PIECES = (
    *(" ", "\t", "\u3000", "a", "1", "1.", "1,", "1万元", "2018年", "第一", "的", "。", "，", "、"),
    *(
        "（",
        "（一）",
        "《",
        "“",
        "”",
        "[",
        "[1]",
        "-",
        "- ",
        "——",
        "|",
        "| ",
        "|a",
        "*",
        "**a",
        "#",
    ),
    *("`", "<", "<a ", "&", "=", ">", "\\", "/", "a/", "!["),
)

HEADS = ("-", "|-", "*", "1", "第1", "（一", "2018年", "#", "[1]", "：", "“a”", "1万")
"""After these white space may follow, and be tried in many ways."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such alarm")


def repeated(piece, length, end):
    return (piece * (length // len(piece) + 1))[:length] + end


def hostile(length):
    """Texts of one piece over and over, and of a beginning with nothing but spaces after it."""
    for piece in PIECES:
        yield repeated(piece, length, "x")
    for head in HEADS:
        yield head + repeated(" ", length, "x")


@pytest.mark.parametrize("suffix", [".txt", ".md", ".csv", ".html"])
def test_a_very_long_line_is_read_or_refused_in_time(suffix):
    for line in hostile(LONG):
        text = f"四川省2017年工作总结\n\n四川省设立了风险补偿基金。\n\n{line}\n"
        with at_most(SECONDS, (suffix, line[:9])):
            try:
                document = read_document(SourceFile(Path(f"报告{suffix}"), text.encode()))
            except CewenError as error:
                assert "\n" not in str(error)
            else:
                assert document.cells


def test_a_long_line_below_a_table_head_is_read_in_time():
    gap = " " * LONG
    text = f"# 四川省2017年\n\n| 甲 | 乙 |\n{gap}|{gap}-{gap}x\n"
    with at_most(SECONDS, "a rule that is none"):
        assert read_document(SourceFile(Path("报告.md"), text.encode())).cells


@pytest.mark.parametrize(("rows", "columns"), [(2, 40_000), (40_000, 2)])
def test_a_very_wide_or_long_sheet_is_read_in_time(rows, columns):
    data = (",".join(["甲"] * columns) + "\n").encode() * rows
    with at_most(SECONDS, "a sheet"):
        [grid] = read_comma_separated(data, "试.csv")
    assert len(grid.cells) == rows * columns


def patterns():
    """Every regular expression in the code, with where it stands."""
    for package in (index, qa, web):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("__main__"):
                continue
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                held = value.values() if isinstance(value, dict) else value
                several = held if isinstance(value, dict | tuple | list | set | frozenset) else ()
                for each in (value, *several):
                    if isinstance(each, re.Pattern) and isinstance(each.pattern, str):
                        yield each, f"{found.name}.{name}"
            yield from written_out(module)


def written_out(module):
    """Those that stand in a call, as in `re.sub("…", …)`."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="re"),
                    attr="sub"
                    | "split"
                    | "match"
                    | "search"
                    | "fullmatch"
                    | "findall"
                    | "finditer",
                ),
                args=[ast.Constant(value=str() as text), *_],
            ):
                yield re.compile(text), f"{module.__name__}:{node.lineno}"


def test_no_pattern_takes_long_over_what_can_be_asked():
    found = dict(patterns())
    assert len(found) > 100
    texts = list(hostile(MAX_QUESTION_CHARS))
    for pattern, place in found.items():
        with at_most(SECONDS, (place, pattern.pattern)):
            for text in texts:
                pattern.search(text)


def test_a_pattern_that_takes_for_ever_is_noticed():
    with pytest.raises(pytest.fail.Exception, match="more than"), at_most(0.2, "(a+)+"):
        re.match(r"(a+)+$", repeated("a", 40, "x"))
