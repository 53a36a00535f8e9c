"""Batches: which photo is drawn when, varied how. All of it follows from seed and step alone.

So a run that was killed draws the same crops again when it goes on, and several processes share an epoch without a
word. The crops of the next steps are made in threads meanwhile.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from matting.settings import Mode
from models.networks.preprocess import normalise, resize
from models.networks.weights import WeightsInfo
from models.predict.retina import scaled_size
from models.training.data.augment import vary_patch, vary_subject
from models.training.data.check import Row
from models.training.data.pictures import Sample, read_sample, resize_target
from models.training.data.teacher_maps import TeacherMaps, mixed
from models.training.settings import TrainSettings

CACHE_BYTES = 1 << 30
"""How much of the decoded photos is kept in memory."""

LOOKAHEAD = 3
"""Batches made in advance."""

LEAST_BATCHES = 32
"""An epoch has at least so many: judging a dozen photos after every second step would take longer than learning."""


OUTSIDE = 0.1
"""How much pixels outside the field of view count. Nothing is there to find, but a network that never learned so
sees vessels in the surround's noise and along its rim."""


@dataclass(frozen=True)
class Batch:
    """``x`` (n, 3, s, s) prepared, ``target`` (n, classes, s, s) in [0, 1].

    ``inside`` (n, 1, s, s): how much each pixel counts, 1 inside the field of view, ``OUTSIDE`` elsewhere.
    """

    x: Tensor
    target: Tensor
    inside: Tensor | None

    @property
    def size(self) -> int:
        """Side of the crops in pixels."""
        return int(self.x.shape[-1])


@dataclass(frozen=True)
class Draw:
    """A pair that can be drawn, ``weight`` times an epoch on average."""

    row: Row
    weight: float = 1.0


class Store:
    """Decoded pairs by number, kept in memory as long as they fit; targets as ``maps`` say, where there are any."""

    def __init__(
        self, rows: Sequence[Row], info: WeightsInfo, long_side: int | None, maps: TeacherMaps | None = None
    ) -> None:
        self._rows = rows
        self._maps = maps
        self._info = info
        self._long_side = long_side
        self._kept: dict[int, Sample] = {}
        self._bytes = 0
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> Sample:
        """Return the sample; retinas at the network's scale, with a field of view. Raises ``PhotoError`` types."""
        kept = self._kept.get(number)
        if kept is not None:
            return kept
        pair = self._rows[number].pair
        assert pair is not None  # only usable rows are stored
        sample = read_sample(pair, len(self._info.classes), self._long_side)
        if self._maps is not None and self._maps.asked(self._rows[number]):
            map_ = self._maps.read(self._rows[number], *sample.rgb.shape[:2])
            sample = replace(sample, target=mixed(sample.target, map_) if pair.labelled else map_)
        if self._info.mode == Mode.VESSEL:
            # The field is looked for in the smaller photo.
            sample = at_scale(sample, self._info).with_field()
        with self._lock:  # another thread may have read the same pair meanwhile
            size = sample.rgb.nbytes + sample.target.nbytes
            if number not in self._kept and self._bytes + size <= CACHE_BYTES:
                self._kept[number] = sample
                self._bytes += size
        return self._kept.get(number, sample)

    @property
    def kept_bytes(self) -> int:
        """How much memory the pairs take that are kept."""
        return self._bytes


def at_scale(sample: Sample, info: WeightsInfo) -> Sample:
    """Return a retina as the network sees it, see ``models.predict.retina.scaled_size``."""
    height, width = scaled_size(sample.rgb, info.field_width)
    target = resize_target(sample.target, (width, height))
    inside = None if sample.inside is None else resize_target(sample.inside, (width, height))
    return Sample(resize(sample.rgb, height, width, info.shrinking), target, inside)


def epoch_order(weights: Sequence[float], length: int, seed: int, epoch: int) -> NDArray[np.int64]:
    """Return which pairs an epoch draws, in order: ``length`` numbers, each pair in proportion to its weight.

    Every pair comes its share's whole number of times; what is left over is drawn by lot. No pair waits for long.
    """
    rng = np.random.default_rng((seed, epoch, 0))
    share = np.asarray(weights, float) / sum(weights) * length
    times = np.floor(share).astype(np.int64)
    left = length - int(times.sum())
    if left:
        rest = share - times
        times += np.bincount(rng.choice(len(share), left, p=rest / rest.sum()), minlength=len(share))
    return rng.permutation(np.repeat(np.arange(len(share)), times))


