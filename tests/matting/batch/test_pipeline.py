"""Stages, the megapixel budget, and the rate."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from matting.batch.budget import MegapixelBudget
from matting.batch.pipeline import Pipeline
from matting.batch.rate import Pace
from matting.system.control import Cancelled


class _Stages:
    """Steps that note who passes, and do as told at one of them."""

    def __init__(self) -> None:
        self.passed: dict[str, list[int]] = {"read": [], "predict": [], "finish": []}
        self.at: dict[tuple[str, int], Callable[[], bool]] = {}
        self.lock = threading.Lock()
        self.stopped = 0

    def step(self, name: str) -> Callable[[int], bool]:
        def do(item: int) -> bool:
            with self.lock:
                self.passed[name].append(item)
            return self.at.get((name, item), lambda: True)()

        return do

    def run(self, count: int, readers: int = 2, finishers: int = 3) -> None:
        def stop() -> None:
            self.stopped += 1

        def finish(item: int) -> None:
            self.step("finish")(item)

        Pipeline[int](
            self.step("read"), self.step("predict"), finish, readers=readers, finishers=finishers, on_stop=stop
        ).run(range(count))


@pytest.mark.parametrize(("readers", "finishers"), [(1, 1), (2, 3), (5, 1), (1, 8)])
@pytest.mark.parametrize("count", [0, 1, 50])
def test_every_item_passes_every_stage_once(count: int, readers: int, finishers: int) -> None:
    stages = _Stages()
    stages.run(count, readers, finishers)
    for passed in stages.passed.values():
        assert sorted(passed) == list(range(count))
    assert stages.stopped == 0


def test_an_item_that_does_not_go_on_is_seen_no_more() -> None:
    stages = _Stages()
    stages.at = {("read", 3): lambda: False, ("predict", 5): lambda: False}
    stages.run(10)
    assert sorted(stages.passed["predict"]) == [0, 1, 2, 4, 5, 6, 7, 8, 9]
    assert sorted(stages.passed["finish"]) == [0, 1, 2, 4, 6, 7, 8, 9]


@pytest.mark.parametrize("stage", ["read", "predict", "finish"])
@pytest.mark.parametrize("error", [ValueError("broken"), KeyboardInterrupt(), Cancelled()])
def test_an_error_in_any_stage_stops_all_and_comes_out(stage: str, error: BaseException) -> None:
    def fail() -> bool:
        raise error

    stages = _Stages()
    stages.at = {(stage, 4): fail}
    with pytest.raises(type(error)):
        stages.run(1000)
    assert stages.stopped == 1
    assert len(stages.passed["read"]) < 1000


def test_prediction_happens_in_the_calling_thread() -> None:
    threads: set[int] = set()
    stages = _Stages()
    stages.at = {("predict", item): lambda: bool(threads.add(threading.get_ident())) or True for item in range(20)}
    stages.run(20)
    assert threads == {threading.get_ident()}


def test_the_budget_is_kept_and_a_giant_goes_alone() -> None:
    budget, lock = MegapixelBudget(10), threading.Lock()
    used, most, alone = [0.0], [0.0], [True]
    sizes = [4.0, 4.0, 25.0, 1.0, 9.0, 3.0, 3.0, 3.0, 30.0, 0.0] * 20

    def read(item: int) -> bool:
        budget.take(sizes[item])
        with lock:
            used[0] += sizes[item]
            if sizes[item] > 10:
                alone[0] &= used[0] == sizes[item]
            else:
                most[0] = max(most[0], used[0])
        return True

    def finish(item: int) -> None:
        with lock:
            used[0] -= sizes[item]
        budget.give(sizes[item])

    Pipeline[int](read, lambda _: True, finish, readers=1, finishers=4, on_stop=budget.close).run(range(len(sizes)))
    assert alone[0]
    assert 0 < most[0] <= 10


def test_a_closed_budget_lets_nobody_in() -> None:
    budget = MegapixelBudget(10)
    budget.take(10)
    outcome: list[str] = []

    def wait() -> None:
        try:
            budget.take(1)
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=wait)
    thread.start()
    budget.close()
    thread.join(5)
    assert outcome == ["cancelled"]


class _Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_photos_a_second_without_pauses() -> None:
    clock = _Clock()
    pace = Pace(clock)
    assert pace.rate() is None
    for _ in range(4):
        clock.now += 0.5
        pace.tick()
    assert pace.rate() == pytest.approx(2)
    clock.now += 3600
    pace.restart()
    clock.now += 0.5
    pace.tick()
    assert pace.rate() == pytest.approx(2, rel=0.01)


def test_the_rate_follows_a_change_of_speed() -> None:
    clock = _Clock()
    pace = Pace(clock)
    for step in [0.1] * 200 + [2.0] * 40:
        clock.now += step
        pace.tick()
    assert pace.rate() == pytest.approx(0.5, rel=0.05)
