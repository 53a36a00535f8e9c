"""The thread that serves the newest request: what is replaced, the order, errors, the end."""

from __future__ import annotations

import logging
import threading
import weakref
from collections.abc import Callable, Iterator
from time import monotonic

import pytest

from gui.threads.latest import Latest


class Served:
    """Notes what is served and what failed; holds the thread at the request ``"hold"`` until ``go_on`` is set."""

    def __init__(self) -> None:
        self.served: list[str] = []
        self.failed: list[tuple[str, Exception]] = []
        self.held, self.go_on, self.last = threading.Event(), threading.Event(), threading.Event()

    def serve(self, request: str) -> None:
        if request == "hold":
            self.held.set()
            assert self.go_on.wait(30)
        elif request.startswith("bad"):
            raise ValueError(request)
        elif request == "last":
            self.last.set()
        else:
            self.served.append(request)

    def fail(self, request: str, error: Exception) -> None:
        self.failed.append((request, error))

    def finish(self, latest: Latest[str]) -> None:
        """Let go of the thread and wait until everything that was asked for is served."""
        latest.put("last", key="last", rank=1e9, due=0)
        self.go_on.set()
        assert self.last.wait(30)


@pytest.fixture
def seen() -> Served:
    return Served()


Make = Callable[..., Latest[str]]


@pytest.fixture
def busy(seen: Served) -> Iterator[Make]:
    """Make a thread that is held at its first request, so that all others wait."""
    made: list[Latest[str]] = []

    def make(most: int | None = None) -> Latest[str]:
        latest = Latest("test", seen.serve, seen.fail, most)
        made.append(latest)
        latest.start()
        latest.put("hold", key="hold")
        assert seen.held.wait(30)
        return latest

    yield make
    seen.go_on.set()
    for latest in made:
        latest.close()


def test_the_newest_request_takes_the_place_of_the_one_that_waits(busy: Make, seen: Served) -> None:
    latest = busy()
    for request in ("first", "second", "third"):
        assert latest.put(request)
    seen.finish(latest)
    assert seen.served == ["third"]


def test_each_key_has_a_newest_request_of_its_own(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("copy 1", key="copy")
    latest.put("detail 1", key="detail")
    latest.put("detail 2", key="detail")
    seen.finish(latest)
    assert seen.served == ["copy 1", "detail 2"]


def test_the_lowest_rank_comes_first_and_equal_ones_as_they_were_asked(busy: Make, seen: Served) -> None:
    latest = busy()
    for number, (request, rank) in enumerate([("ahead", 2), ("batch 1", 1), ("looked at", 0), ("batch 2", 1)]):
        latest.put(request, key=number, rank=rank)
    seen.finish(latest)
    assert seen.served == ["looked at", "batch 1", "batch 2", "ahead"]


def test_of_too_many_the_last_in_turn_are_dropped(busy: Make, seen: Served) -> None:
    latest = busy(most=2)
    for number in range(5):  # newest first, as rows that come on the screen
        latest.put(str(number), key=number, rank=-number)
    latest.put("last", key=3, rank=1)  # stands where "3" stood, so there are two still
    seen.go_on.set()
    assert seen.last.wait(30)
    assert seen.served == ["4"]


def test_one_that_is_not_due_holds_up_no_other(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("in an hour", key="rest", due=monotonic() + 3600)
    latest.put("now", key="live")
    seen.finish(latest)
    assert seen.served == ["now"]
    assert latest.close() == ["in an hour"]


def test_one_is_served_once_it_is_due_without_being_asked_again(busy: Make, seen: Served) -> None:
    latest = busy()
    due = monotonic() + 0.05
    seen.go_on.set()
    latest.put("last", due=due)
    assert seen.last.wait(30)
    assert monotonic() >= due


def test_what_was_dropped_is_not_served(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("a", key="a")
    latest.put("b", key="b")
    assert latest.drop() == ["a", "b"]
    seen.finish(latest)
    assert seen.served == []


def test_an_error_is_told_with_its_request_and_the_thread_lives_on(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("bad", key=1)
    latest.put("good", key=2)
    seen.finish(latest)
    ((request, error),) = seen.failed
    assert request == "bad"
    assert isinstance(error, ValueError)
    assert seen.served == ["good"]


def test_even_an_error_of_the_one_who_is_told_is_in_the_log_and_ends_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, seen: Served
) -> None:
    def fail(_request: str, _error: Exception) -> None:
        raise RuntimeError("nobody listens")

    log = logging.getLogger("gui.threads.latest")
    monkeypatch.setattr(log, "propagate", False)  # the guard against logged errors looks at the root
    log.addHandler(caplog.handler)
    latest = Latest("test", seen.serve, fail)
    latest.start()
    try:
        latest.put("bad", key=1)
        seen.finish(latest)
    finally:
        latest.close()
        log.removeHandler(caplog.handler)
    assert "nobody listens" in caplog.text
    assert "ValueError: bad" in caplog.text


def test_closing_while_busy_waits_for_what_is_in_hand_and_serves_nothing_else(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("waiting")
    dropped: list[list[str]] = []
    closer = threading.Thread(target=lambda: dropped.append(latest.close()))
    closer.start()
    assert closer.is_alive()
    seen.go_on.set()
    closer.join(30)
    assert dropped == [["waiting"]]
    assert not latest.put("too late")
    assert seen.served == []
    assert not any(thread.name == "test" for thread in threading.enumerate())


def test_closing_without_waiting_returns_while_busy(busy: Make, seen: Served) -> None:
    latest = busy()
    latest.put("waiting")
    assert latest.close(wait=False) == ["waiting"]
    assert not seen.go_on.is_set()
    seen.go_on.set()
    latest.close()
    assert seen.served == []


def test_closing_wakes_one_who_waits_for_a_due_time(seen: Served) -> None:
    latest = Latest("test", seen.serve, seen.fail)
    latest.start()
    latest.put("in an hour", due=monotonic() + 3600)
    assert latest.close() == ["in an hour"]


def test_one_that_never_began_closes_at_once_and_so_does_one_closed_twice(seen: Served) -> None:
    latest = Latest("test", seen.serve, seen.fail)
    latest.put("asked before the start")
    assert latest.close() == ["asked before the start"]
    assert latest.close() == []


def test_closing_from_its_own_thread_does_not_hang(seen: Served) -> None:
    done = threading.Event()

    def serve(_request: str) -> None:
        latest.close()
        done.set()

    latest = Latest("test", serve, seen.fail)
    latest.start()
    latest.put("close yourself")
    assert done.wait(30)
    assert seen.failed == []


def test_what_is_asked_before_the_start_is_served_after_it(seen: Served) -> None:
    latest = Latest("test", seen.serve, seen.fail)
    latest.put("early", key="early")
    latest.start()
    seen.finish(latest)
    latest.close()
    assert seen.served == ["early"]


def test_nothing_of_the_last_request_is_kept_while_the_thread_waits(seen: Served) -> None:
    class Pixels:
        pass

    freed = threading.Event()
    latest: Latest[Pixels] = Latest("test", lambda _: None, seen.fail)
    latest.start()
    pixels = Pixels()
    weakref.finalize(pixels, freed.set)
    latest.put(pixels)
    del pixels
    assert freed.wait(30)
    latest.close()
