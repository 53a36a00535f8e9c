"""Which Kirie this is."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def version() -> str:
    """The version of the checkout that this runs from, or of the installed program."""
    import tomllib
    from importlib import metadata

    try:
        project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
        return str(project["version"])
    except (OSError, KeyError, ValueError):
        pass
    try:
        return metadata.version("kirie")
    except metadata.PackageNotFoundError:
        return "unknown"


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
