"""OpenCV's module loads and works without the FFmpeg that its wheel for Linux links."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from resources.packaging.without_video import without_video

LOAD = """
import sys
sys.path.insert(0, sys.argv[1])
import cv2, numpy
assert cv2.__file__.startswith(sys.argv[1])
assert cv2.resize(numpy.zeros((9, 9, 3), numpy.uint8), (4, 4)).shape == (4, 4, 3)
"""
VIDEO = ("libav", "libsw", "libvpx", "libdrm", "libssl", "libcrypto")


@pytest.mark.skipif(sys.platform != "linux", reason="other wheels keep FFmpeg in a file of its own")
def test_opencv_loads_without_ffmpeg(tmp_path: Path) -> None:
    import cv2

    package = Path(cv2.__file__).parent
    libraries = next(iter(package.parent.glob("opencv_python_headless.libs")), None)
    (module,) = package.glob("cv2*.so")
    if libraries is None or not list(libraries.glob("libavcodec*")):
        pytest.skip("this OpenCV links no FFmpeg")
    shutil.copytree(package, tmp_path / "cv2", ignore=shutil.ignore_patterns("data", module.name))
    (tmp_path / libraries.name).mkdir()
    for file in libraries.iterdir():
        if not file.name.startswith(VIDEO) or file.name.startswith("libavif"):
            (tmp_path / libraries.name / file.name).symlink_to(file)
    assert without_video(module, tmp_path / "cv2" / module.name)
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "text"
    text.write_text("no module at all")
    assert not without_video(text, tmp_path / "copy")
    assert not without_video(Path(sys.executable), tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
