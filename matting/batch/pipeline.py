"""Three overlapping stages with short queues between them, knowing nothing about photos.

::

    readers ──▶ queue ──▶ the calling thread ──▶ queue ──▶ finishers

After an error or a cancel each stage goes on emptying its queue, so that no thread blocks on a full queue whose
reader has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import Queue
from typing import Generic, TypeVar

from matting.system.control import Cancelled

Item = TypeVar("Item")
_END = None


class Pipeline(Generic[Item]):
    """Moves items through ``read``, ``predict`` and ``finish``.

    ``read`` and ``predict`` return whether the item goes on to the next stage. ``predict`` runs in the thread that
    calls ``run``, the others in as many threads as asked for; items are handed out in order. A step that raises stops
    the pipeline: items on their way are dropped, and ``on_stop`` is called, once, to wake steps that wait for room.
    """

    def __init__(
        self,
        read: Callable[[Item], bool],
        predict: Callable[[Item], bool],
        finish: Callable[[Item], None],
        *,
        readers: int,
        finishers: int,
        on_stop: Callable[[], None],
    ) -> None:
        self._read, self._predict, self._finish, self._on_stop = read, predict, finish, on_stop
        self._readers, self._finishers = readers, finishers
        self._to_predict: Queue[Item | None] = Queue(maxsize=readers)
        self._to_finish: Queue[Item | None] = Queue(maxsize=finishers)
        self._stopped = threading.Event()
        self._intake = threading.Lock()
        self._first_error: BaseException | None = None

    def run(self, items: Iterable[Item]) -> None:
        """Move all items to the end; returns when the last one is there or dropped.

        Raises what stopped the pipeline, if anything did (``Cancelled`` included).
        """
        source = iter(items)
        threads = [threading.Thread(target=self._reader, args=(source,), name="reader") for _ in range(self._readers)]
        threads += [threading.Thread(target=self._finisher, name="finisher") for _ in range(self._finishers)]
        for thread in threads:
            thread.start()
        try:
            self._predict_all()
        finally:
            for _ in range(self._finishers):
                self._to_finish.put(_END)
            for thread in threads:
                thread.join()
        if self._first_error is not None:
            raise self._first_error

    def _reader(self, source: Iterator[Item]) -> None:
        while True:
            with self._intake:
                item = next(source, _END)
            if item is _END:
                self._to_predict.put(_END)
                return
            if self._step(self._read, item):
                self._to_predict.put(item)

    def _predict_all(self) -> None:
        open_readers = self._readers
        while open_readers:
            try:
                item = self._to_predict.get()
                if item is _END:
                    open_readers -= 1
                elif self._step(self._predict, item):
                    self._to_finish.put(item)
            except BaseException as error:  # KeyboardInterrupt while waiting: stop, and let the readers end
                self._stop(error)

    def _finisher(self) -> None:
        while (item := self._to_finish.get()) is not _END:
            self._step(self._finish, item)

    def _step(self, step: Callable[[Item], bool | None], item: Item) -> bool:
        if self._stopped.is_set():
            return False
        try:
            return bool(step(item))
        except BaseException as error:
            self._stop(error)
            return False

    def _stop(self, error: BaseException) -> None:
        if self._first_error is None or isinstance(self._first_error, Cancelled):
            self._first_error = error
        if not self._stopped.is_set():
            self._stopped.set()
            self._on_stop()
