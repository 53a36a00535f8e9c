"""The README's pictures of the window.

    xvfb-run -a python docs/screenshots.py [FOLDER] [--language zh_CN] [--split]

Opens the real window on the sample photos, waits until the cutout is there, and writes ``window-light.jpg`` and
``window-dark.jpg`` (default: into ``docs/images``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SIZE = (1440, 900)
PATIENCE_MS = 60_000


def picture(theme: str, language: str, split: bool, file: Path) -> None:
    """Write one picture; the settings and photos lie in a folder that is thrown away."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    import resources
    from gui.app import make_application, open_window
    from gui.settings.table import Settings

    with tempfile.TemporaryDirectory() as home:
        os.environ["KIRIE_HOME"] = home
        photos = Path(home) / "Photos"
        shutil.copytree(resources.SAMPLES, photos)
        application = make_application()
        settings = Settings()
        settings.set("program/theme", theme)
        settings.set("program/language", language)
        window = open_window(application, [photos])
        window.resize(*SIZE)
        window.show()
        loop = QEventLoop()

        def settle() -> None:
            if split:
                window.actions_["view_split"].trigger()
            ready()

        def ready() -> None:
            """Wait until every photo was looked at, and a little longer for the pictures of the rows."""
            looked = all(entry.looked for entry in window.workspace.photos)
            QTimer.singleShot(2000, loop.quit if looked else ready)

        window.current.shown.connect(settle, Qt.ConnectionType.SingleShotConnection)
        QTimer.singleShot(PATIENCE_MS, loop.quit)
        loop.exec()
        image = window.grab().toImage()
        image.save(str(file), quality=88)
        window.close()
        application.processEvents()


def main() -> None:
    """Both themes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--language", default="en")
    parser.add_argument("--split", action="store_true")
    parser.add_argument("--suffix", default=".jpg")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    for theme in ("light", "dark"):
        file = arguments.folder / f"window-{theme}{arguments.suffix}"
        picture(theme, arguments.language, arguments.split, file)
        print(file)


if __name__ == "__main__":
    main()
