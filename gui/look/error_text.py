"""From an error that carries facts to the sentence that the user reads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication

from matting.errors import KirieError


def sentence(error: KirieError) -> str:
    """What happened and what to do, in the user's language; file names without their folders."""
    template = QCoreApplication.translate("errors", type(error).sentence)
    facts = {name: fact.name or str(fact) if isinstance(fact, Path) else fact for name, fact in error.facts.items()}
    return template.format(**facts)
