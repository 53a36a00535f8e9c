"""Stored settings: what was stored comes back, and whatever else is there gives settings that can be used."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from matting.setting_rows import PADDING
from matting.settings import CanvasSize, Colour, CutSettings, Edges, Format, Keep, OutputSettings, Write
from matting.settings_json import OUTPUT_FIELDS, output_from_json, output_to_json, settings_from_json, settings_to_json

RICH = CutSettings(
    threshold=0.3, softness=0, edges=Edges.HAIR, edge_shift=-0.5, feather=0.2, decontaminate=False,
    largest_only=True, fill_holes=True, background="#a0b1c2", trim=True, padding=40,
)  # fmt: skip
OUTPUT = OutputSettings(
    Path("out"), (Write.CUTOUT, Write.MASK), Format.JPG, name="{stem}", write_empty=True, quality=70,
    canvases=(CanvasSize(2000, 800), CanvasSize(4, 5, ratio=True)), colour=Colour.SRGB, metadata=Keep.NO_LOCATION,
)  # fmt: skip


def test_output_comes_back() -> None:
    stored = json.loads(json.dumps(output_to_json(OUTPUT)))
    assert OutputSettings(Path("out"), **output_from_json(stored)) == OUTPUT
    assert set(stored) == set(OUTPUT_FIELDS)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*settings_to_json(RICH), "unknown"]), json_values) | json_values)
def test_whatever_is_stored_gives_settings_that_can_be_used(content: object) -> None:
    settings = settings_from_json(content)
    assert 0 <= settings.threshold <= 1
    assert 0 <= settings.softness <= 1
    assert -1 <= settings.edge_shift <= 1
    assert PADDING.range is not None
    assert PADDING.range.low <= settings.padding <= PADDING.range.high
    assert type(settings.padding) is int
    assert isinstance(settings.edges, Edges)
    assert isinstance(settings.trim, bool)
    assert settings_from_json(json.loads(json.dumps(settings_to_json(settings)))) == settings


@given(st.dictionaries(st.sampled_from([*OUTPUT_FIELDS, "unknown"]), json_values))
def test_whatever_is_stored_gives_output_that_can_be_used(content: dict[str, object]) -> None:
    output = OutputSettings(Path("out"), **output_from_json(content))
    assert output.writes
    assert 1 <= output.quality <= 100
    assert output_from_json(json.loads(json.dumps(output_to_json(output)))) == {
        key: getattr(output, key) for key in OUTPUT_FIELDS
    }
