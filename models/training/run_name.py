"""Names of runs: one rule with names of models, since a run's name becomes its model's."""

from __future__ import annotations

from pathlib import Path

from models.catalogue.entries import read_entries
from models.catalogue.names import check_name, name_from_stem, same_name
from models.training.errors import NameListed


def check_run_name(name: str) -> str:
    """Return the name, fit for a new run and for the model that comes of it, so that it can be installed in the end.

    Raises ``BadModelName``, or ``NameListed`` for a name of the catalogue.
    """
    name = check_name(name)
    for listed in read_entries():
        if same_name(listed, name):
            raise NameListed(name=listed)
    return name


def run_name_for(dataset: Path) -> str:
    """Return a valid name made from a dataset's folder."""
    name = name_from_stem(dataset.resolve().name)
    try:
        return check_run_name(name)
    except NameListed:
        return f"{name}-trained"
