"""About: each part's name leads to its licence, and back."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QTextBrowser
from pytestqt.qtbot import QtBot

from gui.dialogs.about import About


def test_a_name_leads_to_the_licence_and_back(qtbot: QtBot) -> None:
    about = About()
    qtbot.addWidget(about)
    (browser,) = about.findChildren(QTextBrowser)
    assert "numpy" in browser.toPlainText()
    browser.anchorClicked.emit(QUrl("part:numpy"))
    assert "Redistribution and use" in browser.toPlainText()
    browser.anchorClicked.emit(QUrl("part:"))
    assert "torch" in browser.toPlainText()
    browser.anchorClicked.emit(QUrl("part:nothing"))
    assert "not installed" in browser.toPlainText()
