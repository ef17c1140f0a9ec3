"""What the documentation says is what the code does."""

import re
import shlex
from pathlib import Path

import pytest

from qa.cli import _commands as commands
from qa.config import Settings

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text):
    return [
        line
        for block in re.findall(r"```\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]


@pytest.mark.parametrize("name", READMES)
def test_every_command_line_parses(name):
    lines = [line for line in blocks(read(name)) if line.startswith("cewen ")]
    assert len(lines) >= 6
    for line in lines:
        _, command, *arguments = shlex.split(line)
        commands.commands[command].make_context(command, arguments)


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_exists(name):
    targets = {line.split()[1] for line in blocks(read(name)) if line.startswith("make ")}
    assert targets == {"run", "test"}
    makefile = read("Makefile")
    for target in (*targets, *re.findall(r"^make (\w+)", read("CONTRIBUTING.md"), re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", READMES)
def test_the_configuration_table_is_the_settings(name):
    rows = re.findall(
        r"^\| `(\w+)` \| `(CEWEN_\w+)` \| `(--[\w-]+)` \| (.+?) \| .+ \|$", read(name), re.MULTILINE
    )
    options = {
        option
        for command in commands.commands.values()
        for p in command.params
        for option in p.opts
    }
    assert [row[0] for row in rows] == [name for name in Settings.model_fields if name != "llm"]
    for field, variable, option, default in rows:
        assert variable == f"CEWEN_{field.upper()}"
        assert option in options
        value = Settings.model_fields[field].default
        if isinstance(value, int | str):
            assert default == f"`{value}`"


def test_both_readmes_say_the_same():
    english, chinese = map(read, READMES)
    assert blocks(english)[0].split("#")[0] == blocks(chinese)[0].split("#")[0]
    code = [{line.split("#")[0].strip() for line in blocks(text)} for text in (english, chinese)]
    assert code[0] == code[1]
    paths = [set(re.findall(r"`([a-z_]+/[a-z_./]*)`", text)) for text in (english, chinese)]
    assert paths[0] == paths[1]
    assert english.count("\n## ") == chinese.count("\n## ")


@pytest.mark.parametrize(
    "name",
    [
        *READMES,
        "CONTRIBUTING.md",
        "docs/glossary.md",
        "docs/api.md",
        "docs/scale.md",
        "docs/reliability.md",
        "bench/results.md",
    ],
)
def test_files_and_links_named_exist(name):
    text = read(name)
    base = (ROOT / name).parent
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert (base / target).exists(), target
    for path in re.findall(r"`((?:index|qa|web|tests|data|prompts|docs|bench)/[\w./]*)`", text):
        assert (ROOT / path).exists(), path


def test_the_figures_in_the_results_are_those_expected():
    """`bench/results.md` names every figure that `make bench` is held against."""
    import tomllib

    results = read("bench/results.md")
    for figure in tomllib.loads(read("bench/expected.toml")):
        assert f"| {figure} |" in results, figure


def test_continuous_integration_runs_the_readmes_test_command():
    lines = [line for line in read(".ci/run").splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "make test"


def test_nothing_names_this_machine():
    """No absolute path of a home or work folder, no registry host."""
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT).parts
        if path == Path(__file__):
            continue
        if path.is_file() and path.suffix in {".py", ".md", ".toml", ".txt", ".sh", ".css", ""}:
            hidden = inside[0].startswith(".") and inside[0] != ".ci"
            if hidden or inside[0] in {"data", "build"} or "__pycache__" in inside:
                continue
            text = path.read_text(encoding="utf-8", errors="ignore")
            assert not re.search(r"/(?:home|root|work)/\w|pypi\.org|pythonhosted", text), path
