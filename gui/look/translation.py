"""The window's languages."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

import resources

LANGUAGES = ("en", "zh_CN")


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001
    """Mark a text in a table for Qt Linguist and return it untouched; Qt's own marker is typed ``object``."""
    return text


def without_mnemonic(text: str) -> str:
    """Return a menu's text as a button or a screen reader says it: "&Cut…" as "Cut", "抠图(&C)" as "抠图"."""
    return re.sub(r"\(&\w\)|&", "", text).rstrip("…")


def resolve_language(choice: str) -> str:
    """Return the language to use for the stored ``choice`` (``system`` or one of ``LANGUAGES``)."""
    if choice in LANGUAGES:
        return choice
    return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"


def qt_translations() -> str:
    """Return the folder of the catalogues that come with Qt."""
    return QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)


def install_language(application: QCoreApplication, choice: str) -> str:
    """Translate everything shown from now on; returns the language in use.

    English is the source language, so only others have a catalogue (``resources/translations/kirie_*.qm``).
    """
    language = resolve_language(choice)
    QLocale.setDefault(QLocale(language))
    for folder, name in ((resources.TRANSLATIONS, "kirie"), (qt_translations(), "qtbase")):
        translator = QTranslator(application)
        if language != "en" and translator.load(f"{name}_{language}", str(folder)):
            application.installTranslator(translator)
    return language
