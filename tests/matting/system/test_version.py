"""Which Kirie this is: its own project file counts, another's does not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import matting.system.version as module


def test_another_projects_file_beside_an_installed_kirie_is_not_read(tmp_path: Path) -> None:
    """As in a site-packages where some package left its pyproject.toml."""
    folder = tmp_path / "matting" / "system"
    folder.mkdir(parents=True)
    shutil.copy(module.__file__, folder / "version.py")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\nversion = "99.9"\n')
    program = "from matting.system.version import version; print(version())"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() != "99.9"
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "kirie"\nversion = "1.2.3"\n')
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1.2.3"
