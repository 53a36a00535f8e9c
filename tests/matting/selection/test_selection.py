"""Marks on drawn photos: what comes, what goes, and what stays as it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from matting.alpha.numeric import Floats
from matting.photo import Metadata, Photo
from matting.selection import working_copy
from matting.selection.marks import Mark, MarkKind
from matting.selection.selection import Selection, selection_of

HEIGHT, WIDTH = 240, 320
RED, GREEN, BLUE = (70, 120), (160, 60), (250, 180)  # centres (x, y) of three discs of radius 36


def photo() -> NDArray[np.uint8]:
    """Return three discs of different colours on a grey ground with a little noise."""
    rgb = np.random.default_rng(1).integers(110, 122, (HEIGHT, WIDTH, 3), np.uint8)
    for place, colour in ((RED, (200, 40, 40)), (GREEN, (40, 170, 60)), (BLUE, (40, 60, 200))):
        cv2.circle(rgb, place, 36, colour, -1)
    return rgb


def disc(*places: tuple[int, int], height: int = HEIGHT, width: int = WIDTH) -> NDArray[np.bool_]:
    drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
    for place in places:
        cv2.circle(drawn, place, 36, 1, -1)
    return np.asarray(cv2.resize(drawn, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def found(*places: tuple[int, int]) -> Floats:
    """Return the map of a network that sees these discs: 320 × 320, soft at the edges."""
    sharp = disc(*places, height=320, width=320).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2) * 0.96 + 0.02, np.float32)


def click(place: tuple[int, int], keep: bool = True, radius: float = 6, kind: MarkKind = MarkKind.CLICK) -> Mark:
    return Mark(keep, kind, ((float(place[0]), float(place[1])),), radius)


def overlap(map_: Floats, wanted: NDArray[np.bool_]) -> float:
    at = cv2.resize(map_, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR) >= 0.5
    return float((at & wanted).sum() / max((at | wanted).sum(), 1))


def test_without_marks_the_map_is_the_first() -> None:
    first = found(RED)
    assert Selection(photo(), first).select([]) is first


def test_a_keep_click_adds_the_thing_up_to_its_edges() -> None:
    assert overlap(Selection(photo(), found(RED)).select([click(GREEN)]), disc(RED, GREEN)) > 0.95


def test_an_erase_stroke_takes_part_of_a_piece() -> None:
    bridge = np.maximum(found(RED, GREEN), 0)
    cv2.line(bridge, (70, 160), (160, 80), 0.98, 12)
    stroke = Mark(False, MarkKind.STROKE, ((140.0, 60.0), (160.0, 50.0), (180.0, 65.0)), 5)
    result = Selection(photo(), bridge).select([stroke, click(RED)])
    assert result[80, 160] < 0.1
    assert result[160, 70] > 0.9


def test_what_is_far_by_colour_and_distance_keeps_its_exact_value() -> None:
    first = found(RED, BLUE)
    result = Selection(photo(), first).select([click(GREEN, radius=8)])
    assert result.shape == first.shape
    changed = np.abs(result - first)
    assert changed[:, 250:].max() == 0
    assert changed[disc(BLUE, height=320, width=320)].max() < 0.05
    assert changed[disc(GREEN, height=320, width=320)].max() > 0.9


def test_an_erase_click_drops_one_of_several_pieces_whole() -> None:
    result = Selection(photo(), found(RED, GREEN, BLUE)).select([click(GREEN, keep=False, radius=1)])
    assert overlap(result, disc(RED, BLUE)) > 0.9
    assert result[disc(GREEN, height=320, width=320)].max() < 0.5


@pytest.mark.parametrize("place", [RED, GREEN, BLUE])
def test_only_keeps_one_piece(place: tuple[int, int]) -> None:
    result = Selection(photo(), found(RED, GREEN, BLUE)).select([click(place, kind=MarkKind.ONLY)])
    assert overlap(result, disc(place)) > 0.9


def test_marks_after_only_count_and_those_before_shape_the_piece() -> None:
    engine = Selection(photo(), found(RED, GREEN))
    result = engine.select([click(BLUE), click(BLUE, kind=MarkKind.ONLY), click(RED)])
    assert overlap(result, disc(RED, BLUE)) > 0.9


def test_from_nothing_a_click_gives_the_thing() -> None:
    nothing = np.full((32, 32), 0.02, np.float32)
    assert overlap(Selection(photo(), nothing).select([click(BLUE)]), disc(BLUE)) > 0.9


def bright_red(crop: NDArray[np.uint8]) -> Floats:
    """Find red things, as a predictor would."""
    small = cv2.resize(crop, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32)
    return np.asarray(np.clip((small[..., 0] - small[..., 1]) / 100, 0, 1), np.float32)


def test_a_box_adds_what_the_look_finds_in_it_and_can_replace_all() -> None:
    engine = Selection(photo(), found(BLUE), bright_red)
    corners = ((125.0, 175.0), (20.0, 60.0))
    assert overlap(engine.select([Mark(True, MarkKind.BOX, corners)]), disc(RED, BLUE)) > 0.9
    assert overlap(engine.select([Mark(True, MarkKind.ONLY_BOX, corners)]), disc(RED)) > 0.9
    assert overlap(engine.select([Mark(False, MarkKind.BOX, ((200.0, 120.0), (310.0, 235.0)))]), disc()) == 0


def test_a_box_without_a_look_goes_by_colour() -> None:
    corners = ((20.0, 70.0), (120.0, 170.0))
    result = Selection(photo(), np.zeros((32, 32), np.float32)).select([Mark(True, MarkKind.BOX, corners)])
    assert overlap(result, disc(RED)) > 0.9


def test_a_click_on_the_background_takes_what_a_closer_look_sees() -> None:
    engine = Selection(photo(), np.zeros((320, 320), np.float32), bright_red)
    assert overlap(engine.select([click(RED, radius=1)]), disc(RED)) > 0.9


def test_the_order_of_marks_that_agree_does_not_count() -> None:
    engine = Selection(photo(), found(RED))
    marks = [click(GREEN), click(BLUE), click((20, 220), keep=False)]
    assert np.abs(engine.select(marks) - engine.select(marks[::-1])).max() < 1e-3


@pytest.mark.parametrize("last", [True, False])
def test_the_later_of_contradicting_marks_wins(last: bool) -> None:
    result = Selection(photo(), found(RED)).select([click(GREEN, keep=not last), click(GREEN, keep=last)])
    assert (result[80, 160] > 0.5) == last


def test_many_marks_ask_for_no_more_work_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = working_copy.distances
    monkeypatch.setattr(working_copy, "distances", lambda costs, seeds: asked.append(len(seeds)) or real(costs, seeds))
    engine = Selection(photo(), found(RED))
    engine.select([click(GREEN)])
    once, many = list(asked), [click((5 + 3 * at, 10 + 2 * at), keep=at % 2 == 0, radius=1) for at in range(100)]
    asked.clear()
    engine.select(many)
    assert asked == once


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (9, 1), (2, 2), (50, 3)])
def test_the_smallest_photos(shape: tuple[int, int]) -> None:
    rgb = np.full((*shape, 3), 90, np.uint8)
    for kind in (MarkKind.CLICK, MarkKind.ONLY, MarkKind.STROKE):
        result = Selection(rgb, np.full((4, 4), 0.3, np.float32)).select([click((0, 0), kind=kind)])
        assert np.isfinite(result).all()
        assert result[0, 0] > 0.5 or kind is MarkKind.ONLY


def test_a_photo_of_one_colour_takes_five_hundred_marks_up_to_its_border() -> None:
    place = np.random.default_rng(2).random((500, 2)) * (WIDTH, HEIGHT)
    marks = [click((int(x), int(y)), keep=x < WIDTH / 2, radius=3) for x, y in place]
    marks += [click((0, 0)), click((WIDTH, HEIGHT), keep=False)]
    result = Selection(np.full((HEIGHT, WIDTH, 3), 128, np.uint8), found(RED)).select(marks)
    assert result.min() >= 0
    assert result.max() <= 1
    assert result[160, 40] > 0.5 > result[160, 280]
    assert result[0, 0] > 0.5 > result[-1, -1]


def test_a_large_photo_and_its_copy_give_the_same_map() -> None:
    large = cv2.resize(photo(), (WIDTH * 6, HEIGHT * 6), interpolation=cv2.INTER_NEAREST)
    whole = Photo(large, None, Metadata())
    result = selection_of(whole, found(RED)).select([click((GREEN[0] * 6, GREEN[1] * 6), radius=36)])
    assert overlap(result, disc(RED, GREEN)) > 0.95


def test_two_of_three_pieces_are_dropped_by_two_clicks_and_the_last_one_is_not() -> None:
    engine = Selection(photo(), found(RED, GREEN, BLUE))
    two = [click(GREEN, keep=False, radius=1), click(RED, keep=False, radius=1)]
    assert overlap(engine.select(two), disc(BLUE)) > 0.9


def test_an_erase_stroke_does_not_drop_a_piece_beside_others() -> None:
    stroke = Mark(False, MarkKind.STROKE, ((50.0, 120.0), (50.0, 121.0)), 2)
    map_ = np.maximum(found(RED, BLUE), 0)
    assert Selection(photo(), map_).select([stroke])[240, 250] > 0.9


def two_who_hold_hands() -> tuple[NDArray[np.uint8], Floats]:
    """Return a photo and the map of two discs that a bar joins, its halves in the discs' colours."""
    rgb, bar = photo(), np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(rgb, RED, (160, 150), (200, 40, 40), 12)
    cv2.line(rgb, (160, 150), BLUE, (40, 60, 200), 12)
    for start, end in ((RED, (160, 150)), ((160, 150), BLUE)):
        cv2.line(bar, start, end, 1, 12)
    sharp = np.maximum(disc(RED, BLUE), bar > 0).astype(np.float32)
    small = cv2.resize(sharp, (320, 320), interpolation=cv2.INTER_AREA)
    return rgb, np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5) * 0.96 + 0.02, np.float32)


@pytest.mark.parametrize(("kind", "keep", "place"), [(MarkKind.ONLY, True, RED), (MarkKind.CLICK, False, BLUE)])
def test_things_that_only_touch_are_taken_apart_at_the_edge_between_them(
    kind: MarkKind, keep: bool, place: tuple[int, int]
) -> None:
    rgb, map_ = two_who_hold_hands()
    result = Selection(rgb, map_).select([click(place, keep=keep, kind=kind)])
    arm = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.line(arm, RED, (160, 150), 1, 12)
    assert overlap(result, disc(RED) | (arm > 0)) > 0.9


def test_a_thing_with_a_thinner_part_stays_one() -> None:
    figure = np.zeros((320, 320), np.uint8)
    cv2.circle(figure, (160, 70), 26, 1, -1)  # head
    cv2.line(figure, (160, 70), (160, 140), 1, 24)
    cv2.rectangle(figure, (105, 130), (215, 260), 1, -1)
    map_ = np.asarray(cv2.GaussianBlur(figure.astype(np.float32), (0, 0), 2), np.float32)
    ground = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    result = Selection(ground, map_).select([click((160, 150), kind=MarkKind.ONLY)])
    assert np.array_equal(result >= 0.5, map_ >= 0.5)
