"""What a row says about a photo whose file is damaged inside."""

from __future__ import annotations

from pathlib import Path

from gui.photos.row_text import row_text, state_text
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.entry_json import entry_from_json, entry_to_json
from gui.workspace.order import Filter, Sort, arranged
from matting.alpha.doubt_limit import Reason
from matting.settings import CutSettings

DAMAGED = PhotoEntry(Path("/in/half.jpg"), state=PhotoState.DONE, doubt=0.1, damaged=True)
DOUBTFUL = PhotoEntry(Path("/in/hair.jpg"), state=PhotoState.DONE, doubt=0.9)
GOOD = PhotoEntry(Path("/in/mug.jpg"), state=PhotoState.DONE, doubt=0.1)


def test_a_damaged_photo_wants_a_look_and_says_why() -> None:
    assert state_text(DAMAGED) == "wants a look: file damaged"
    assert row_text(DAMAGED) == "half.jpg · wants a look: file damaged · exported"
    assert state_text(DOUBTFUL) == "wants a look: edge unsure"
    assert state_text(GOOD) == "exported"


def test_a_row_tells_the_way_of_a_photo() -> None:
    photo = PhotoEntry(Path("/in/mug.jpg"))
    assert state_text(photo) == "looking…"
    unsure = photo.but(looked="u2net", doubt=0.9, reason=Reason.PARTS)
    assert state_text(unsure) == "wants a look: several parts"
    assert state_text(unsure.but(reviewed=True)) == "ready"
    looked = photo.but(looked="u2net", doubt=0.1)
    assert state_text(looked) == "ready"
    assert state_text(looked.edited(settings=CutSettings(threshold=0.3))) == "edited"
    written = looked.but(state=PhotoState.DONE, outputs=(Path("/out/mug.png"),))
    assert state_text(written) == "exported"
    assert state_text(written.edited(settings=CutSettings(threshold=0.3))) == "changed since the export"


def test_it_is_among_those_that_want_a_look_and_first() -> None:
    entries = [GOOD, DOUBTFUL, DAMAGED]
    assert set(arranged(entries, Sort.ADDED, Filter.DOUBTFUL)) == {1, 2}
    assert arranged(entries, Sort.DOUBT, Filter.ALL) == [2, 1, 0]


def test_the_workspace_remembers_it() -> None:
    for entry in (DAMAGED, GOOD):
        assert entry_from_json(entry_to_json(entry)) == entry