class Batches:
    """The batches of a run; ``batch(step)`` is the same whenever and wherever it is asked for."""

    def __init__(
        self,
        draws: Sequence[Draw],
        info: WeightsInfo,
        settings: TrainSettings,
        rank: int = 0,
        team: int = 1,
        maps: TeacherMaps | None = None,
    ) -> None:
        self._settings = settings
        self._preprocessing = info.preprocessing
        self._rank, self._team = rank, team
        self._weights = [draw.weight for draw in draws]
        # Twice the side of the crops: as much as the closest zoom can show.
        long_side = None if settings.mode == Mode.VESSEL else 2 * settings.size
        self._store = Store([draw.row for draw in draws], info, long_side, maps)
        wanted = settings.draws or max(round(sum(self._weights)), LEAST_BATCHES * settings.batch * team)
        self.steps_per_epoch = max(1, round(wanted / (settings.batch * team)))
        self._order: tuple[int, NDArray[np.int64]] = (-1, np.empty(0, np.int64))

    def sample(self, step: int, place: int, size: int) -> Sample:
        """Return the crop at ``place`` of a step's whole batch, (size, size)."""
        settings = self._settings
        epoch, within = divmod(step, self.steps_per_epoch)
        number = int(self._epoch(epoch)[within * settings.batch * self._team + place])
        rng = np.random.default_rng((settings.seed, step, place, 1))
        sample = self._store[number]
        if settings.mode == Mode.VESSEL:
            return vary_patch(sample, size, settings.augmentation, rng)
        other = self._store[int(rng.integers(len(self._store)))]
        return vary_subject(sample, other, size, settings.augmentation, rng)

    def stack(self, samples: Sequence[Sample]) -> Batch:
        """Stack crops as tensors."""
        x = np.stack([normalise(sample.rgb, self._preprocessing) for sample in samples])
        target = np.stack([sample.target for sample in samples]).transpose(0, 3, 1, 2)
        inside = None
        if any(sample.inside is not None for sample in samples):
            layers = [np.full(s.rgb.shape[:2], 255, np.uint8) if s.inside is None else s.inside for s in samples]
            inside = torch.from_numpy(np.stack(layers)[:, None] > 127).float().clamp_(min=OUTSIDE)
        return Batch(
            torch.from_numpy(x).contiguous(memory_format=torch.channels_last),
            torch.from_numpy(np.ascontiguousarray(target)).float().div_(255),
            inside,
        )

    def places(self) -> range:
        """Return this process's part of a whole batch."""
        return range(self._rank * self._settings.batch, (self._rank + 1) * self._settings.batch)

    def _epoch(self, epoch: int) -> NDArray[np.int64]:
        known, order = self._order
        if known != epoch:
            length = self.steps_per_epoch * self._settings.batch * self._team
            order = epoch_order(self._weights, length, self._settings.seed, epoch)
            self._order = (epoch, order)
        return order


class Feeder:
    """Makes the next batches in threads, in order, starting at ``step``; ``size_at(step)`` is the crops' side."""

    def __init__(self, batches: Batches, step: int, size_at: Callable[[int], int], threads: int) -> None:
        self._batches = batches
        self._size_at = size_at
        self._next = step
        self._pool = ThreadPoolExecutor(threads, "crops")
        self._waiting: deque[list[Future[Sample]]] = deque()
        # The crops are the parallel part; OpenCV's own threads would only fight for the same cores.
        self._opencv_threads = cv2.getNumThreads()
        cv2.setNumThreads(1)

    def take(self) -> Batch:
        """Return the next batch. Raises ``PhotoError`` types when a photo has gone since the check."""
        while len(self._waiting) < LOOKAHEAD:
            size = self._size_at(self._next)
            places = self._batches.places()
            self._waiting.append([self._pool.submit(self._batches.sample, self._next, n, size) for n in places])
            self._next += 1
        return self._batches.stack([future.result() for future in self._waiting.popleft()])

    def close(self) -> None:
        """Drop what was made in advance and end the threads."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        cv2.setNumThreads(self._opencv_threads)
