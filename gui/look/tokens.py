"""The visual language in one place: distances, corners, sizes of type and colours."""

from __future__ import annotations

from dataclasses import dataclass

SPACE_S, SPACE_M, SPACE_L = 4, 8, 12
"""Distances in logical pixels: inside a control, between controls, around a group."""
RADIUS_S, RADIUS_M, RADIUS_L = 4, 6, 10
"""Corners: marks and menu rows, controls, cards."""
CAPTION, BODY, HEADING, TITLE = 0.88, 1.0, 1.15, 1.7
"""The four sizes of type, in parts of the application's font, so that a larger system font enlarges them all."""


@dataclass(frozen=True)
class Colours:
    """Neutral greys: a tinted surround would change how a designer sees the colours of a photo.

    ``panel``, ``base`` and ``control`` are grounds (the window; lists, cards and fields; buttons); ``hovered`` and
    ``pressed`` lie over any of them. ``ink``, ``faint`` and ``disabled`` are inks, ``line`` separates, ``outline``
    shows where a field or a mark is (3 to every ground). ``accent`` with ``accent_hovered`` is for the one main button,
    what is chosen and how far something is, ``on_accent`` its ink. ``error`` is for errors only.
    """

    panel: str
    base: str
    control: str
    hovered: str
    pressed: str
    ink: str
    faint: str
    disabled: str
    line: str
    outline: str
    accent: str
    accent_hovered: str
    on_accent: str
    error: str


LIGHT = Colours(
    panel="#f5f5f5",
    base="#ffffff",
    control="#ffffff",
    hovered="#ebebeb",
    pressed="#dfdfdf",
    ink="#1d1d1d",
    faint="#5c5c5c",
    disabled="#9a9a9a",
    line="#dedede",
    outline="#7c7c7c",
    accent="#262626",
    accent_hovered="#454545",
    on_accent="#ffffff",
    error="#b3261e",
)
DARK = Colours(
    panel="#252525",
    base="#1c1c1c",
    control="#2f2f2f",
    hovered="#363636",
    pressed="#3d3d3d",
    ink="#e8e8e8",
    faint="#ababab",
    disabled="#707070",
    line="#3a3a3a",
    outline="#858585",
    accent="#e4e4e4",
    accent_hovered="#ffffff",
    on_accent="#1c1c1c",
    error="#ff8378",
)
