"""About: versions, and the licences of everything that travels with the program."""

from __future__ import annotations

import platform
from importlib import metadata

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from gui.icons import application_icon

_PARTS = (
    "torch",
    "numpy",
    "opencv-python-headless",
    "PySide6-Essentials",
    "pillow",
    "tifffile",
    "psd-tools",
    "isal",
    "safetensors",
    "platformdirs",
    "tqdm",
)

_SHORT = 80
"""Some distributions put the whole licence text where its name belongs."""


def version_of(distribution: str) -> str:
    """Version of an installed distribution, or a dash where its metadata are not there."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "–"


def _licence_of(distribution: str) -> str:
    try:
        facts = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        return "–"
    for key in ("License-Expression", "License"):
        if key in facts and len(facts[key]) <= _SHORT:
            return facts[key]
    classifiers = [entry for entry in facts.get_all("Classifier") or [] if entry.startswith("License ::")]
    return ", ".join(entry.rsplit(" :: ", 1)[-1] for entry in classifiers) or "–"


def parts_table() -> list[tuple[str, str, str]]:
    """(name, version, licence) of each library that Kirie is built on."""
    return [(name, version_of(name), _licence_of(name)) for name in _PARTS]


class About(QDialog):
    """Name, version and licence of Kirie and of its parts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Kirie"))
        icon = QLabel()
        icon.setPixmap(application_icon().pixmap(72, 72))
        title = QLabel(
            "<h2>Kirie {version}</h2><p>{purpose}</p><p>{licence}</p>".format(
                version=version_of("kirie"),
                purpose=self.tr("Cuts subjects out of photos on your own computer."),
                licence=self.tr("Free software under the MIT licence. Nothing is sent anywhere."),
            )
        )
        title.setTextFormat(Qt.TextFormat.RichText)
        head = QHBoxLayout()
        head.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(title, 1)
        parts = QTextBrowser()
        parts.setAccessibleName(self.tr("Versions and licences of the libraries"))
        parts.setToolTip(self.tr("Versions and licences of the libraries"))
        rows = "".join(
            f"<tr><td>{name}&nbsp;&nbsp;</td><td>{version}&nbsp;&nbsp;</td><td>{licence}</td></tr>"
            for name, version, licence in parts_table()
        )
        system = f"Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
        parts.setHtml(f"<p>{system}</p><table cellspacing='4'>{rows}</table>")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(parts)
        layout.addWidget(buttons)
        self.resize(560, 460)
