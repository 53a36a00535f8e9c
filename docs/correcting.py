"""The guide's picture of pointing at things: ``docs/images/correcting.jpg``.

    xvfb-run -a python docs/correcting.py

A hand in the real window: it rests over the helmet, clicks, takes it back, and draws a box around the shuttle.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LEFT, NO_BUTTON, NO_KEYS = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
HELMET, AWAY = (0.8, 0.85), (0.3, 1.02)
SHUTTLE = (0.66, 0.005), (0.93, 0.57)
SETTLED_MS = 2500


def main() -> None:
    """Write the picture."""
    import resources
    from gui.app import make_application, open_window
    from gui.canvas.brush import Tool
    from gui.canvas.view import View, to_canvas
    from gui.settings.table import Settings

    with tempfile.TemporaryDirectory() as home:
        os.environ["KIRIE_HOME"] = home
        application = make_application()
        Settings().set("program/theme", "light")
        window = open_window(application, [resources.SAMPLES / "astronaut.jpg"])
        window.resize(1360, 900)
        window.show()
        canvas, pictures = window.canvas, []
        loop = QEventLoop()

        def settle() -> None:
            QTimer.singleShot(SETTLED_MS, loop.quit)
            loop.exec()

        def spot(place: tuple[float, float]) -> QPoint:
            width, height = canvas.state.photo
            return QPointF(*to_canvas(canvas.state, place[0] * width, place[1] * height)).toPoint()

        def move(place: tuple[float, float], button: Qt.MouseButton = NO_BUTTON) -> None:
            at = QPointF(spot(place))
            event = QMouseEvent(QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), NO_BUTTON, button, NO_KEYS)
            QApplication.sendEvent(canvas, event)

        def take() -> None:
            settle()
            corner, end = spot((0, 0)), spot((1, 1))
            pictures.append(
                canvas.grab().toImage().copy(corner.x(), corner.y(), end.x() - corner.x(), end.y() - corner.y())
            )

        window.current.shown.connect(loop.quit)
        loop.exec()
        window.current.shown.disconnect(loop.quit)
        window.workspace.show(View.OVERLAY)
        canvas.set_brush(canvas.brush.sized(8).swapped())
        move(HELMET)
        take()
        QTest.mouseClick(canvas, LEFT, NO_KEYS, spot(HELMET))
        move(AWAY)
        take()
        window.workspace.undo()
        canvas.set_brush(canvas.brush.swapped())
        canvas.take(Tool.BOX)
        QTest.mousePress(canvas, LEFT, NO_KEYS, spot(SHUTTLE[0]))
        move(SHUTTLE[1], LEFT)
        take()
        QTest.mouseRelease(canvas, LEFT, NO_KEYS, spot(SHUTTLE[1]))
        take()
        window.close()
        application.processEvents()
    side_by_side([_pil(one) for one in pictures]).save(ROOT / "docs" / "images" / "correcting.jpg", quality=85)


def side_by_side(pictures: list[Image.Image], side: int = 400, gap: int = 8) -> Image.Image:
    """Return pictures in a row, each fitted into a square of ``side`` pixels."""
    row = Image.new("RGB", (len(pictures) * (side + gap) - gap, side), "white")
    for number, picture in enumerate(pictures):
        row.paste(picture.resize((side, side), Image.Resampling.LANCZOS), (number * (side + gap), 0))
    return row


def _pil(image: QImage) -> Image.Image:
    plain = image.convertToFormat(QImage.Format.Format_RGBX8888)
    return Image.frombytes("RGBX", (plain.width(), plain.height()), bytes(plain.constBits())).convert("RGB")


if __name__ == "__main__":
    main()
