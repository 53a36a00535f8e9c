"""The question before the window closes on a running batch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_before_closing(window: QWidget, close: Callable[[], None]) -> None:
    """Ask without blocking; ``close`` is called when the user wants to close after the photos under way."""

    def say(text: str) -> str:
        return QCoreApplication.translate("Closing", text)

    box = QMessageBox(window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Kirie")
    box.setText(say("Photos are still being cut out."))
    box.setInformativeText(
        say("Kirie can finish the photos under way and close then. The others stay in the list for the next time.")
    )
    closing = box.addButton(say("Finish and close"), QMessageBox.ButtonRole.AcceptRole)
    staying = box.addButton(say("Keep working"), QMessageBox.ButtonRole.RejectRole)
    closing.setToolTip(say("Finish the photos under way, then close"))
    staying.setToolTip(say("Go on with the batch"))
    for button in (closing, staying):
        button.setAccessibleName(button.text())
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)
    box.buttonClicked.connect(lambda button: close() if button is closing else None)
    box.open()
