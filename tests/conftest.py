"""Every test gets its own Kirie folder and leaves no thread behind."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show windows on the real display")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--headed"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"


# As main.py does, before torch and numpy are loaded: test workers share the cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# No example is late on a loaded machine. The same examples in every run, so that one which fails fails again;
# "thorough" draws others each time.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("same", _PATIENT, derandomize=True)
settings.register_profile("thorough", _PATIENT, max_examples=2000)
settings.load_profile("same")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(autouse=True)
def kirie_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put an empty folder in place of the user's own models, journals and log."""
    home = tmp_path / "kirie-home"
    monkeypatch.setenv("KIRIE_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail a test that leaves a thread of ours running; pools of torch and Qt are not Python threads."""
    before = set(threading.enumerate())
    yield
    # A foreign thread that once called into Python, Qt's own for one, stays listed as a dummy after its end.
    left = [one for one in threading.enumerate() if one not in before and not isinstance(one, threading._DummyThread)]
    for thread in left:
        thread.join(timeout=5)
    alive = [thread.name for thread in left if thread.is_alive()]
    assert not alive, f"threads left running: {alive}"


@pytest.fixture
def shared() -> Path:
    """Return the reference data beside the checkout; skip the test, saying so, where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("reference data (../shared) is not here")
    return SHARED
