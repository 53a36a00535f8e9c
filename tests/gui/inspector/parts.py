"""Parts of the inspector, found as a user or a screen reader finds them."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def part(inspector: QWidget, kind: type[W], name: str) -> W:
    found = inspector.findChild(kind, name)
    assert found is not None, name
    return found
