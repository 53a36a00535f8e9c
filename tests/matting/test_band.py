"""Tiles are worked through in full, few of them at once or many on threads, and a failure among them is raised."""

from __future__ import annotations

import pytest

from matting.band import FEW, for_each


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 3 * FEW])
def test_every_item_is_done_once(count: int) -> None:
    done: list[int] = []
    for_each(done.append, range(count))
    assert sorted(done) == list(range(count))


@pytest.mark.parametrize("count", [2, 3 * FEW])
def test_a_failure_is_raised(count: int) -> None:
    def work(item: int) -> None:
        if item == 1:
            raise ValueError("tile 1")

    with pytest.raises(ValueError, match="tile 1"):
        for_each(work, range(count))
