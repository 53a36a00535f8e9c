"""A broken, cancelled or paused download continues, and never mixes two files."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from matting.system.control import Cancelled, Control
from models.catalogue.catalogue import find_model
from models.catalogue.model_files import part_files
from models.download import DownloadProgress, Patience, download_model
from tests.models.download import mirror
from tests.models.download.kit import (
    HALF,
    Offer,
    assert_installed,
    assert_nothing_installed,
    download,
    stop_half_way,
    wrong,
)
from tests.models.download.mirror import Plan, serve

GOOD_ENDINGS: dict[str, list[Plan]] = {
    "at once": [mirror.well],
    "cut once": [mirror.cut_after(HALF), mirror.well],
    "cut ten times": [*[mirror.cut_after(40_000)] * 10, mirror.well],
    "cut before the first byte": [mirror.cut_after(0), mirror.well],
    "ignores Range": [mirror.cut_after(HALF), mirror.no_range],
    "no length": [mirror.no_length()],
    "no length and cut": [mirror.no_length(HALF), mirror.well],
    "no length, cut, ignores Range": [mirror.no_length(HALF), mirror.no_length()],
    "500 once": [mirror.status(500), mirror.well],
    "503 in the middle": [mirror.cut_after(HALF), mirror.status(503), mirror.well],
    "stalls": [mirror.stall_after(HALF), mirror.well],
    "another range": [mirror.other_range, mirror.other_range, mirror.well],
}


@pytest.mark.parametrize("plans", GOOD_ENDINGS.values(), ids=GOOD_ENDINGS.keys())
def test_a_troubled_mirror_still_gives_the_model(
    plans: list[Plan], offer: Offer, weights: bytes, tmp_path: Path
) -> None:
    with serve(weights, *plans) as one:
        offer(one.url)
        download()
    assert_installed(weights, tmp_path)


def test_cancel_keeps_the_part_and_the_next_run_continues(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.stall_after(HALF), mirror.well) as one:
        offer(one.url)
        stop_half_way(one)
        assert_nothing_installed()
        download()
        assert one.asked[0]["range"] == f"bytes={HALF}-"
        assert one.asked[0]["if-range"] == '"one"'
    assert_installed(weights, tmp_path)


def test_cancel_wakes_a_silent_download(offer: Offer, weights: bytes) -> None:
    control = Control()
    with serve(weights, mirror.silent) as one:
        offer(one.url)
        caller = threading.Timer(0.05, control.cancel)
        caller.start()
        with pytest.raises(Cancelled):
            download_model("studio", control=control, patience=Patience(connect=30, stall=30, tick=0.01))
        caller.join()


def test_cancel_leaves_the_installed_model_alone(offer: Offer, weights: bytes) -> None:
    with serve(weights, mirror.well, mirror.stall_after(HALF)) as one:
        offer(one.url)
        download()
        before = find_model("studio").file.read_bytes()
        control = Control()
        with pytest.raises(Cancelled):
            download(again=True, control=control, on_progress=lambda _: control.cancel())
    assert find_model("studio").file.read_bytes() == before


def test_pause_holds_and_resume_goes_on(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    control = Control()
    held = threading.Event()

    def pause_once(_: DownloadProgress) -> None:
        if not held.is_set():
            held.set()
            control.pause()
            threading.Timer(1.5, control.resume).start()

    with serve(weights) as one:
        offer(one.url)
        # Far longer than stall and slow_after: a pause is not the mirror's fault.
        download(control=control, on_progress=pause_once)
    assert_installed(weights, tmp_path)


def test_a_file_that_changed_meanwhile_starts_again(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    older = bytes(reversed(weights))
    with serve(older, mirror.stall_after(HALF), mirror.well) as one:
        offer(one.url)
        stop_half_way(one)
        one.data, one.etag = weights, '"two"'
        download()
        assert len(one.asked) == 1
    assert_installed(weights, tmp_path)


def test_a_change_that_the_server_hides_is_found(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    older = bytes(reversed(weights))
    with serve(older, mirror.stall_after(HALF), mirror.well) as one:
        offer(one.url)
        stop_half_way(one)
        one.data = weights  # and the same ETag
        download()
        assert [request.get("range") for request in one.asked] == [f"bytes={HALF}-", None]
    assert_installed(weights, tmp_path)


def test_a_change_that_If_Range_misses_is_seen_by_the_etag(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    def deaf(request: mirror.Request) -> None:
        del request.headers["If-Range"]
        mirror.well(request)

    with serve(bytes(reversed(weights)), mirror.stall_after(HALF), deaf) as one:
        offer(one.url)
        stop_half_way(one)
        one.data, one.etag = weights, '"two"'
        download()
        assert [request.get("range") for request in one.asked] == [f"bytes={HALF}-", None]
    assert_installed(weights, tmp_path)


@pytest.mark.parametrize("damage", ["flipped", "longer", "no note", "other model"])
def test_a_damaged_part_is_not_trusted(damage: str, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.stall_after(HALF), mirror.well) as one:
        offer(one.url)
        stop_half_way(one)
        part, note = part_files("studio")
        if damage == "flipped":
            part.write_bytes(wrong(part.read_bytes()))
        elif damage == "longer":
            part.write_bytes(weights + b"more")
        elif damage == "no note":
            note.unlink()
        else:
            note.write_text(note.read_text().replace(hashlib.sha256(weights).hexdigest(), "0" * 64))
        download()
    assert_installed(weights, tmp_path)


def test_a_part_continues_at_another_mirror(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.stall_after(HALF)) as one, serve(weights, etag='"elsewhere"') as other:
        offer(one.url)
        stop_half_way(one)
        offer(other.url)
        download()
        assert other.asked[0]["range"] == f"bytes={HALF}-"
        assert "if-range" not in other.asked[0]
    assert_installed(weights, tmp_path)


def test_a_whole_part_needs_no_network(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.stall_after(HALF)) as one:
        offer(one.url)
        stop_half_way(one)
    part_files("studio")[0].write_bytes(weights)
    download()
    assert_installed(weights, tmp_path)


def test_progress_ends_with_the_whole(offer: Offer, weights: bytes) -> None:
    seen: list[DownloadProgress] = []
    with serve(weights, mirror.cut_after(HALF), mirror.well) as one:
        offer(one.url)
        download(on_progress=seen.append)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1].done == seen[-1].total == len(weights)
    assert {step.host for step in seen[:-1]} == {"127.0.0.1"}
    assert any(step.rate > 0 and step.remaining_s is not None for step in seen)
