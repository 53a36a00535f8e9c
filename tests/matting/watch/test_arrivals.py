"""When a file that arrives is complete, and when it is tried again."""

from __future__ import annotations

from pathlib import Path

from matting.batch.journal import FileMark
from matting.watch.arrivals import Arrivals

A, B = Path("in/a.jpg"), Path("in/b.jpg")


def test_a_file_is_ready_when_it_has_stayed_the_same() -> None:
    arrivals = Arrivals(settle_s=3)
    arrivals.look({A: FileMark(100, 1)}, now=0)
    arrivals.look({A: FileMark(200, 2)}, now=2)  # still being copied
    assert list(arrivals.ready(4)) == []
    arrivals.look({A: FileMark(200, 2), B: FileMark(9, 9)}, now=4)
    assert list(arrivals.ready(5)) == [A]
    assert list(arrivals.ready(7)) == [A, B]


def test_it_is_taken_once_and_again_when_it_changes() -> None:
    arrivals = Arrivals(settle_s=1)
    arrivals.look({A: FileMark(1, 1)}, now=0)
    arrivals.take([A])
    arrivals.look({A: FileMark(1, 1)}, now=50)
    assert list(arrivals.ready(50)) == []
    arrivals.look({A: FileMark(1, 2)}, now=60)
    assert list(arrivals.ready(60)) == []
    assert list(arrivals.ready(61)) == [A]


def test_one_that_changed_while_it_was_cut_is_taken_again() -> None:
    arrivals = Arrivals(settle_s=1)
    arrivals.look({A: FileMark(1, 1)}, now=0)
    arrivals.take(list(arrivals.ready(1)))
    arrivals.look({A: FileMark(5, 2)}, now=1)
    assert list(arrivals.ready(2)) == [A]


def test_what_may_pass_is_tried_again_ever_more_seldom() -> None:
    arrivals = Arrivals(settle_s=0)
    arrivals.look({A: FileMark(1, 1)}, now=0)
    now, waits = 0.0, []
    for _ in range(8):
        arrivals.take([A])
        arrivals.retry_later(A, now)
        wait = next(step for step in range(1, 9999) if list(arrivals.ready(now + step)))
        waits.append(wait)
        now += wait
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]


def test_a_change_ends_the_wait_for_another_try() -> None:
    arrivals = Arrivals(settle_s=1)
    arrivals.look({A: FileMark(1, 1)}, now=0)
    arrivals.take([A])
    arrivals.retry_later(A, now=1)
    arrivals.look({A: FileMark(2, 2)}, now=5)
    assert list(arrivals.ready(6)) == [A]


def test_a_file_that_went_and_came_back_is_new() -> None:
    arrivals = Arrivals(settle_s=1)
    arrivals.look({A: FileMark(1, 1)}, now=0)
    arrivals.take([A])
    arrivals.look({}, now=10)
    assert A not in arrivals
    arrivals.look({A: FileMark(1, 1)}, now=20)
    assert list(arrivals.ready(21)) == [A]
