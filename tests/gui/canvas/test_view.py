from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.canvas.view import (
    MAX_ZOOM,
    Box,
    ViewState,
    box_on_canvas,
    fit_zoom,
    fitted,
    next_stop,
    panned,
    photo_box,
    resized,
    to_canvas,
    to_photo,
    visible_photo,
    zoomed,
)

sides = st.integers(1, 9000)
states = st.builds(
    lambda photo, canvas, ratio: fitted(ViewState(photo=photo, canvas=canvas, ratio=ratio)),
    st.tuples(sides, sides),
    st.tuples(st.floats(100, 4000), st.floats(100, 4000)),
    st.sampled_from([1.0, 1.25, 1.5, 2.0, 3.0]),
)


@given(states)
def test_a_fitted_photo_lies_wholly_on_the_canvas_in_the_middle(state: ViewState) -> None:
    box = photo_box(state)
    assert box.x >= -1
    assert box.y >= -1
    assert box.right <= state.canvas[0] + 1
    assert box.bottom <= state.canvas[1] + 1
    assert box.x + box.width / 2 == pytest.approx(state.canvas[0] / 2, abs=1)
    assert box.y + box.height / 2 == pytest.approx(state.canvas[1] / 2, abs=1)


@given(states, st.floats(-3000, 3000), st.floats(-3000, 3000), sides, sides)
def test_a_frame_beyond_the_photo_is_fitted_with_it(
    state: ViewState, x: float, y: float, width: int, height: int
) -> None:
    framed = fitted(replace(state, frame=Box(x, y, width, height)))
    for box in (photo_box(framed), box_on_canvas(framed, Box(x, y, width, height))):
        assert min(box.x, box.y) >= -1
        assert box.right <= state.canvas[0] + 1
        assert box.bottom <= state.canvas[1] + 1


@given(states, st.floats(-500, 9000), st.floats(-500, 9000))
def test_canvas_and_photo_points_are_inverse(state: ViewState, x: float, y: float) -> None:
    assert to_photo(state, *to_canvas(state, x, y)) == pytest.approx((x, y), abs=1e-3)


@given(states, st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(2, 8))
def test_the_photo_stays_under_the_cursor_when_zooming_in(state: ViewState, u: float, v: float, factor: float) -> None:
    """Unless a side still fits: then it stays in the middle."""
    cursor = to_canvas(state, u * state.photo[0], v * state.photo[1])
    after = zoomed(state, state.zoom * factor, cursor)
    held = to_canvas(after, u * state.photo[0], v * state.photo[1])
    for axis in (0, 1):
        if after.photo[axis] * after.scale > after.canvas[axis]:
            assert held[axis] == pytest.approx(cursor[axis], abs=0.01)
        else:
            assert after.centre[axis] == after.photo[axis] / 2


@given(states, st.floats(0.001, 100), st.floats(-9000, 9000), st.floats(-9000, 9000))
def test_the_photo_is_never_lost_from_sight(state: ViewState, factor: float, dx: float, dy: float) -> None:
    moved = panned(zoomed(state, state.zoom * factor), dx, dy)
    seen = visible_photo(moved)
    assert seen.width > 0
    assert seen.height > 0
    assert moved.zoom <= MAX_ZOOM
    assert moved.zoom >= min(fit_zoom(state), 1.0) / 2


def test_100_percent_is_one_device_pixel_a_photo_pixel() -> None:
    state = zoomed(fitted(ViewState(photo=(4000, 3000), canvas=(800, 600), ratio=2.0)), 1.0)
    assert photo_box(state).width == 2000  # canvas pixels, two device pixels each


@given(states, st.floats(0.3, 7), st.floats(0, 500), st.floats(0, 500))
def test_boxes_lie_on_whole_device_pixels(state: ViewState, zoom: float, x: float, y: float) -> None:
    box = box_on_canvas(zoomed(state, zoom), Box(x, y, 33.3, 0.01))
    for edge in (box.x, box.y, box.width, box.height):
        assert edge * state.ratio == pytest.approx(round(edge * state.ratio), abs=1e-6)
    assert box.height > 0


def test_a_fitted_view_follows_the_window_and_a_zoomed_one_does_not() -> None:
    state = fitted(ViewState(photo=(4000, 3000), canvas=(800, 600)))
    assert resized(state, (400, 300), 1.0).zoom == pytest.approx(fit_zoom(replace(state, canvas=(400, 300))))
    close = zoomed(state, 2.0, (100, 100))
    wider = resized(close, (1600, 600), 1.0)
    assert (wider.zoom, wider.centre) == (close.zoom, close.centre)


def test_steps_of_zoom_meet_100_percent_from_any_fit() -> None:
    zoom = 0.237
    for _ in range(20):
        zoom = next_stop(zoom, larger=True)
        if zoom == 1.0:
            break
    assert zoom == 1.0
    assert next_stop(1.0, larger=False) == pytest.approx(2 / 3)
    assert next_stop(MAX_ZOOM, larger=True) == MAX_ZOOM
