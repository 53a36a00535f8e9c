"""About: versions, and the licences of everything that travels with the program."""

from __future__ import annotations

import platform
from html import escape

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from gui.dialogs.licences import licence_text, parts, version_of
from gui.look.icons import application_icon


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
        self._browser = QTextBrowser()
        self._browser.setOpenLinks(False)
        self._browser.setAccessibleName(self.tr("Versions and licences of the libraries"))
        self._browser.setToolTip(self.tr("Versions and licences of the libraries"))
        self._browser.anchorClicked.connect(self._follow)
        self._show_parts()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(head)
        layout.addWidget(self._browser)
        layout.addWidget(buttons)
        self.resize(560, 460)

    def _show_parts(self) -> None:
        """Show everything inside in one table; each name leads to its licence."""
        rows = "".join(
            f"<tr><td><a href='part:{name}'>{name}</a>&nbsp;&nbsp;</td>"
            f"<td>{version}&nbsp;&nbsp;</td><td>{escape(licence)}</td></tr>"
            for name, version, licence in parts()
        )
        system = f"Python {platform.python_version()} · Qt {qVersion()} · {platform.platform()}"
        self._browser.setHtml(f"<p>{system}</p><table cellspacing='4'>{rows}</table>")

    def _follow(self, link: QUrl) -> None:
        name = link.path()
        if not name:
            self._show_parts()
            return
        text = licence_text(name) or self.tr("The licence’s text is not installed.")
        back = self.tr("All libraries")
        self._browser.setHtml(f"<p><a href='part:'>← {back}</a></p><h3>{name}</h3><pre>{escape(text)}</pre>")
