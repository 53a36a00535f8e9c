"""The training loop: top to bottom in the order in which things happen."""

from __future__ import annotations

from collections.abc import Iterable

from models.training.events import Channel, Command, Event, Paused, Resumed
from models.training.session import Session

# While paused, how soon a stop file in the run's folder is noticed, in seconds.
_PAUSE_STEP = 1.0
_CODES = (None, Command.PAUSE, Command.RESUME, Command.STOP)


def train(session: Session, channel: Channel) -> None:
    """Train until the end or until asked to stop, reporting to the channel. Raises ``KirieError`` types."""
    tell(session, channel, session.begin())
    while not session.plan.complete and not stopped(session, channel):
        tell(session, channel, session.step())
        if session.plan.epoch_ends:
            tell(session, channel, session.evaluate())
        if session.save_due:
            tell(session, channel, session.save())
    tell(session, channel, session.save())
    tell(session, channel, session.finish())


def stopped(session: Session, channel: Channel) -> bool:
    """Read a command and obey it: a pause saves and waits here. Every process of a team decides the same."""
    command = _agree(session, _command(session, channel) if session.team.leads else None)
    if command is Command.PAUSE:
        tell(session, channel, [*session.save(), Paused(session.plan.step)])
        while command in (Command.PAUSE, None):
            command = _agree(session, _command(session, channel, _PAUSE_STEP) if session.team.leads else None)
        tell(session, channel, [Resumed(session.plan.step)])
    return command is Command.STOP


def _command(session: Session, channel: Channel, seconds: float = 0.0) -> Command | None:
    """Return the channel's next command within ``seconds``, or the stop that was put in the run's folder."""
    if session.run.stop_wanted:
        return Command.STOP
    return channel.wait(seconds) if seconds else channel.poll()


def tell(session: Session, channel: Channel, events: Iterable[Event]) -> None:
    """Do the work that yields these events, and report each; only the leader of a team reports."""
    for event in events:
        if session.team.leads:
            channel.emit(event)
            session.run.record(event)


def _agree(session: Session, command: Command | None) -> Command | None:
    return _CODES[int(session.team.agree(_CODES.index(command)))]
