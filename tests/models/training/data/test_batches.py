"""Batches: what is kept in memory, and what a feeder leaves behind."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2

from models.networks.weights import WeightsInfo
from models.training.data.batches import Batches, Draw, Feeder, Store
from models.training.data.check import Row, check_dataset
from models.training.data.datasets import find_dataset
from models.training.settings import Source, TrainSettings
from tests.models.training.make_data import make_dataset


def _rows(folder: Path) -> list[Row]:
    return check_dataset(find_dataset(make_dataset(folder, 3))).usable


def test_a_pair_that_two_threads_read_at_once_counts_once(tmp_path: Path) -> None:
    store = Store(_rows(tmp_path), WeightsInfo("unet", width=4), None)
    together = threading.Barrier(8)

    def read() -> None:
        together.wait()
        for number in range(len(store)):
            store[number]

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    samples = [store[number] for number in range(len(store))]
    assert store.kept_bytes == sum(sample.rgb.nbytes + sample.target.nbytes for sample in samples)


def test_opencv_has_its_threads_back_when_a_feeder_ends(tmp_path: Path) -> None:
    before = cv2.getNumThreads()
    cv2.setNumThreads(2)
    try:
        settings = TrainSettings((Source(tmp_path),), "unet", width=4, size=16, batch=2)
        batches = Batches([Draw(row) for row in _rows(tmp_path)], WeightsInfo("unet", width=4), settings)
        feeder = Feeder(batches, 0, lambda _: 16, 1)
        assert feeder.take().size == 16
        feeder.close()
        assert cv2.getNumThreads() == 2
    finally:
        cv2.setNumThreads(before)
