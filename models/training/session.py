"""A run in progress: all that the loop works with, and the four things it does: step, evaluate, save, finish."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from matting.alpha.doubt import doubt
from matting.errors import KirieError
from models.networks.u2net import U2Net
from models.networks.weights import build_network, load_weights, save_weights
from models.training.data.batches import Batches, Draw, Feeder
from models.training.data.check import Row
from models.training.data.masks import Bytes
from models.training.data.pictures import Sample
from models.training.data.split import Data
from models.training.data.teacher_maps import TeacherMaps
from models.training.distributed import Team
from models.training.errors import DataChanged, TrainingDiverged
from models.training.events import Evaluated, Event, Finished, Notice, Saved, Started, Stepped
from models.training.judging.doubt_limit import measured_limit
from models.training.judging.judge import Floats, as_maps, judge, network_predict, photo_error
from models.training.judging.metrics import LEADING, overall
from models.training.judging.others import Others, judge_others
from models.training.judging.strips import write_strip
from models.training.judging.verdict import compare
from models.training.mixing import start_of
from models.training.phrases import RunProblem, TrainingNotice
from models.training.run_folder import RunFolder
from models.training.schedule import Plan
from models.training.settings import SCRATCH, TrainSettings
from models.training.start_model import Start, network_name
from models.training.steps.stepper import Place, Stepper, choose_place
from models.training.steps.teacher import APART

_SAVE_EVERY = 60.0
# Saving a large network takes seconds; it must not take more than this part of the time.
_SAVE_SHARE = 0.05
_STRIP_ROWS = 4

Scores = dict[str, float]


class Session:
    """Trains one network. Made by ``open_session``, driven by ``models.training.steps.loop.train``."""

    def __init__(
        self,
        run: RunFolder,
        settings: TrainSettings,
        data: Data,
        start: Start,
        team: Team,
        blocks: U2Net | None = None,
        maps: TeacherMaps | None = None,
        rehearsed: tuple[Draw, ...] = (),
    ) -> None:
        self.run = run
        self.settings = settings
        self.team = team
        self._data = data
        self._start = start
        self._place = choose_place(settings.device, team)
        self._stepper = Stepper(start.network, settings, self._place, team, blocks)
        self._apart_until = APART if blocks is not None and settings.start == SCRATCH else 0.0
        self._batches = Batches((*data.draws, *rehearsed), start.info, settings, team.rank, team.size, maps)
        self.plan = Plan(settings, self._batches.steps_per_epoch)
        self._feeder: Feeder | None = None
        self._start_scores: Scores | None = None
        self._best: Scores = {}
        # The error of each photo kept aside, of the start and of the best weights, in the same order.
        self._errors: dict[str, list[float]] = {"start": [], "best": []}
        self._doubt_limit: float | None = None
        self._curve: list[dict[str, Any]] = []
        self._losses: list[float] = []
        self._saved_at, self._save_seconds = time.monotonic(), 0.0
        self._rate = 0.0

    def begin(self) -> Iterator[Event]:
        """Continue from the checkpoint, or judge the start; then all is ready for ``step``."""
        if self._start.notice:
            yield Notice(self._start.notice)
        if self._data.left_out:
            yield Notice(TrainingNotice.JUDGED_ONLY(count=self._data.left_out))
        state = self.run.load()
        if state is not None:
            self._load_state(state)
        elif self._start.weights is not None and self._start.comparable and self.team.leads:
            self._start_scores = self._judge_start(self._place)
        plan = self.plan
        threads = min(8, max(1, (os.cpu_count() or 1) // max(1, self.team.size) - 1))
        self._feeder = Feeder(self._batches, plan.step, self._size_at, threads)
        yield Started(
            self.run.name,
            self.run.path,
            network_name(self._start.info),
            self._place.device.type,
            self._place.precision,
            len(self._data.draws),
            len(self._data.held_out),
            plan.step,
            plan.steps,
            plan.steps_per_epoch,
            self.settings.batch * self.team.size,
            self._data.classes,
            self._start_scores,
            tuple(self._curve),
        )

    def step(self) -> Iterator[Event]:
        """Learn from one batch. Raises ``TrainingDiverged``, ``TrainingNeedsMemory``."""
        assert self._feeder is not None  # begin() was called
        plan, started, micro = self.plan, time.monotonic(), self._stepper.micro
        lr = plan.lr
        batch = self._feeder.take()
        loss = self._stepper.step(batch, lr, apart=plan.progress < self._apart_until)
        if self._stepper.micro < micro:
            yield Notice(TrainingNotice.SMALLER_PARTS(now=self._stepper.micro, before=micro))
        if not loss < float("inf"):
            raise TrainingDiverged(step=plan.step, lr=self.settings.lr)
        plan.stepped(self.team.agree(time.monotonic() - started))
        self._losses.append(loss)
        self._rate = self.settings.batch * self.team.size / max(plan.step_seconds, 1e-9)
        yield Stepped(plan.step, plan.epoch, loss, lr, batch.size, self._rate, plan.progress, plan.remaining_s)

    def evaluate(self) -> Iterator[Event]:
        """Judge the average on the photos kept aside; keep it when it is the best so far. Raises ``WriteError``."""
        plan, started = self.plan, time.monotonic()
        loss = sum(self._losses) / max(len(self._losses), 1)
        self._losses.clear()
        event: Evaluated | None = None
        if self.team.leads:
            rows: list[tuple[Bytes, Floats, Floats]] = []
            errors: list[float] = []
            scores = self._judge(rows, errors)
            best = not self._best or overall(self.settings.mode, scores) > overall(self.settings.mode, self._best)
            epoch = -(-plan.step // plan.steps_per_epoch)
            self._curve.append({"epoch": epoch, "step": plan.step, "loss": round(loss, 5), **_rounded(scores)})
            if best:
                self._best = scores
                self._errors["best"] = errors
                self._keep_best()
            strip = self.run.strip(epoch)
            write_strip(strip, rows)
            event = Evaluated(plan.step, epoch, loss, scores, best, strip, time.monotonic() - started)
        plan.judged(self.team.agree(time.monotonic() - started))
        if event is not None:
            yield event

    @property
    def save_due(self) -> bool:
        """Whether a crash now would lose more than a minute's work."""
        wait = max(_SAVE_EVERY, self._save_seconds / _SAVE_SHARE)
        return self.team.leads and time.monotonic() - self._saved_at >= wait

    def save(self) -> Iterator[Event]:
        """Write the checkpoint. Raises ``WriteError`` types; an older checkpoint stays whole then."""
        if self.team.leads:
            self._save_seconds = self.run.save(self._state())
            self._saved_at = time.monotonic()
            yield Saved(self.plan.step, self._save_seconds)

    def finish(self) -> Iterator[Event]:
        """Say how it ended."""
        if self.team.leads:
            verdict, sentence = compare(
                self.settings.mode, self._best, self._start_scores, len(self._data.held_out), self._gains()
            )
            model = self.run.model if self._best else None
            scores, before = self._best, self._start_scores
            others = self._judge_others() if self._best and self._start.rehearses else None
            said, mix = (others.sentence, others.mix) if others is not None else (None, None)
            yield Finished(self.plan.complete, self.plan.step, model, scores, before, verdict, sentence, said, mix)

    def close(self) -> None:
        """End the threads that make crops."""
        if self._feeder is not None:
            self._feeder.close()

    def _size_at(self, step: int) -> int:
        return self.settings.size_at(self.plan.progress_at(step))

    def _judge(self, strip: list[tuple[Bytes, Floats, Floats]], errors: list[float]) -> Scores:
        """Judge the average, and how much of its doubt wants a look; add the first few photos to ``strip``, and
        each one's error to ``errors``."""
        predict = network_predict(self._stepper.average.network, self._start.info, self._place)

        doubts: list[float] = []

        def look_at(_row: Row, sample: Sample, map_: Floats) -> None:
            doubts.append(doubt(map_))
            errors.append(photo_error(sample, map_))
            if len(strip) < _STRIP_ROWS:
                strip.append((sample.rgb, as_maps(sample.target), map_))

        rows, classes = self._data.held_out, len(self._data.classes)
        scores = judge(predict, rows, classes, self.settings.mode, threshold=None, on_photo=look_at)
        self._doubt_limit = measured_limit(doubts)
        return scores

    def _judge_start(self, place: Place) -> Scores:
        """Judge the start as its users have it: at its own size."""
        weights = self._start.weights
        assert weights is not None  # the caller asked
        network = build_network(weights).to(place.device)
        info = replace(weights.info, mode=self.settings.mode)
        rows, classes = self._data.held_out, len(self._data.classes)
        threshold = weights.info.default_threshold

        def note(_row: Row, sample: Sample, map_: Floats) -> None:
            self._errors["start"].append(photo_error(sample, map_))

        return judge(network_predict(network, info, place), rows, classes, self.settings.mode, threshold, note)

    def _gains(self) -> list[float]:
        """Return by how much each photo's error became smaller; nothing for a run that an earlier version began."""
        before, after = self._errors["start"], self._errors["best"]
        return [old - new for old, new in zip(before, after, strict=True)] if len(before) == len(after) else []

    def _judge_others(self) -> Others | None:
        """Compare with the start on photos that nobody learned; ``None`` where it is not there any more."""
        trained = load_weights(self.run.model)
        try:
            # Read again: the network that trains shares its memory with the weights that were read first.
            return judge_others(start_of(self.run.name, self.settings, trained), trained, self._place)
        except KirieError:
            return None

    def _keep_best(self) -> None:
        leading = LEADING[self.settings.mode]
        settings, data = self.settings, self._data
        sources = ", ".join(f"{source.folder.name}" for source in settings.sources)
        origin = "from random parameters" if self._start.weights is None else f"onward from {Path(settings.start).name}"
        if settings.teachers:
            origin += f", taught by {' and '.join(Path(name).name for name in settings.teachers)},"
        info = replace(
            self._start.info,
            title=settings.title or self.run.name,
            default_threshold=self._best.get("threshold", self._start.info.default_threshold),
            doubt_limit=self._doubt_limit or self._start.info.doubt_limit,
            provenance=f"Trained by Kirie {origin} on {sources} ({len(data.draws)} photos); {leading} "
            f"{self._best[leading]:.3f} on {len(data.held_out)} photos kept aside.",
            extra={
                "recipe": settings.to_share(),
                "seed": settings.seed,
                "data": data.fingerprint,
                "photos": len(data.draws),
                "held_out": data.held_out_digests(),
                "step": self.plan.step,
                "scores": _rounded(self._best),
                "start_scores": None if self._start_scores is None else _rounded(self._start_scores),
                "curve": list(self._curve),
                "seconds": round(self.plan.spent),
            },
        )
        save_weights(self.run.model, self._stepper.average.network.state_dict(), info)

    def _state(self) -> dict[str, Any]:
        plan = self.plan
        return {
            **self._stepper.state(),
            "step": plan.step,
            "spent": plan.spent,
            "step_seconds": plan.step_seconds,
            "judge_seconds": plan.judge_seconds,
            "best": self._best,
            "start_scores": self._start_scores,
            "errors": self._errors,
            "curve": self._curve,
            "losses": self._losses,
            "data": self._data.fingerprint,
            "pairs": len(self._data.draws) + len(self._data.held_out),
        }

    def _load_state(self, state: dict[str, Any]) -> None:
        try:
            now = len(self._data.draws) + len(self._data.held_out)
            if state["data"] != self._data.fingerprint:
                raise DataChanged(name=self.run.name, before=state["pairs"], now=now)
            self._stepper.load_state(state)
            plan = self.plan
            plan.step, plan.spent = state["step"], state["spent"]
            plan.step_seconds, plan.judge_seconds = state["step_seconds"], state["judge_seconds"]
            self._best, self._start_scores = state["best"], state["start_scores"]
            self._errors = state.get("errors", self._errors)
            self._curve, self._losses = state["curve"], state["losses"]
        except (KeyError, RuntimeError, ValueError, TypeError) as error:
            raise self.run.damaged(RunProblem.CHECKPOINT_MISFIT) from error


@contextmanager
def opened(session: Session) -> Iterator[Session]:
    """End the session's threads afterwards, whatever happens."""
    try:
        yield session
    finally:
        session.close()


def _rounded(scores: Scores) -> Scores:
    return {name: round(value, 5) for name, value in scores.items()}
