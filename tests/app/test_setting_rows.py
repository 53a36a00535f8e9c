"""One row a photo setting: the rows and ``CutSettings`` say the same, and options and stored files keep to them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from commands.parser import build_parser
from matting.setting_rows import PHOTO_SETTINGS, PhotoSetting
from matting.settings import CutSettings
from matting.settings_json import settings_from_json, settings_to_json

NUMBERS = [row for row in PHOTO_SETTINGS if row.range is not None]


def test_every_field_has_one_row() -> None:
    assert sorted(row.key for row in PHOTO_SETTINGS) == sorted(field.name for field in fields(CutSettings))
    assert len({row.option for row in PHOTO_SETTINGS}) == len(PHOTO_SETTINGS)


def test_numbers_have_a_range_that_holds_the_default() -> None:
    numbers = {field.name for field in fields(CutSettings) if field.type in ("float", "int")}
    assert {row.key for row in NUMBERS} == numbers
    for row in NUMBERS:
        assert row.range is not None
        assert row.range.low <= row.default <= row.range.high
        assert 0 < row.range.step < row.range.high - row.range.low


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.key)
def test_options_take_the_range_and_no_more(row: PhotoSetting, capsys: pytest.CaptureFixture[str]) -> None:
    assert row.range is not None
    for end in (row.range.low, row.range.high):
        args = build_parser().parse_args(["cut", "a", "-o", "b", f"{row.option}={end:g}"])
        assert getattr(args, row.key) == end
    for beyond in (row.range.low - 1, row.range.high + 1):
        with pytest.raises(SystemExit):
            build_parser().parse_args(["cut", "a", "-o", "b", f"{row.option}={beyond:g}"])
        assert row.option in capsys.readouterr().err


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row.key)
def test_stored_numbers_are_brought_into_the_range(row: PhotoSetting) -> None:
    assert row.range is not None
    assert getattr(settings_from_json({row.key: row.range.high + 5}), row.key) == row.range.high
    assert getattr(settings_from_json({row.key: row.range.low - 5}), row.key) == row.range.low


def test_stored_settings_come_back() -> None:
    other = CutSettings(0.3, 0.1, edge_shift=-0.5, background=Path("a.png"), trim=True, padding=3)
    assert settings_from_json(settings_to_json(other)) == other
