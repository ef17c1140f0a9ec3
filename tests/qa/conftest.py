"""What tests of exports share."""

from __future__ import annotations

import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """Converts files with LibreOffice, in a profile of its own."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip(
            "no LibreOffice: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
        )
    profile = tmp_path_factory.mktemp("profile").as_uri()

    def convert(folder, to, *files):
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", to]
        subprocess.run([*command, "--outdir", folder, *files], check=True, timeout=180)

    return convert
