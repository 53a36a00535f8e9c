"""The token for pausing, resuming and cancelling."""

from __future__ import annotations

import threading

import pytest

from matting.system.control import Cancelled, Control


def _waiter(control: Control, outcome: list[str]) -> threading.Thread:
    def work() -> None:
        try:
            control.wait_if_paused()
            outcome.append("went on")
        except Cancelled:
            outcome.append("cancelled")

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_running_work_is_not_held() -> None:
    Control().wait_if_paused()


def test_paused_work_waits_until_resumed() -> None:
    control, outcome = Control(), list[str]()
    control.pause()
    thread = _waiter(control, outcome)
    thread.join(0.05)
    assert thread.is_alive()
    assert control.paused
    control.resume()
    thread.join(5)
    assert outcome == ["went on"]
    assert not control.paused


def test_cancelling_wakes_paused_work() -> None:
    control, outcome = Control(), list[str]()
    control.pause()
    thread = _waiter(control, outcome)
    control.cancel()
    thread.join(5)
    assert outcome == ["cancelled"]


def test_cancelled_work_cannot_be_paused_or_resumed_again() -> None:
    control = Control()
    control.cancel()
    control.pause()
    control.resume()
    assert not control.paused
    with pytest.raises(Cancelled):
        control.wait_if_paused()


def test_winding_down_lets_paused_work_end_and_begins_nothing() -> None:
    control, outcome = Control(), list[str]()
    control.pause()
    thread = _waiter(control, outcome)
    control.wind_down()
    thread.join(5)
    assert outcome == ["went on"]
    assert control.winding_down
    assert not control.cancelled
