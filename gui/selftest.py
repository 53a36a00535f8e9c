"""Does the window work here? Opened by ``kirie selftest --full`` in a process of its own."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject, QTimer, QTranslator
from PySide6.QtWidgets import QWidget

import resources
from gui.app import make_application, open_window
from gui.look.icons import application_icon, icon
from gui.look.translation import LANGUAGES, qt_translations

_LIMIT_MS = 120_000


class _FirstPaint(QObject):
    """When a widget was painted for the first time, in seconds since the epoch; zero until then."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look, and let it pass."""
        if event.type() == QEvent.Type.Paint and not self.at:
            self.at = time.time()
        return super().eventFilter(watched, event)


def run(launched: float | None = None) -> int:
    """Open the window with a sample, wait for its cutout, close; 0 when all is well, else 1 after a sentence.

    ``launched``: when the process was started, in seconds since the epoch.
    """
    launched = launched or time.time()
    application = make_application()
    sample = min(resources.SAMPLES.glob("*.jpg"), default=None)
    if sample is None:
        return _end(f"there are no sample photos in {resources.SAMPLES}")
    window = open_window(application, [sample])
    painted = _FirstPaint(window)
    shown: list[float] = []
    window.current.shown.connect(lambda: shown.append(time.time()))
    window.current.shown.connect(window.close)
    QTimer.singleShot(_LIMIT_MS, window, window.close)
    window.show()
    status = application.exec()
    if status:
        return _end(f"the window ended with status {status}")
    if not shown:
        return _end(f"the window had no cutout of {sample.name} after {_LIMIT_MS // 1000} seconds")
    print(f"window: {application.platformName()}, visible after {painted.at - launched:.2f} s", end=", ")
    print(f"the cutout of {sample.name} after {shown[0] - launched:.2f} s")
    return _end(_missing())


def _missing() -> str | None:
    """Return the first translation or icon that does not load."""
    for language in LANGUAGES:
        for folder, name in ((resources.TRANSLATIONS, "kirie"), (qt_translations(), "qtbase")):
            if language != "en" and not QTranslator().load(f"{name}_{language}", str(folder)):
                return f"the translation {name}_{language} does not load from {folder}"
    names = sorted(path.stem for path in resources.ICONS.glob("*.svg"))
    for name in names:
        if not _is_drawn(name):
            return f"the icon {name} is empty"
    if not names or application_icon().pixmap(64, 64).isNull():
        return f"the program’s icon does not load from {resources.ICONS}"
    print(f"window: {len(names)} icons, {len(LANGUAGES)} languages")
    return None


def _is_drawn(name: str) -> bool:
    image = icon(name).pixmap(16, 16).toImage()
    return any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))


def _end(problem: str | None) -> int:
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0
