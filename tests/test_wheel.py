"""The built wheel works on its own: data and prompts inside, nothing taken from the checkout."""

import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(out.glob("*.whl"))


def test_data_and_prompts_are_inside_byte_for_byte(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for folder in ("data", "prompts"):
            for path in (ROOT / folder).rglob("*"):
                if path.is_file():
                    inside = f"index/resources/{path.relative_to(ROOT).as_posix()}"
                    assert archive.read(inside) == path.read_bytes(), inside
        assert {"web/style/page.css", "web/style/history.js"} <= set(archive.namelist())


def test_the_wheel_asks_for_what_the_project_asks_for(wheel):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    required = [
        line.removeprefix("Requires-Dist: ")
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]
    assert len(required) == len(project["dependencies"])


def test_installed_in_an_empty_environment_it_finds_the_answer(wheel, built_folder, tmp_path):
    """The environment holds this wheel alone; the libraries it asks for are lent by a path file."""
    venv.create(tmp_path / "env", with_pip=False)
    python = tmp_path / "env" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    run = {"cwd": tmp_path, "capture_output": True, "text": True, "encoding": "utf-8"}
    site = Path(subprocess.run([python, "-c", code], check=True, **run).stdout.strip())
    install = ["pip", "install", "--no-deps", "--quiet", "--target", str(site), str(wheel)]
    subprocess.run([sys.executable, "-m", *install], check=True, capture_output=True)
    libraries = sysconfig.get_path("purelib")
    # Libraries come after the wheel, and the editable install among them is switched off.
    (site / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    where = "import index.bundled as b; print(b.DATA); print(len(b.bundled_documents()))"
    found = subprocess.run([python, "-c", where], check=True, **run).stdout.split("\n")
    assert Path(found[0]).is_relative_to(site)
    assert found[1] == "1"
    search = [python, "-m", "qa", "search", "质押融资风险补偿基金", "--top-k", "1"]
    result = subprocess.run([*search, "--store", str(built_folder)], check=False, **run)
    assert result.returncode == 0, result.stderr
    assert "安徽省" in result.stdout
