"""What another program may ask for, and what is said about anything else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matting.errors import BadRequest
from matting.requests.request import read_request, request_id
from matting.selection.marks import MarkKind
from matting.settings import CutSettings, Edges, Format, Write

DEFAULTS = CutSettings(threshold=0.3)


def test_a_whole_request() -> None:
    request = read_request(
        json.dumps(
            {
                "id": [1, "a"],
                "source": "photos/切.jpg",
                "outputs": {"mask": "m.png", "cutout": "c.TIF"},
                "settings": {"edges": "hair", "feather": 0.1, "largest_only": True},
                "marks": [{"kind": "click", "keep": True, "points": [[3, 4]]}],
            }
        ).encode(),
        DEFAULTS,
    )
    assert request.source == Path("photos/切.jpg")
    assert request.outputs == {Write.MASK: Path("m.png"), Write.CUTOUT: Path("c.TIF")}
    assert request.format is Format.TIFF
    assert (request.settings.edges, request.settings.feather, request.settings.largest_only) == (Edges.HAIR, 0.1, True)
    assert request.settings.threshold == 0.3
    assert request.marks[0].kind is MarkKind.CLICK
    assert request.id == [1, "a"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "it is no JSON object"),
        ("{", "it is no JSON object"),
        ("[" * 200_000, "it is no JSON object"),
        ({}, "“source” is missing"),
        ({"source": 3}, "“source” has a value"),
        ({"source": "a.jpg", "sorce": 1}, "“sorce” is unknown"),
        ({"source": "a.jpg", "outputs": {"matte": "m.png"}}, "“outputs.matte” is unknown"),
        ({"source": "a.jpg", "outputs": {"mask": "m.jpg"}}, "“outputs.mask” has a value"),
        ({"source": "a.jpg", "outputs": {"cutout": "m.docx"}}, "“outputs.cutout” has a value"),
        ({"source": "a.png", "outputs": {"mask": "a.png"}}, "would replace the photo"),
        ({"source": "a.jpg", "settings": {"edges": "sharp"}}, "“settings.edges” has a value"),
        ({"source": "a.jpg", "settings": {"edge": "hair"}}, "“settings.edge” is unknown"),
        ({"source": "a.jpg", "settings": []}, "“settings” has a value"),
        ({"source": "a.jpg", "marks": [{"kind": "click"}]}, "“marks” has a value"),
        ({"source": "a.jpg", "marks": 3}, "“marks” has a value"),
    ],
)
def test_what_is_wrong_is_said(content: object, reason: str) -> None:
    line = (content if isinstance(content, str) else json.dumps(content)).encode()
    with pytest.raises(BadRequest, match=reason):
        read_request(line, DEFAULTS)


def test_the_id_of_a_bad_request() -> None:
    assert request_id(b'{"id": 4}') == 4
    assert request_id(b"\xff{") is None
