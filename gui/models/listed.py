"""The catalogue's models with their titles and descriptions in the window's language."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from models.catalogue.catalogue import ModelInfo, list_models


def listed_models() -> list[ModelInfo]:
    """As ``models.catalogue.catalogue.list_models``; a user's own models keep the words they came with."""
    return [
        replace(model, title=_translate(model.title), description=_translate(model.description))
        for model in list_models()
    ]


def _translate(text: str) -> str:
    return QCoreApplication.translate("catalogue", text) if text else text
