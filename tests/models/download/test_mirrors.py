"""Mirrors that fail, lie or dawdle are left; what they send is never installed unless it is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from matting.errors import KirieError
from models.download import Patience, download_model
from models.download.errors import (
    BrokenOff,
    MirrorsRefused,
    NoConnection,
    WrongBytes,
)
from tests.models.download import mirror
from tests.models.download.kit import (
    HALF,
    Offer,
    assert_installed,
    assert_nothing_installed,
    download,
    wrong,
)
from tests.models.download.mirror import Plan, serve

BAD_ENDINGS: dict[str, tuple[Sequence[Plan], type[KirieError]]] = {
    "403": ([mirror.status(403)], MirrorsRefused),
    "404": ([mirror.status(404)], MirrorsRefused),
    "500 for ever": ([mirror.status(500)], MirrorsRefused),
    "a login page": ([mirror.page], WrongBytes),
    "always cut": ([mirror.cut_after(HALF), mirror.cut_after(0)], BrokenOff),
    "cut, then gone": ([mirror.cut_after(HALF), mirror.status(500)], BrokenOff),
    "ignores Range and always cuts": ([mirror.no_range_cut_after(HALF)], BrokenOff),
    "says too little": ([mirror.says_length(HALF)], WrongBytes),
    "silent": ([mirror.silent], NoConnection),
    "redirects in a circle": ([mirror.redirect("/again")], MirrorsRefused),
    "redirects to a file": ([mirror.redirect("file:///etc/hostname")], MirrorsRefused),
}


@pytest.mark.parametrize(("plans", "kind"), BAD_ENDINGS.values(), ids=BAD_ENDINGS.keys())
def test_a_hopeless_mirror_ends_in_one_sentence(
    plans: Sequence[Plan], kind: type[KirieError], offer: Offer, weights: bytes
) -> None:
    quick = Patience(connect=1, stall=1, rounds=2, pause=0, tick=0.01)
    with serve(weights, *plans) as one:
        offer(one.url)
        with pytest.raises(kind) as caught:
            download_model("studio", patience=quick)
    assert "use a file you have" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert_nothing_installed()


@pytest.mark.parametrize("extra", [-500, 500])
def test_a_length_that_is_a_little_wrong_installs_nothing(extra: int, offer: Offer, weights: bytes) -> None:
    with serve(weights + b"x" * extra if extra > 0 else weights[:extra]) as one:
        offer(one.url)
        with pytest.raises(WrongBytes):
            download()
    assert_nothing_installed()


def test_wrong_bytes_are_never_installed(offer: Offer, weights: bytes) -> None:
    with serve(wrong(weights)) as one:
        offer(one.url)
        with pytest.raises(WrongBytes, match="sent is not the file of the catalogue"):
            download()
    assert_nothing_installed()
    assert len(one.asked) == 1, "a mirror with wrong bytes is not asked again"


def test_wrong_bytes_leave_the_installed_model_alone(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with serve(weights, mirror.well) as one, serve(wrong(weights)) as other:
        offer(one.url)
        download()
        offer(other.url)
        with pytest.raises(WrongBytes):
            download(again=True)
    assert_installed(weights, tmp_path)


def test_the_next_mirror_is_asked(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    with (
        serve(weights, mirror.status(404)) as gone,
        serve(wrong(weights)) as bad,
        serve(weights, mirror.page) as hotel,
        serve(weights) as good,
    ):
        offer("http://127.0.0.1:9/nobody", gone.url, bad.url, hotel.url, good.url)
        download()
        assert [len(one.asked) for one in (gone, bad, hotel, good)] == [1, 1, 1, 1]
    assert_installed(weights, tmp_path)


@pytest.mark.parametrize("bad", [mirror.drip, mirror.silent, mirror.stall_after(3000)])
def test_a_slow_mirror_is_left_for_a_quick_one(bad: Plan, offer: Offer, weights: bytes, tmp_path: Path) -> None:
    quick = Patience(connect=1, stall=1, slow_rate=50_000, slow_after=0.5, pause=0, tick=0.01)
    with serve(weights, bad) as slow, serve(weights) as good:
        offer(slow.url, good.url)
        download_model("studio", patience=quick)
        assert len(slow.asked) == len(good.asked) == 1
    assert_installed(weights, tmp_path)


def test_the_only_mirror_may_be_slow(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    patient = Patience(slow_rate=1e12, slow_after=0.0, tick=0.01)
    with serve(weights) as one:
        offer(one.url)
        download_model("studio", patience=patient)
    assert_installed(weights, tmp_path)
