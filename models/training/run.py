"""Training from settings to weights: what ``kirie train`` and the window's child process call."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from matting.errors import KirieError
from models.catalogue.load import load_predictor
from models.training.data.batches import Draw
from models.training.data.rehearsal import rehearsal_draws
from models.training.data.split import prepare_data
from models.training.data.teacher_maps import TeacherMaps
from models.training.distributed import Team, team
from models.training.errors import TrainingUnexpected
from models.training.events import Channel, Command, Event, Failed, Finished, Labelling
from models.training.phrases import Verdict
from models.training.run_folder import RunFolder, open_run, runs_folder
from models.training.session import Session, opened
from models.training.settings import TrainSettings
from models.training.start_model import anywhere, prepare_start
from models.training.steps.loop import train
from models.training.steps.teacher import load_teachers

_REPORT_EVERY = 1.0


def start_run(name: str, settings: TrainSettings, channel: Channel, parent: Path | None = None) -> None:
    """Begin a run of that name in ``parent`` (``folders.home()/runs``), and train. Raises ``KirieError`` types."""
    settings = anywhere(settings)
    with team() as together:
        if not together.leads:
            _work(RunFolder((parent or runs_folder()) / name), settings, channel, together)
            return
        with open_run(name, resume=False, parent=parent) as run, _end_recorded(run):
            _work(run, settings, channel, together)


def resume_run(
    name: str,
    channel: Channel,
    parent: Path | None = None,
    epochs: int | None = None,
    minutes: float | None = None,
) -> None:
    """Go on with a run where its checkpoint was taken, by its own recipe; ``epochs`` or ``minutes`` change its length.

    Raises ``KirieError`` types.
    """
    with team() as together:
        if not together.leads:
            run = RunFolder((parent or runs_folder()) / name)
            _work(run, _settings(run, epochs, minutes), channel, together)
            return
        with open_run(name, resume=True, parent=parent) as run, _end_recorded(run):
            _work(run, _settings(run, epochs, minutes), channel, together)


@contextmanager
def _end_recorded(run: RunFolder) -> Iterator[None]:
    """Keep an error among the run's events, for a window that comes back to it."""
    try:
        yield
    except Exception as error:
        run.record(Failed(error if isinstance(error, KirieError) else TrainingUnexpected(kind=type(error).__name__)))
        raise


def _work(run: RunFolder, settings: TrainSettings, channel: Channel, together: Team) -> None:
    def emit_as_leader(event: Event) -> None:
        if together.leads:
            channel.emit(event)

    data = prepare_data(settings, emit_as_leader)
    start = prepare_start(settings, data.classes)
    teachers = load_teachers(settings.teachers, start.info, settings.device)
    maps = TeacherMaps(teachers.maps, teachers.second_opinion) if teachers.maps else None
    rehearsed: tuple[Draw, ...] = ()
    if start.rehearses and settings.rehearsal:
        # A teacher who labels photos labels these as well; else the start does, which changes no photo with masks.
        maps = maps or TeacherMaps((load_predictor(settings.start, settings.device),), second_opinion=False)
        rehearsed = rehearsal_draws(data.draws, settings.rehearsal)
    if together.leads:
        # Written only now, so that a mistyped dataset leaves no run behind that blocks its name.
        run.write_recipe({"settings": settings.to_json(), "data": data.fingerprint})
    whole = _label(maps, (*data.draws, *rehearsed), channel, run) if maps is not None and together.leads else True
    if not together.agree(whole):  # the other processes wait here until the leader has made all maps
        return
    with opened(Session(run, settings, data, start, together, teachers.blocks, maps, rehearsed)) as session:
        train(session, channel)


def _label(maps: TeacherMaps, draws: Sequence[Draw], channel: Channel, run: RunFolder) -> bool:
    """Let the teachers look at all photos; ``False`` when asked to stop. Those done need not be done again."""
    rows = [draw.row for draw in draws if maps.asked(draw.row)]
    last = 0.0
    for done in maps.make(rows):
        if time.monotonic() - last > _REPORT_EVERY:
            channel.emit(Labelling(done, len(rows)))
            last = time.monotonic()
        command = channel.poll()
        while command is Command.PAUSE:
            command = channel.wait()
        if command is Command.STOP:
            sentence = Verdict.LABELLING(done=done, total=len(rows))
            finished = Finished(False, 0, None, {}, None, "", sentence)
            channel.emit(finished)
            run.record(finished)
            return False
    return True


def _settings(run: RunFolder, epochs: int | None, minutes: float | None) -> TrainSettings:
    settings = run.read_settings()
    if epochs is not None:
        return replace(settings, epochs=epochs, minutes=None)
    if minutes is not None:
        return replace(settings, epochs=None, minutes=minutes)
    return settings
