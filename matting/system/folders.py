"""Where Kirie keeps what is its own: installed models, the log file, journals and caches."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

NOWHERE = Path(os.devnull, "kirie")
"""Below a file that is no folder: looking there finds nothing, writing there is refused by the system."""


def home() -> Path:
    """Return the folder of Kirie's own files; ``KIRIE_HOME`` overrides the platform's place. Not created here.

    A user without a home, as in a container with any user's number, gets a place where nothing is and nothing can be
    written: no log, no journal, no models of the user's own, and all else works.
    """
    try:
        override = os.environ.get("KIRIE_HOME")
        own = Path(override).expanduser() if override else None
        return own or Path(platformdirs.user_data_dir("kirie", appauthor=False)).expanduser()
    except RuntimeError:
        return NOWHERE


def models_folder() -> Path:
    """Return the folder of the weights that the user downloaded, imported or trained."""
    return home() / "models"


def journals_folder() -> Path:
    """Return the folder with one journal a batch, so that a killed batch resumes."""
    return home() / "journals"


def log_file() -> Path:
    """Return the log file that keeps the tracebacks users never see."""
    return home() / "kirie.log"


def native_log_file() -> Path:
    """Return the file for what the decoders' C libraries would have printed to the terminal."""
    return home() / "native.log"
