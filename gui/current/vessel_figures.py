"""The figures of a retina photo under the canvas: what ``kirie cut --measure`` writes, of what is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QLocale, QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from gui.current.controller import CurrentPhoto
from gui.threads.full_size import CutRequest, FullSize
from gui.workspace.change import Change
from gui.workspace.workspace import Workspace
from matting.photo import Photo
from matting.settings import Mode

if TYPE_CHECKING:
    from matting.cutout.cut import Cutout
    from models.predict.vessels import VesselMeasures

REST_MS = 250
"""How long a slider rests before the photo is measured in full size."""
PURPOSE = "measure"


class VesselFigures(QLabel):
    """A line of text; hidden where there is nothing to measure."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("vessel-figures")
        self.setProperty("role", "figures")
        self.setWordWrap(True)
        self.setAccessibleName(self.tr("Vessels of this photo"))
        self.setToolTip(
            self.tr("Inside the field of view, in full size; “kirie cut --measure” writes a table of many photos")
        )
        self.hide()

    def begin(self, measuring: bool) -> None:
        """Say that a photo is being measured, or show nothing."""
        self.setText(self.tr("Measuring…"))
        self.setVisible(measuring)

    def show_measures(self, measures: VesselMeasures) -> None:
        """Show what was measured."""
        number = QLocale()
        self.setText(
            self.tr("Vessel density {density} · {vessel} of {field} pixels in the field of view").format(
                density=f"{number.toString(100 * measures.density, 'f', 1)} %",
                vessel=number.toString(measures.vessel_pixels),
                field=number.toString(measures.field_pixels),
            )
        )


class VesselMeasuring(QObject):
    """Measures the vessels of the photo looked at, in full size, whenever its cutout has come and rests."""

    def __init__(
        self, workspace: Workspace, current: CurrentPhoto, full: FullSize, line: VesselFigures, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace, self._current, self._full, self._line = workspace, current, full, line
        self._of = (workspace.looked_at, workspace.model)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask)
        current.shown.connect(self._begin)
        full.done.connect(self._take)
        workspace.subscribe(self._follow)

    def _follow(self, change: Change) -> None:  # noqa: ARG002
        looked_at = (self._workspace.looked_at, self._workspace.model)
        if looked_at != self._of:
            self._of = looked_at
            self._rest.stop()
            self._line.begin(self._workspace.mode is Mode.VESSEL and self._workspace.current is not None)

    def _begin(self) -> None:
        if self._workspace.mode is Mode.VESSEL:
            self._rest.start()

    def _ask(self) -> None:
        request = self._request()
        if request is not None:
            self._full.request(PURPOSE, request, lambda photo, cutout: _measure(request, photo, cutout))

    def _request(self) -> CutRequest | None:
        """Return what makes the vessels as they are, without what stands around them in a file."""
        request = self._current.request()
        if request is None or self._workspace.mode is not Mode.VESSEL:
            return None
        bare = request.bare()
        return replace(bare, settings=replace(bare.settings, decontaminate=False))

    def _take(self, purpose: str, request: CutRequest, outcome: object) -> None:
        now = self._request()
        if purpose == PURPOSE and now is not None and now.same(request):
            self._line.show_measures(cast("VesselMeasures", outcome))


def _measure(request: CutRequest, photo: Photo, cutout: Cutout) -> VesselMeasures:
    """Count what the map finds, as the command line does; where strokes were painted, what is at least half opaque."""
    from matting.alpha.resample import resize
    from models.predict.vessels import find_field, measure_vessels

    if request.strokes:
        vessels = cutout.alpha > np.iinfo(cutout.alpha.dtype).max / 2
    else:
        map_ = request.maps.after(request.marks).probability.max(axis=0)
        vessels = resize(map_, photo.height, photo.width) >= request.settings.threshold
    return measure_vessels(request.path.name, vessels, find_field(photo.rgb8()))
