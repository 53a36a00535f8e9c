"""A function off the GUI thread: its outcome comes back, or nobody waits for it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.threads.call import BackgroundCall, finish_calls
from matting.errors import KirieError
from matting.system.control import Cancelled, Control


class NoSuchThing(KirieError):
    sentence = "There is no {name}."


class Held:
    """Work that is held until ``go_on`` is set, or its control is cancelled."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.ended = threading.Event(), threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.go_on.wait(30)
        self.ended.set()
        return "done"


@pytest.fixture
def held() -> Iterator[Held]:
    work = Held()
    yield work
    work.go_on.set()


def heard_of(call: BackgroundCall) -> list[object]:
    heard: list[object] = []
    call.succeeded.connect(lambda result: heard.append(("succeeded", result)))
    call.failed.connect(lambda error: heard.append(("failed", error)))
    call.finished.connect(lambda: heard.append("finished"))
    return heard


def test_the_result_comes_on_the_gui_thread_and_then_the_end(qtbot: QtBot) -> None:
    threads: list[QThread] = []
    call = BackgroundCall(threading.get_ident)
    heard = heard_of(call)
    call.succeeded.connect(lambda _: threads.append(QThread.currentThread()))
    call.succeeded.connect(lambda _: threads.append(call.isRunning()))  # type: ignore[arg-type]
    call.start()
    assert call.isRunning()
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=10_000)
    (kind, ident), end = heard  # type: ignore[misc]
    assert (kind, end) == ("succeeded", "finished")
    assert ident != threading.get_ident()
    assert threads == [call.thread(), False]


def test_an_error_of_ours_comes_as_it_is(qtbot: QtBot) -> None:
    def work() -> None:
        raise NoSuchThing(name="shoe")

    call = BackgroundCall(work)
    with qtbot.waitSignal(call.failed, timeout=10_000) as failed:
        call.start()
    assert isinstance(failed.args[0], NoSuchThing)  # type: ignore[index]


def test_a_defect_comes_as_none_and_is_in_the_log(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("gui.threads.call")
    monkeypatch.setattr(log, "propagate", False)  # the guard against logged errors looks at the root
    log.addHandler(caplog.handler)
    call = BackgroundCall(lambda: 1 / 0)
    with qtbot.waitSignal(call.failed, timeout=10_000) as failed:
        call.start()
    log.removeHandler(caplog.handler)
    assert failed.args == [None]
    assert "ZeroDivisionError" in caplog.text


def test_an_abandoned_call_is_not_waited_for_and_says_nothing(qtbot: QtBot, held: Held) -> None:
    parent = QObject()
    call = BackgroundCall(held, parent)
    heard = heard_of(call)
    call.start()
    assert held.begun.wait(10)
    call.abandon()
    assert not held.ended.is_set()
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    held.go_on.set()
    assert finish_calls(30)
    QApplication.processEvents()
    assert held.ended.is_set()
    assert heard == []


def test_an_outcome_that_is_on_its_way_when_abandoned_is_not_delivered(qtbot: QtBot) -> None:
    call = BackgroundCall(lambda: "done")
    heard = heard_of(call)
    call.start()
    call.wait()
    call.abandon()
    QApplication.processEvents()
    assert heard == []


def test_abandoning_cancels_work_that_looks_at_its_control(qtbot: QtBot) -> None:
    control = Control()
    control.pause()
    seen: list[str] = []

    def work() -> None:
        try:
            control.wait_if_paused()
        except Cancelled:
            seen.append("cancelled")
            raise

    call = BackgroundCall(work, control=control)
    call.start()
    call.abandon()
    assert finish_calls(30)
    assert seen == ["cancelled"]


def test_one_that_is_deleted_with_its_parent_while_it_runs_harms_nothing(qtbot: QtBot, held: Held) -> None:
    parent = QObject()
    call = BackgroundCall(held, parent)
    call.start()
    assert held.begun.wait(10)
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    held.go_on.set()
    assert finish_calls(30)


PROGRAM = """
import atexit, sys, threading
from PySide6.QtCore import QCoreApplication, QObject
from gui.threads.call import BackgroundCall, finish_calls

application = QCoreApplication([])
begun, go_on = threading.Event(), threading.Event()

def work():
    begun.set()
    {wait}
    print("ended", flush=True)

{before}
parent = QObject()
call = BackgroundCall(work, parent)
call.start()
begun.wait()
call.abandon()
sys.exit(3)
"""


def run(wait: str, before: str) -> tuple[int, str, str]:
    program = PROGRAM.format(wait=wait, before=before)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_the_process_ends_after_the_abandoned_call() -> None:
    # A daemon: Python does not wait for it by itself.
    before = "timer = threading.Timer(0.2, go_on.set); timer.daemon = True; timer.start()"
    assert run("go_on.wait(30)", before) == (3, "ended", "")


def test_the_process_ends_though_an_abandoned_call_hangs() -> None:
    before = "atexit.unregister(finish_calls); atexit.register(finish_calls, 0.1)"
    assert run("threading.Event().wait()", before) == (3, "", "")
