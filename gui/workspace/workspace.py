"""The window's truth, without Qt: photos, their states and corrections, settings, output, mode, model, photo looked at.

Widgets and threads are adapters: they read the workspace, ask it for a change by one of its methods, and listen. What
a change means for a photo's state is decided here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gui.canvas.view import View
from gui.workspace.change import Announcer, Change, Listener, Part
from gui.workspace.entry import NOT_READ, TO_DO, PhotoEntry, PhotoState, job_of, outcome
from gui.workspace.entry_changes import (
    FirstLook,
    changes_by,
    given,
    sharing,
    taken,
    without_look,
    written_otherwise,
)
from gui.workspace.history import Deed, History, Step, differing
from gui.workspace.kept_work import KeptWork
from gui.workspace.order import Filter, Sort
from gui.workspace.output import BY_HAND, USUAL_WRITES, OutputDefaults
from gui.workspace.photo_list import PhotoList
from gui.workspace.snapshot import Snapshot
from matting.alpha.strokes import Stroke
from matting.batch.jobs import Job, JobResult
from matting.errors import KirieError
from matting.selection.marks import Mark
from matting.settings import CutSettings, Mode, OutputSettings, settings_for


class Workspace:
    """Everything that the window holds and keeps. For one thread, the window's; what it returns are values.

    Read the attributes; change them by the methods only. Each method that changes something tells every listener once.
    """

    def __init__(self, defaults: OutputDefaults) -> None:
        self.photos = PhotoList()
        self.shared = CutSettings()
        self.default_threshold = self.shared.threshold
        self.output = OutputSettings(defaults.folder_for(None), existing=defaults.existing)
        self.mode, self.model = Mode.CUTOUT, ""
        self.models_listed = False
        self.models: dict[Mode, str] = {}
        self.looked_at: Path | None = None
        self.view = View.CUTOUT
        self._defaults = defaults
        self._by_hand: frozenset[str] = frozenset()
        self._history, self._kept = History(), KeptWork()
        self._announcer = Announcer()

    # -- listening ----------------------------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` after each change, in the order of subscribing."""
        self._announcer.subscribe(listener)

    def _tell(self, *parts: Part, **photos: Any) -> None:
        if parts or any(photos.values()):
            self._announcer.tell(Change(frozenset(parts), **photos))

    # -- the photo looked at ------------------------------------------------------------------------------------

    @property
    def current(self) -> PhotoEntry | None:
        """The entry of the photo looked at."""
        return self.photos.get(self.looked_at)

    def look_at(self, path: Path | None) -> None:
        """Look at another photo; one that is not in the list counts as none."""
        path = path if path in self.photos else None
        if path != self.looked_at:
            self.looked_at = path
            self._tell(Part.LOOKED_AT)

    def show(self, view: View) -> None:
        """Show the photo in another way."""
        if view is not self.view:
            self.view = view
            self._tell(Part.VIEW)

    # -- the list -----------------------------------------------------------------------------------------------

    def add(self, entries: Sequence[PhotoEntry]) -> tuple[Path, ...]:
        """Append photos that are not in the list yet and look at the first of them; return their paths.

        Cutouts go beside the photos that come into an empty list, unless a folder was chosen.
        """
        began_empty = not len(self.photos)
        added = self.photos.add([self._kept.restored(entry) for entry in entries])
        if not added:
            return ()
        parts = {Part.ROWS}
        if began_empty and "folder" not in self._by_hand:
            parts |= self._set_output(replace(self.output, folder=self._defaults.folder_for(self.photos[added[0]])))
        parts |= self._look_somewhere(added[0] if self.photos.row_of(added[0]) is not None else self.looked_at)
        self._tell(*parts, added=added)
        return added

    def remove(self, paths: Iterable[Path]) -> None:
        """Take photos out of the list; their files are not touched, and what was made of them is kept for a while.

        With photos there is always one looked at: after a removed one the neighbour.
        """
        gone = set(paths)
        places = tuple((place, entry) for place, entry in enumerate(self.photos) if entry.path in gone)
        if places:
            step = Step(Deed.REMOVE, removed=places, count=len(places))
            self._history.record(step)
            self._remove(step)

    def _remove(self, step: Step) -> None:
        row = self.photos.row_of(self.looked_at) or 0
        removed = self.photos.remove(entry.path for _, entry in step.removed)
        self._kept.keep(removed)
        rows = self.photos.rows
        neighbour = rows[min(row, len(rows) - 1)] if rows else None
        parts = {Part.ROWS} | self._look_somewhere(self.looked_at if self.current is not None else neighbour)
        self._tell(*parts, removed=removed, step=step)

    def arrange(self, sort: Sort, shown: Filter) -> None:
        """Use another order or filter."""
        if (sort, shown) != (self.photos.sort, self.photos.shown):
            self.photos.arrange(sort, shown)
            self._tell(Part.ROWS, *self._look_somewhere(self.looked_at))

    def rearrange(self) -> None:
        """Bring the rows into order after photos changed their states."""
        if self.photos.arrange():
            self._tell(Part.ROWS, *self._look_somewhere(self.looked_at))

    def _look_somewhere(self, path: Path | None) -> set[Part]:
        if path is None and self.photos.rows:
            path = self.photos.rows[0]
        before, self.looked_at = self.looked_at, path
        return {Part.LOOKED_AT} if path != before else set()

    # -- what is known of photos --------------------------------------------------------------------------------

    def change_many(self, changes: Mapping[Path, Mapping[str, Any]]) -> None:
        """Replace fields of many entries in one step; photos that are not in the list are passed over."""
        found = ((self.photos.get(path), fields) for path, fields in changes.items())
        self._put((old, old.but(**fields)) for old, fields in found if old is not None)

    def set_size(self, path: Path, size: tuple[int, int]) -> None:
        """Note a photo's (width, height)."""
        self.change_many({path: {"size": size}})

    def fail(self, path: Path, error: KirieError) -> None:
        """Note that a photo cannot be read."""
        self.change_many({path: {"state": PhotoState.FAILED, "error": error}})

    def take_looks(self, looks: Iterable[FirstLook]) -> None:
        """Note what the model in use finds on photos; one that cannot be read has failed."""
        self.change_many(changes_by(looks, self.model))

    def expire_looks(self) -> None:
        """Forget what another model than the one in use has found: photos written with it have changed since."""
        if self.model:
            others = [one for one in self.photos if one.looked not in ("", self.model)]
            self._put((one, without_look(one)) for one in others)

    def review(self, path: Path) -> None:
        """Note that a person finds a photo's cutout fine."""
        self.change_many({path: {"reviewed": True}})

    def mark_missing(self, gone: set[Path]) -> None:
        """Mark photos whose files are gone; those that are back wait again."""
        missing: dict[str, Any] = {"state": PhotoState.MISSING, "error": None}
        here: dict[str, Any] = {"state": PhotoState.WAITING}
        self._put(
            (entry, entry.but(**(missing if entry.path in gone else here)))
            for entry in self.photos
            if (entry.state is PhotoState.MISSING) != (entry.path in gone)
        )

    def _put(self, replaced: Iterable[tuple[PhotoEntry, PhotoEntry]], *parts: Part, step: Step | None = None) -> None:
        """Put the second of each pair in the place of the first, in one step; ``step`` when a hand made it."""
        pairs = tuple(pair for pair in replaced if pair[0] is not pair[1])
        self.photos.put(pairs)
        if step is not None and (pairs or step.shared or step.output):
            step = replace(step, photos=pairs)
            step = step if self._history.record(step) else None
        self._tell(*parts, replaced=pairs, step=step)

    # -- settings -----------------------------------------------------------------------------------------------

    def settings_of(self, entry: PhotoEntry) -> CutSettings:
        """Return a photo's own settings, or the shared ones."""
        return entry.settings or self.shared

    def current_settings(self) -> CutSettings:
        """Return the settings of the photo looked at; the shared ones while there is none."""
        return self.shared if self.current is None else self.settings_of(self.current)

    def drawn_with(self, entry: PhotoEntry) -> CutSettings:
        """Return what counts of a photo's settings in this mode."""
        return settings_for(self.mode, self.settings_of(entry))

    def edit(self, settings: CutSettings) -> None:
        """Give the photo looked at these settings; without one they become the shared ones."""
        entry = self.current
        if entry is None:
            self._share(settings)
        elif self.settings_of(entry) != settings:
            step = Step(Deed.EDIT, fields=differing(self.settings_of(entry), settings))
            self._put([(entry, entry.edited(settings=settings))], step=step)

    def apply_to_all(self) -> None:
        """Make the settings of the photo looked at everyone's, and those of photos added later."""
        if self.current is not None:
            self._share(self.current_settings(), forget_own=True)

    def apply_to(self, paths: Iterable[Path]) -> None:
        """Give these photos the settings of the photo looked at."""
        if self.current is None:
            return
        settings = self.current_settings()
        others = given(filter(None, map(self.photos.get, paths)), settings, self.shared)
        step = Step(Deed.APPLY, count=len(others))
        self._put(((one, one.edited(settings=settings)) for one in others), step=step)

    def _share(self, settings: CutSettings, forget_own: bool = False) -> None:
        before, self.shared = self.shared, settings
        parts = [] if settings == before else [Part.SETTINGS]

        deed, count = (Deed.APPLY, len(self.photos)) if forget_own else (Deed.EDIT, 1)
        names = () if forget_own else differing(before, settings)
        step = Step(deed, shared=(before, settings) if parts else None, count=count, fields=names)
        pairs = sharing(self.photos, settings, changed=bool(parts), forget_own=forget_own)
        self._put(list(pairs), *parts, step=step)

    # -- corrections --------------------------------------------------------------------------------------------

    def correct(self, correction: Mark | Stroke) -> None:
        """Add a mark or stroke to the photo looked at."""
        entry = self.current
        if entry is not None:
            mark = isinstance(correction, Mark)
            new = {"marks": (*entry.marks, correction)} if mark else {"strokes": (*entry.strokes, correction)}
            self._put([(entry, entry.edited(**new))], step=Step(Deed.CORRECT))

    def use_map(self, path: Path, map_file: Path) -> None:
        """Let a mask take the place of the model's map of a photo."""
        entry = self.photos.get(path)
        if entry is not None and entry.map_file != map_file:
            self._put([(entry, entry.edited(map_file=map_file))], step=Step(Deed.CORRECT))

    def clear_corrections(self) -> None:
        """Take all marks and strokes, and its mask, off the photo looked at; one step that can be undone."""
        entry = self.current
        if entry is not None and entry.corrected:
            self._put([(entry, entry.edited(marks=(), strokes=(), map_file=None))], step=Step(Deed.CORRECT))

    def set_marks(self, marks: Mapping[Path, tuple[Mark, ...]]) -> None:
        """Give photos other marks, in one step that can be undone; photos not in the list are passed over."""
        entries = [entry for entry in map(self.photos.get, marks) if entry is not None]
        others = [(one, one.edited(marks=marks[one.path])) for one in entries if one.marks != marks[one.path]]
        self._put(others, step=Step(Deed.CORRECT, count=len(others)))

    # -- back and forward ---------------------------------------------------------------------------------------

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back; corrections of the last session are steps, too."""
        return self._history.can_undo or (self.current is not None and self.current.corrected)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to make again."""
        return self._history.can_redo

    def undo(self) -> None:
        """Take back the last step, whatever it was and on whichever photo, and look there."""
        step, entry = self._history.undo(), self.current
        if step is not None:
            self._go(step, back=True)
        elif entry is not None and entry.corrected:
            fewer: dict[str, Any] = {"strokes": entry.strokes[:-1]} if entry.strokes else {"marks": entry.marks[:-1]}
            before = entry.edited(**(fewer if entry.strokes or entry.marks else {"map_file": None}))
            self._history.undone(Step(Deed.CORRECT, ((before, entry),)))
            self._put([(entry, before)])

    def redo(self) -> None:
        """Make the step again that was taken back last."""
        step = self._history.redo()
        if step is not None:
            self._go(step, back=False)

    def _go(self, step: Step, back: bool) -> None:
        parts: set[Part] = set()
        if step.removed and not back:
            self._remove(replace(step, count=0))
            return
        if step.removed:
            for _, entry in step.removed:
                self._kept.restored(entry)
            added = self.photos.restore(step.removed)
            self._tell(Part.ROWS, *self._look_somewhere(added[0] if added else self.looked_at), added=added)
            return
        if step.output:
            parts |= self._set_output(step.output[not back])
        if step.shared:
            self.shared = step.shared[not back]
            parts.add(Part.SETTINGS)
        if len(step.photos) == 1 and (path := step.photos[0][0].path) in self.photos:
            parts |= self._look_somewhere(path)
        self._put(list(taken(self.photos, step, back)), *parts)

    # -- output -------------------------------------------------------------------------------------------------

    def edit_output(self, output: OutputSettings) -> None:
        """Take output settings from the user's hand; what differs is the user's choice from now on."""
        self._write_as(output, {})

    def use_preset(self, settings: CutSettings, output: OutputSettings) -> None:
        """Give the photo looked at these settings, and all that is written this form, in one step.

        Without a photo the settings become the shared ones.
        """
        entry = self.current
        if entry is None:
            self._share(settings)
        edited = {} if entry is None or self.settings_of(entry) == settings else {entry.path: settings}
        self._write_as(output, edited)

    def _write_as(self, output: OutputSettings, edited: Mapping[Path, CutSettings]) -> None:
        """Use other output settings, and for ``edited`` photos other settings, in one step."""
        self._by_hand |= {name for name in BY_HAND if getattr(output, name) != getattr(self.output, name)}
        changed = differing(self.output, output)
        step = Step(Deed.OUTPUT, output=(self.output, output), fields=changed) if changed else Step(Deed.EDIT)
        pairs = list(written_otherwise(self.photos, self.output, output, edited))
        self._put(pairs, *self._set_output(output), step=step)

    def use_defaults(self, defaults: OutputDefaults) -> None:
        """Follow the program's settings: what changed in them holds now, over what was chosen by hand before."""
        changed = {name for name in BY_HAND if getattr(defaults, name) != getattr(self._defaults, name)}
        self._defaults, self._by_hand = defaults, self._by_hand - changed
        output = defaults.applied(self.output, self._by_hand)
        if "folder" in changed:
            output = replace(output, folder=defaults.folder_for(next(iter(self.photos), None)))
        self._tell(*self._set_output(output))

    def _set_output(self, output: OutputSettings) -> set[Part]:
        before, self.output = self.output, output
        return {Part.OUTPUT} if output != before else set()

    # -- mode and model -----------------------------------------------------------------------------------------

    def choose_model(self, name: str | None, mode: Mode | None = None) -> None:
        """Remember the user's choice for a mode (the one in use); ``None`` forgets it."""
        if name is None:
            self.models.pop(mode or self.mode, None)
        else:
            self.models[mode or self.mode] = name

    def use_model(self, mode: Mode, name: str, default_threshold: float | None = None, *, listed: bool = True) -> None:
        """Use a model, for all photos; an empty name means that there is none for this mode.

        While the models are not ``listed``, an empty name means only that it is not known yet. The shared threshold
        follows ``default_threshold``, the one that suits the model, while nobody has moved it; so does what is written.
        """
        before = self.mode, self.model, self.models_listed, self.default_threshold
        parts: set[Part] = set()
        if self.output.writes == USUAL_WRITES[self.mode]:
            parts |= self._set_output(replace(self.output, writes=USUAL_WRITES[mode]))
        self.mode, self.model, self.models_listed = mode, name, listed
        if default_threshold is not None:
            if self.shared.threshold == self.default_threshold != default_threshold:
                self.shared = replace(self.shared, threshold=default_threshold)
                parts.add(Part.SETTINGS)
            self.default_threshold = default_threshold
        if before != (self.mode, self.model, self.models_listed, self.default_threshold):
            parts.add(Part.MODEL)
        if parts:
            self._tell(*parts)

    # -- batches ------------------------------------------------------------------------------------------------

    def to_cut(self) -> tuple[list[Path], bool]:
        """Return the photos that wait; where there are none, all that could be read and ``True``: once more."""
        if not self.photos.count(TO_DO):
            return [entry.path for entry in self.photos if entry.is_readable], True
        return [entry.path for entry in self.photos if entry.state in TO_DO], False

    def failed(self) -> list[Path]:
        """Return the photos that failed, those whose files were missing included."""
        return [entry.path for entry in self.photos if entry.state in NOT_READ]

    def begin_batch(self, paths: Iterable[Path]) -> tuple[Callable[[], tuple[Job, ...]], frozenset[int]]:
        """Let these photos wait for the batch that begins now.

        Return what makes the jobs of all photos as they are now, for the batch's thread, and the numbers of these.
        """
        wanted = set(paths)
        entries = list(self.photos)
        only = [number for number, entry in enumerate(entries) if entry.path in wanted]
        waits = PhotoState.WAITING
        begun = [entries[number] for number in only]
        self._put((one, one.but(state=waits, error=None)) for one in begun if one.state is not waits or one.error)
        shared, mode = self.shared, self.mode
        return lambda: tuple(job_of(entry, shared, mode) for entry in entries), frozenset(only)

    def follow_batch(self, begun: Iterable[Path], results: Iterable[JobResult]) -> None:
        """Take what a batch has begun and finished since the last time."""
        changes: dict[Path, Mapping[str, Any]] = {path: {"state": PhotoState.CUTTING} for path in begun}
        for result in results:
            entry = self.photos.get(result.job.source)
            if entry is not None:
                job = job_of(entry, self.shared, self.mode)
                changes[entry.path] = outcome(entry, job, result) | {"looked": self.model}
        self.change_many(changes)

    def end_batch(self) -> None:
        """Let photos that were being cut wait again."""
        cutting = [entry for entry in self.photos if entry.state is PhotoState.CUTTING]
        self._put((entry, entry.but(state=PhotoState.WAITING)) for entry in cutting)

    # -- keeping ------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return everything that is kept, as a value."""
        return Snapshot(
            entries=tuple(self.photos),
            settings=self.shared,
            default_threshold=self.default_threshold,
            output=self.output,
            by_hand=self._by_hand,
            mode=self.mode,
            models=dict(self.models),
            looked_at=self.looked_at,
            view=self.view,
            sort=self.photos.sort,
            shown=self.photos.shown,
            kept=self._kept.all(),
        )

    def restore(self, kept: Snapshot) -> None:
        """Go on where an earlier session ended. Photos that are here already follow after those of that session."""
        mine = tuple(self.photos)
        self.photos.remove([entry.path for entry in mine])
        self.photos.add(kept.entries)
        self.photos.arrange(kept.sort, kept.shown)
        self._kept = KeptWork(kept.kept)
        self.shared, self.default_threshold = kept.settings, kept.default_threshold
        self.mode, self.models, self.view = kept.mode, dict(kept.models), kept.view
        if kept.output is not None:
            self._by_hand = kept.by_hand
            self.output = self._defaults.applied(kept.output, kept.by_hand)
        self._look_somewhere(kept.looked_at if kept.looked_at in self.photos else None)
        self._tell(*Part, removed=mine, added=tuple(entry.path for entry in kept.entries))
        self.add(mine)
