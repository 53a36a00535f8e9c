"""Phrases: the part of an error's sentence that says why, as a declared template and its facts.

A phrase stands inside a sentence ("… could not be opened (access is denied)"). As a finished English text it could not
be translated there, so it travels as a value and each language words it. All phrases are declared in tables, classes
whose attributes are phrases, beside the error types that use them.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import ClassVar


class Phrase:
    """A ``str.format`` template in English and the facts that fill it; ``str()`` gives the English text.

    Calling a declared phrase fills it: ``TemplateProblem.UNKNOWN_FIELD(field="size")``. Facts are texts that need no
    translation (names, figures), paths, or phrases.
    """

    declared: ClassVar[dict[str, Phrase]] = {}
    """Every phrase of every table that has been imported, by its name: ``Table.NAME``."""

    def __init__(self, template: str, name: str = "", facts: dict[str, object] | None = None) -> None:
        self.template = template
        self.name = name
        self.facts = facts or {}

    def __set_name__(self, table: type, name: str) -> None:
        self.name = f"{table.__name__}.{name}"
        if self.name in self.declared:
            raise TypeError(f"two phrases are named {self.name}")
        self.declared[self.name] = self

    def __call__(self, **facts: object) -> Phrase:
        """Return the phrase filled with facts."""
        return Phrase(self.template, self.name, facts)

    def __str__(self) -> str:
        return self.template.format(**self.facts)

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{name}={fact!r}' for name, fact in self.facts.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Phrase) and (self.name, self.facts) == (other.name, other.facts)

    def __hash__(self) -> int:
        return hash(self.name)


class Lists:
    """How a list reads."""

    AND = Phrase("{first}, {next}")
    OR = Phrase("{first} or {next}")
    THEN = Phrase("{first}; {next}")


def listed(items: Iterable[object], joint: Phrase = Lists.AND) -> object:
    """Return a list of facts as one fact; ``joint`` is one of ``Lists``. Raises ``TypeError`` for an empty list."""
    return reduce(lambda first, following: joint(first=first, next=following), items)
