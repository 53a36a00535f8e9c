"""Downloads of models: begun from the inspector or the settings, shown in both, and outliving every dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal

from gui.look.error_text import sentence
from gui.threads.call import BackgroundCall
from matting.errors import KirieError
from matting.system.control import Cancelled, Control

if TYPE_CHECKING:
    from models.download import DownloadProgress


@dataclass(frozen=True)
class DownloadState:
    """What is to be shown of a download: a line of text and, while it runs, the share of the file that is here.

    ``share`` is in [0, 1], ``None`` when it does not run; ``again`` is what a button to go on says; ``failed`` is
    false for a download that the user stopped.
    """

    text: str
    share: float | None = None
    again: str = ""
    failed: bool = False


class ModelDownloads(QObject):
    """Downloads and installs models off the GUI thread, each of them once at a time.

    ``source`` says where they come from (``models.download.Source``). ``changed(name, DownloadState)``: there is
    something new to show; ``installed(name)``: the model is there.
    """

    changed = Signal(str, object)
    installed = Signal(str)
    _progressed = Signal(object)

    def __init__(self, source: Callable[[], str] = lambda: "auto", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._running: dict[str, tuple[BackgroundCall, Control]] = {}
        self._states: dict[str, DownloadState] = {}
        self._progressed.connect(lambda progress: self._put(progress.name, self._describe(progress)))

    def start(self, name: str) -> None:
        """Start or continue a download; one that runs goes on."""
        if name in self._running:
            return
        control, source = Control(), self._source()
        call = BackgroundCall(lambda: _download(name, control, self._progressed.emit, source), self, control)
        call.succeeded.connect(lambda whole: self._end(name, bool(whole)))
        call.failed.connect(lambda error: self._fail(name, error))
        self._running[name] = (call, control)
        self._put(name, DownloadState(self.tr("Connecting…"), 0.0))
        call.start()

    def cancel(self, name: str) -> None:
        """Stop a download; what has arrived is kept."""
        if running := self._running.get(name):
            running[1].cancel()

    def running(self) -> list[str]:
        """Return the names of the models that are on their way."""
        return list(self._running)

    def state(self, name: str) -> DownloadState | None:
        """Return what is to be shown of a download that runs, was stopped or has failed; ``None`` of any other."""
        return self._states.get(name)

    def close(self) -> None:
        """Stop all downloads; they continue where they were left."""
        for call, _ in self._running.values():
            call.abandon()
        self._running.clear()

    def _put(self, name: str, state: DownloadState) -> None:
        self._states[name] = state
        self.changed.emit(name, state)

    def _end(self, name: str, whole: bool) -> None:
        del self._running[name]
        if whole:
            del self._states[name]
            self.installed.emit(name)
        else:
            self._put(name, DownloadState(self.tr("Stopped; what has arrived is kept."), again=self.tr("Continue")))

    def _fail(self, name: str, error: KirieError | None) -> None:
        del self._running[name]
        text = sentence(error) if error else self.tr("Something went wrong inside Kirie; the log tells more.")
        self._put(name, DownloadState(text, again=self.tr("Try again"), failed=True))

    def _describe(self, progress: DownloadProgress) -> DownloadState:
        share = progress.done / max(progress.total, 1)
        if progress.done == progress.total:
            return DownloadState(self.tr("Installing…"), share)
        parts = [self.tr("{done} of {total}").format(done=size_text(progress.done), total=size_text(progress.total))]
        if progress.remaining_s is not None:
            minutes, seconds = divmod(round(progress.remaining_s), 60)
            parts.append(self.tr("{rate}/s").format(rate=size_text(progress.rate)))
            parts.append(self.tr("{time} left").format(time=f"{minutes}:{seconds:02}"))
        return DownloadState(" · ".join([*parts, progress.host]), share)


def size_text(count: float, decimals: int = 1) -> str:
    """Return a number of bytes as the user's language writes it, in kB or MB."""
    return QLocale().formattedDataSize(round(count), decimals, QLocale.DataSizeFormat.DataSizeSIFormat)


def _download(name: str, control: Control, report: Callable[[DownloadProgress], None], source: str) -> bool:
    """Return whether the model is installed now; ``False`` when the user cancelled."""
    from models.download import Source, download_model

    try:
        download_model(name, control=control, on_progress=report, source=Source(source))
    except Cancelled:
        return False
    return True
