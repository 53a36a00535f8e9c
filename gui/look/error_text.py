"""From an error that carries facts to the sentence that the user reads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from matting.errors import KirieError
from matting.phrases import Phrase


def sentence(error: KirieError) -> str:
    """Say what happened and what to do, in the user's language; file names without their folders."""
    return _worded(type(error).sentence, error.facts)


def row_sentence(error: KirieError) -> str:
    """Say the same for the row of a photo, which shows the photo's name already."""
    return _worded(type(error).row or type(error).sentence, error.facts)


def phrase_text(phrase: Phrase) -> str:
    """Return a phrase in the user's language."""
    return _worded(phrase.template, phrase.facts)


def _worded(template: str, facts: Mapping[str, object]) -> str:
    translated = QCoreApplication.translate("errors", template)
    return translated.format(**{name: _fact(fact) for name, fact in facts.items()})


def _fact(fact: object) -> object:
    if isinstance(fact, Phrase):
        return phrase_text(fact)
    if isinstance(fact, KirieError):
        return sentence(fact)
    if isinstance(fact, Path):
        return fact.name or str(fact)
    return fact
