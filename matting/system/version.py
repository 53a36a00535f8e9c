"""Which Kirie this is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def version() -> str:
    """Return the version of the checkout that this runs from, or of the installed program."""
    from importlib import metadata

    own = _version_in(Path(__file__).parents[2] / "pyproject.toml")
    if own is not None:
        return own
    try:
        return metadata.version("kirie")
    except metadata.PackageNotFoundError:
        return "unknown"


def _version_in(pyproject: Path) -> str | None:
    """Return the version in Kirie's own project file; beside an installed program another project's may lie."""
    import tomllib

    try:
        project = tomllib.loads(pyproject.read_text("utf-8"))["project"]
        return str(project["version"]) if project["name"] == "kirie" else None
    except (OSError, KeyError, TypeError, ValueError):
        return None


class ShowVersion(argparse.Action):
    """``--version``, which looks the version up only when it is asked for."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,  # noqa: ARG002
        values: str | Sequence[Any] | None,  # noqa: ARG002
        option_string: str | None = None,  # noqa: ARG002
    ) -> None:
        """Print and end."""
        print(f"kirie {version()}")
        parser.exit()
