"""The guide's pictures of single things: presets, canvas, shadow, the watched folder.

    xvfb-run -a python docs/guide_pictures.py [FOLDER] [--language zh_CN]

Opens the real window on the sample photos, does what the guide says, and writes a JPEG each (default: ``docs/images``).
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from PySide6.QtCore import QEventLoop, QPoint, QRect, QTimer  # noqa: E402
from PySide6.QtGui import QImage, QPainter  # noqa: E402
from PySide6.QtWidgets import QPushButton, QWidget  # noqa: E402

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from matting.cutout.frame import Frame

SIZE = (1320, 800)
PATIENCE_MS = 120_000
SETTLE_MS = 4_000
SUBJECT = "coffee.jpg"


def until(condition: Callable[[], bool]) -> None:
    """Let the window work until ``condition`` holds, and a little longer for what is painted after it."""
    loop, waited = QEventLoop(), 0
    while waited < PATIENCE_MS and not condition():
        QTimer.singleShot(200, loop.quit)
        loop.exec()
        waited += 200
    QTimer.singleShot(SETTLE_MS, loop.quit)
    loop.exec()


def drawn(window: MainWindow, change: Callable[[], None], ratio: float) -> None:
    """Make a change and wait until the canvas shows it: a picture of this width by height."""
    frames: list[Frame] = []
    window.current.framed.connect(frames.append)
    change()
    until(lambda: bool(frames) and abs(frames[-1].width / frames[-1].height - ratio) < 0.01)
    window.current.framed.disconnect(frames.append)


def over(image: QImage, widget: QWidget, at: QPoint) -> QImage:
    """Lay a menu or dialog over the picture of the window, at a point of it in logical pixels."""
    painter = QPainter(image)
    painter.drawPixmap(at, widget.grab())
    painter.setPen(widget.palette().mid().color())
    painter.drawRect(QRect(at, widget.size()).adjusted(-1, -1, 0, 0))
    painter.end()
    return image


def presets(window: MainWindow) -> QImage:
    """Show the open menu of presets, and what Amazon's made of the photo."""
    from matting.presets.library import find_preset
    from matting.settings import CutSettings

    preset = find_preset("amazon-main-image")
    workspace = window.workspace
    settings, output = preset.cut_settings(CutSettings()), preset.output_settings(workspace.output)
    window.inspector.show_open(["card-result"])
    drawn(window, lambda: workspace.use_preset(settings, output), 1.0)
    button = window.findChild(QPushButton, "presets")
    assert button is not None
    menu = button.menu()
    at = button.mapTo(window, QPoint(0, 0))
    menu.popup(button.mapToGlobal(QPoint(0, 0)) - QPoint(0, menu.sizeHint().height()))
    menu.setActiveAction(menu.actions()[0])
    until(lambda: True)
    image = over(window.grab().toImage(), menu, QPoint(window.width() - menu.width() - 8, at.y() - menu.height()))
    menu.close()
    return image


def canvas(window: MainWindow) -> QImage:
    """Show the card of the canvas and a subject on it."""
    from matting.settings import parse_canvas

    workspace = window.workspace
    size = parse_canvas("4:5")
    assert size is not None
    settings = replace(workspace.current_settings(), background="#e8e4dc", share=70.0)
    output = replace(workspace.output, canvases=(size,))
    window.inspector.show_open(["card-canvas"])
    drawn(window, lambda: workspace.use_preset(settings, output), 4 / 5)
    return window.grab().toImage()


def shadow(window: MainWindow) -> QImage:
    """Show the card of background and shadow, and a subject that stands on its shadow."""
    from matting.settings import Shadow

    workspace = window.workspace
    window.inspector.show_open(["card-background"])
    settings = replace(workspace.current_settings(), shadow=Shadow.CONTACT)
    drawn(window, lambda: workspace.edit(settings), 4 / 5)
    return window.grab().toImage()


def watch(window: MainWindow, home: Path) -> QImage:
    """Show a watched folder at work, and the dialog that chooses it."""
    import resources
    from gui.watch.dialog import WatchDialog
    from gui.watch.plan import WatchPlan
    from matting.presets.library import find_preset
    from matting.settings import CutSettings, OutputSettings

    incoming = home / "Pictures" / "Incoming"
    incoming.mkdir(parents=True)
    preset = find_preset("amazon-main-image")
    output = preset.output_settings(OutputSettings(home / "Pictures" / "Shop"))
    settings = preset.cut_settings(CutSettings())
    window.watch.take(WatchPlan(incoming, output, settings, window.workspace.model, preset.title))
    for number in range(3):
        shutil.copy(resources.SAMPLES / SUBJECT, incoming / f"IMG_{2041 + number}.jpg")
    until(lambda: len(list(output.folder.glob("*"))) == 3)
    window.watch.ask()
    dialog = window.findChild(WatchDialog)
    assert dialog is not None
    until(lambda: True)
    return over(window.grab().toImage(), dialog, QPoint(330, 430))


def main() -> None:
    """Every picture, in one window."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--language", default="en")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["KIRIE_HOME"] = str(home / "kirie")
        import resources
        from gui.app import make_application, open_window
        from gui.settings.table import Settings

        photos = home / "Photos"
        shutil.copytree(resources.SAMPLES, photos)
        application = make_application()
        settings = Settings()
        settings.set("program/theme", "light")
        settings.set("program/language", arguments.language)
        window = open_window(application, [photos])
        window.resize(*SIZE)
        window.show()
        entries = window.workspace.photos
        until(lambda: len(entries) > 0 and all(entry.looked for entry in entries))
        window.workspace.look_at(photos / SUBJECT)
        until(lambda: True)
        for name, make in (
            ("canvas", canvas),
            ("shadow", shadow),
            ("presets", presets),
            ("watch", lambda window: watch(window, home)),
        ):
            file = arguments.folder / f"{name}.jpg"
            make(window).save(str(file), quality=88)
            print(file, flush=True)
        window.close()
        application.processEvents()


if __name__ == "__main__":
    main()
