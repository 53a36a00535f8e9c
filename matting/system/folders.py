"""Where Kirie keeps what is its own: installed models, the log file, journals and caches."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The folder of Kirie's own files; ``KIRIE_HOME`` overrides the platform's place. Not created here."""
    override = os.environ.get("KIRIE_HOME")
    return Path(override).expanduser() if override else Path(platformdirs.user_data_dir("kirie", appauthor=False))


def models_folder() -> Path:
    """Weights that the user downloaded, imported or trained."""
    return home() / "models"


def journals_folder() -> Path:
    """One journal a batch, so that a killed batch resumes."""
    return home() / "journals"


def log_file() -> Path:
    """The log file that keeps the tracebacks users never see."""
    return home() / "kirie.log"


def native_log_file() -> Path:
    """What the decoders' C libraries would have printed to the terminal."""
    return home() / "native.log"
