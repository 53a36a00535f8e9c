"""Errors as JSON and back, for the workspace file and for the events of another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matting.errors import KirieError
from matting.phrases import Phrase


def error_to_json(error: KirieError) -> dict[str, Any]:
    """Return the error's type and its facts, in types that JSON has; facts of other types become text."""
    return {"type": type(error).__name__, "facts": _facts_to_json(error.facts)}


def error_from_json(stored: object) -> KirieError | None:
    """Return the error; ``None`` where its type or a phrase is not known (any more) or the facts do not fill it.

    Known are the types and phrases of all modules imported so far.
    """
    if not isinstance(stored, dict) or not isinstance(stored.get("facts", {}), dict):
        return None
    try:
        error = _type(str(stored.get("type")))(**_facts_from_json(stored.get("facts", {})))
        str(error)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError):
        return None
    return error


def phrase_to_json(phrase: Phrase) -> dict[str, Any]:
    """Return the phrase's name and facts."""
    return {"phrase": phrase.name, "facts": _facts_to_json(phrase.facts)}


def phrase_from_json(stored: dict[str, Any]) -> Phrase:
    """Return the phrase. Raises ``KeyError`` when it is not known."""
    return Phrase.declared[stored["phrase"]](**_facts_from_json(stored.get("facts", {})))


def _facts_to_json(facts: dict[str, object]) -> dict[str, Any]:
    return {name: _fact_to_json(fact) for name, fact in facts.items()}


def _fact_to_json(fact: object) -> Any:
    if isinstance(fact, Phrase):
        return phrase_to_json(fact)
    if isinstance(fact, KirieError):
        return error_to_json(fact)
    if isinstance(fact, Path):
        return {"path": str(fact)}
    return fact if fact is None or isinstance(fact, str | int | float | bool) else str(fact)


def _facts_from_json(stored: dict[str, Any]) -> dict[str, object]:
    facts = {name: _fact_from_json(fact) for name, fact in stored.items()}
    # Kirie 0.1 stored paths as plain text.
    return {name: Path(fact) if name == "path" and isinstance(fact, str) else fact for name, fact in facts.items()}


def _fact_from_json(stored: Any) -> object:
    match stored:
        case {"phrase": str()}:
            return phrase_from_json(stored)
        case {"path": str(path)}:
            return Path(path)
        case {"type": str(name), "facts": dict(facts)}:
            return _type(name)(**_facts_from_json(facts))
        case _:
            return stored


_known: dict[str, type[KirieError]] = {}


def _type(name: str) -> type[KirieError]:
    """Return the error type of that name; the tree of types is walked only for one that is not known yet."""
    if name not in _known:
        _known.update(known_types())
    return _known[name]


def known_types(base: type[KirieError] = KirieError) -> dict[str, type[KirieError]]:
    """Return the error types of all modules imported so far, by name."""
    found = {base.__name__: base}
    for child in base.__subclasses__():
        found.update(known_types(child))
    return found
