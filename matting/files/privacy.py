"""What of a photo's metadata goes into the files that are written."""

from __future__ import annotations

from dataclasses import replace

from matting.files.iptc import iptc_without_location
from matting.files.metadata import exif_without_location
from matting.files.xmp import xmp_without_location
from matting.photo import Metadata
from matting.settings import Keep


def kept_metadata(metadata: Metadata, keep: Keep) -> Metadata:
    """Return what is kept; profile and resolution, which describe the pixels, always are."""
    if keep is Keep.ALL:
        return metadata
    if keep is Keep.NONE:
        return replace(metadata, exif=None, xmp=None, iptc=None)
    return replace(
        metadata,
        exif=exif_without_location(metadata.exif),
        xmp=xmp_without_location(metadata.xmp),
        iptc=iptc_without_location(metadata.iptc),
    )
