"""What a row says about a photo whose file is damaged inside."""

from __future__ import annotations

from pathlib import Path

from gui.photos.row_text import row_text, state_text
from gui.workspace.entry import PhotoEntry, PhotoState
from gui.workspace.entry_json import entry_from_json, entry_to_json
from gui.workspace.order import Filter, Sort, arranged

DAMAGED = PhotoEntry(Path("/in/half.jpg"), state=PhotoState.DONE, doubt=0.1, damaged=True)
DOUBTFUL = PhotoEntry(Path("/in/hair.jpg"), state=PhotoState.DONE, doubt=0.9)
GOOD = PhotoEntry(Path("/in/mug.jpg"), state=PhotoState.DONE, doubt=0.1)


def test_a_damaged_photo_wants_a_look_and_says_why() -> None:
    assert state_text(DAMAGED) == "done, wants a look: the file is damaged"
    assert row_text(DAMAGED) == "half.jpg · done, wants a look: the file is damaged"
    assert state_text(DOUBTFUL) == "done, wants a look"
    assert state_text(GOOD) == "done"


def test_it_is_among_those_that_want_a_look_and_first() -> None:
    entries = [GOOD, DOUBTFUL, DAMAGED]
    assert set(arranged(entries, Sort.ADDED, Filter.DOUBTFUL)) == {1, 2}
    assert arranged(entries, Sort.DOUBT, Filter.ALL) == [2, 1, 0]


def test_the_workspace_remembers_it() -> None:
    for entry in (DAMAGED, GOOD):
        assert entry_from_json(entry_to_json(entry)) == entry
