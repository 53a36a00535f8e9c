"""Disk, lock and folder: whole or not at all."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from matting.errors import FolderNotWritable, KirieError
from models.catalogue.catalogue import list_models, remove_model
from models.catalogue.errors import BundledModel, ModelBusy, UnknownModel
from models.catalogue.install_lock import model_lock
from models.catalogue.model_files import downloads_folder, part_files
from models.download import download_model
from models.download.errors import (
    NotDownloadable,
    NotEnoughSpace,
)
from models.predict.onnx_errors import RecipeMissing, RecipeWrong
from tests.models.download import mirror
from tests.models.download.kit import (
    HALF,
    Offer,
    assert_installed,
    assert_nothing_installed,
    download,
    stop_half_way,
)
from tests.models.download.mirror import serve


def test_an_installed_model_is_not_downloaded_again(offer: Offer, weights: bytes) -> None:
    with serve(weights) as one:
        offer(one.url)
        download()
        download()
        assert len(one.asked) == 1
        download(again=True)
        assert len(one.asked) == 2


def test_a_full_disk_is_seen_before_the_first_byte(offer: Offer, weights: bytes) -> None:
    with serve(weights) as one:
        offer(one.url, size=10**18)
        with pytest.raises(NotEnoughSpace, match="free some space"):
            download()
        assert one.asked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file size limits")
def test_a_disk_that_fills_up_on_the_way(offer: Offer, weights: bytes) -> None:
    program = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({HALF}, {HALF}))\n"
        "from matting.errors import DiskFull\n"
        "from models.download import download_model\n"
        "try:\n    download_model('studio')\nexcept DiskFull as error:\n    print(error)\n"
    )
    with serve(weights) as one:
        offer(one.url)
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "disk is full" in done.stdout
    assert_nothing_installed()


def test_a_models_folder_that_cannot_be_made(offer: Offer, kirie_home: Path) -> None:
    offer("http://127.0.0.1:9/a")
    (kirie_home / "models").write_text("a file where the folder belongs")
    with pytest.raises(FolderNotWritable):
        download()


def test_two_programs_do_not_collide(offer: Offer, weights: bytes, tmp_path: Path) -> None:
    program = (
        "import sys\nfrom models.catalogue.install_lock import model_lock\n"
        "with model_lock('studio'):\n    print('held', flush=True)\n    sys.stdin.read()\n"
    )
    with serve(weights) as one:
        offer(one.url)
        other = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert other.stdin
        assert other.stdout
        with other:
            assert other.stdout.readline().strip() == b"held"
            with pytest.raises(ModelBusy):
                download()
            assert one.asked == []
            other.kill()  # a crash, with the lock held
        download()
    assert_installed(weights, tmp_path)


def test_a_model_that_is_being_downloaded_is_not_removed(offer: Offer, weights: bytes) -> None:
    with serve(weights, mirror.stall_after(HALF)) as one:
        offer(one.url)
        stop_half_way(one)
    with model_lock("studio"), pytest.raises(ModelBusy):
        remove_model("studio")


def test_removing_clears_a_stopped_download(offer: Offer, weights: bytes) -> None:
    with serve(weights, mirror.stall_after(HALF)) as one:
        offer(one.url)
        stop_half_way(one)
    remove_model("studio")
    assert [path.suffix for path in downloads_folder().iterdir()] == [".lock"]


def test_right_bytes_that_are_no_weights_are_refused(offer: Offer) -> None:
    data = b"a poem" * 2000
    with serve(data) as one:
        offer(one.url, size=len(data), sha256=hashlib.sha256(data).hexdigest())
        with pytest.raises(KirieError):
            download()
    assert_nothing_installed()
    assert not part_files("studio")[0].exists()


def test_bytes_that_could_not_be_installed_are_kept(
    offer: Offer, weights: bytes, kirie_home: Path, tmp_path: Path
) -> None:
    in_the_way = kirie_home / "models" / "studio.safetensors"
    with serve(weights) as one:
        offer(one.url)
        in_the_way.mkdir(parents=True)
        (in_the_way / "a file").touch()
        with pytest.raises(KirieError):
            download()
        assert part_files("studio")[0].read_bytes() == weights
        shutil.rmtree(in_the_way)
        download()
        assert len(one.asked) == 1
    assert_installed(weights, tmp_path)


@pytest.mark.parametrize(
    ("recipe", "kind"), [({}, RecipeMissing), ({"preprocessing": {"scaling": "a lot"}}, RecipeWrong)]
)
def test_a_missing_recipe_is_said_before_the_first_byte(
    recipe: dict[str, object], kind: type[KirieError], offer: Offer, weights: bytes
) -> None:
    pytest.importorskip("onnxruntime", reason="the onnx extra is not installed")
    with serve(weights) as one:
        offer(one.url, network="onnx", **recipe)
        with pytest.raises(kind):
            download()
        assert one.asked == []


def test_what_cannot_be_downloaded(kirie_home: Path) -> None:
    with pytest.raises(UnknownModel, match="u2net"):
        download_model("u2nett")
    with pytest.raises(NotDownloadable):
        download_model("u2net-small")
    (kirie_home / "models").mkdir(parents=True)
    shutil.copy(resources.WEIGHTS / "u2net-small.safetensors", kirie_home / "models" / "mine.safetensors")
    with pytest.raises(NotDownloadable):
        download_model("mine")
    with pytest.raises(BundledModel):
        remove_model("u2net-small")


def test_ours_can_all_be_downloaded() -> None:
    assert [model.name for model in list_models() if model.downloadable] == ["u2net", "u2netp", "u2net_human_seg"]
