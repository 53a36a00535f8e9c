from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.labelled_slider import Scale


@given(st.integers(0, 100))
def test_a_linear_scale_has_a_place_for_every_step(position: int) -> None:
    scale = Scale(-1, 1, 0.02, 0)
    assert scale.position(scale.value(position)) == position


@given(st.floats(1, 400))
def test_a_geometric_scale_is_as_fine_as_its_steps(value: float) -> None:
    scale = Scale(1, 400, 1, 20, decimals=0, geometric=True)
    assert scale.value(scale.position(value)) == pytest.approx(value, rel=0, abs=0.5 + 0.016 * value)
    assert (scale.value(0), scale.value(scale.positions)) == (1, 400)
