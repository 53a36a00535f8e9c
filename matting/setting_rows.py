"""The table of a photo's settings: ranges, texts and options, for the window, the command line and stored files.

One row a field of ``CutSettings``. Sliders, the options of ``kirie cut`` and the reader of stored settings are built
from these rows, so that none of them can allow what another refuses. Adding a setting is a field there, a row here, a
control in a section of ``gui/inspector`` and the translation of its texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matting.settings import CutSettings


@dataclass(frozen=True)
class Range:
    """The numbers that a setting allows, ``low`` and ``high`` included; a slider moves by ``step``.

    ``unit`` is shown behind the number: "px" of the photo, "%" of its long side, nothing for a plain number.
    """

    low: float
    high: float
    step: float
    unit: str = ""


@dataclass(frozen=True)
class PhotoSetting:
    """One setting of a photo.

    ``key`` is the field of ``CutSettings`` and the name in stored settings; ``label`` and ``tip`` are the English
    texts of the window; ``option`` and ``help`` belong to ``kirie cut``, where ``{default}`` stands for the default.
    ``range`` is there for numbers alone. An option that begins with "--no-" switches off.
    """

    key: str
    label: str
    tip: str
    option: str
    help: str
    range: Range | None = None

    @property
    def default(self) -> Any:
        """The value of a photo for which nothing was chosen."""
        return getattr(CutSettings, self.key)


THRESHOLD = PhotoSetting(
    key="threshold",
    label="What is kept",
    tip="How sure the model must be that a pixel belongs to the subject (threshold)",
    option="--threshold",
    help="how sure the network must be: lower keeps more (default: what suits the model)",
    range=Range(0, 1, 0.01),
)
SOFTNESS = PhotoSetting(
    key="softness",
    label="Edge softness",
    tip="How gradually the subject fades out at its edge",
    option="--softness",
    help="width of the transition; 0 is a hard edge (default: {default})",
    range=Range(0, 1, 0.01),
)
EDGES = PhotoSetting(
    key="edges",
    label="Edges",
    tip="How closely edges follow the photo",
    option="--edges",
    help="cutouts: how closely edges follow the photo (default: {default})",
)
EDGE_SHIFT = PhotoSetting(
    key="edge_shift",
    label="Expand / contract",
    tip="Move the outline outwards, or inwards below zero",
    option="--edge-shift",
    help="move the outline inwards or outwards, in hundredths of the long side (default: {default:g})",
    range=Range(-1, 1, 0.05, "%"),
)
FEATHER = PhotoSetting(
    key="feather",
    label="Feather",
    tip="Blur the outline",
    option="--feather",
    help="blur the outline, in hundredths of the long side (default: {default:g})",
    range=Range(0, 1, 0.01, "%"),
)
DECONTAMINATE = PhotoSetting(
    key="decontaminate",
    label="Clean edge colours",
    tip="Take the old background's colour out of soft edges",
    option="--no-decontaminate",
    help="leave background colour in soft edges",
)
LARGEST_ONLY = PhotoSetting(
    key="largest_only",
    label="Largest subject only",
    tip="Drop every part but the largest connected one",
    option="--largest-only",
    help="keep the largest subject only",
)
FILL_HOLES = PhotoSetting(
    key="fill_holes",
    label="Fill holes",
    tip="Keep what is enclosed by the subject, such as a handle's hole",
    option="--fill-holes",
    help="fill holes in the subject",
)
BACKGROUND = PhotoSetting(
    key="background",
    label="Background",
    tip="What stands behind the subject: nothing, a colour or a picture",
    option="--background",
    help="a colour (#rrggbb or a name) or a picture behind the subject; JPEG is on white unless given",
)
TRIM = PhotoSetting(
    key="trim",
    label="Trim to the subject",
    tip="Cut off what is empty all around",
    option="--trim",
    help="crop to the subject",
)
PADDING = PhotoSetting(
    key="padding",
    label="Padding",
    tip="Empty pixels left around a trimmed subject",
    option="--padding",
    help="pixels around the trimmed subject; implies --trim",
    range=Range(0, 10_000, 1, "px"),
)
SHARE = PhotoSetting(
    key="share",
    label="Subject’s share",
    tip="How much of the canvas the subject takes, on the side that limits it",
    option="--share",
    help="on a canvas: how much of it the subject takes, on the side that limits it, in percent (default: {default:g})",
    range=Range(10, 100, 1, "%"),
)
SHARE_OF = PhotoSetting(
    key="share_of",
    label="Measured by",
    tip="The side of the canvas that counts; the subject may reach beyond the other one, as shoulders in a portrait",
    option="--share-of",
    help="on a canvas: the side that the share is of; beyond the other the subject is cut off (default: {default})",
)
ANCHOR = PhotoSetting(
    key="anchor",
    label="Position",
    tip="Where the subject stands on the canvas",
    option="--anchor",
    help="on a canvas: the edge where the subject stands (default: {default})",
)
MARGIN = PhotoSetting(
    key="margin",
    label="Margin",
    tip="How much of the canvas stays free at the edge where the subject stands; in the middle, at all edges",
    option="--margin",
    help="on a canvas: what stays free at that edge (centre: at all), in percent of it (default: {default:g})",
    range=Range(0, 45, 0.5, "%"),
)
ENLARGE = PhotoSetting(
    key="enlarge",
    label="Enlarge small subjects",
    tip="Let a subject that has too few pixels for its share be enlarged; otherwise it stays smaller",
    option="--enlarge",
    help="on a canvas: enlarge a subject that has too few pixels for its share",
)
SHADOW = PhotoSetting(
    key="shadow",
    label="Shadow",
    tip="What the subject throws on the background: nothing, a shadow by a light, or that of the ground it stands on",
    option="--shadow",
    help="under the subject: thrown by a light (drop) or where it stands (contact) (default: {default})",
)
SHADOW_OPACITY = PhotoSetting(
    key="shadow_opacity",
    label="Strength",
    tip="How dark the shadow is",
    option="--shadow-opacity",
    help="how dark it is, in percent (default: {default:g})",
    range=Range(0, 100, 1, "%"),
)
SHADOW_BLUR = PhotoSetting(
    key="shadow_blur",
    label="Blur",
    tip="How soft the shadow is",
    option="--shadow-blur",
    help="how soft it is, in hundredths of the subject's long side (default: {default:g})",
    range=Range(0, 30, 0.5, "%"),
)
SHADOW_DISTANCE = PhotoSetting(
    key="shadow_distance",
    label="Distance",
    tip="How far the shadow is from the subject",
    option="--shadow-distance",
    help="how far from the subject, in hundredths of its long side (default: {default:g})",
    range=Range(0, 50, 0.5, "%"),
)
SHADOW_ANGLE = PhotoSetting(
    key="shadow_angle",
    label="Light from",
    tip="Where the light comes from: 0° right, 90° above, 180° left",
    option="--shadow-angle",
    help="where the light comes from, in degrees: 0 right, 90 above, 180 left (default: {default:g})",
    range=Range(0, 360, 1, "°"),
)
SHADOW_COLOUR = PhotoSetting(
    key="shadow_colour",
    label="Shadow colour",
    tip="Choose the colour of the shadow",
    option="--shadow-colour",
    help="its colour, #rrggbb or a name (default: {default})",
)

SHADOW_SETTINGS = (SHADOW, SHADOW_OPACITY, SHADOW_BLUR, SHADOW_DISTANCE, SHADOW_ANGLE, SHADOW_COLOUR)
CANVAS_SETTINGS = (SHARE, SHARE_OF, ANCHOR, MARGIN, ENLARGE)
"""What counts on a canvas only."""

PHOTO_SETTINGS = (
    THRESHOLD,
    SOFTNESS,
    EDGES,
    EDGE_SHIFT,
    FEATHER,
    DECONTAMINATE,
    LARGEST_ONLY,
    FILL_HOLES,
    BACKGROUND,
    TRIM,
    PADDING,
    *CANVAS_SETTINGS,
    *SHADOW_SETTINGS,
)
