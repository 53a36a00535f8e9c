"""What stays of a photo's metadata: judged by ExifTool, which writes the photo's and reads the cutout's."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from matting.cutout.cut import Cutout
from matting.files.privacy import kept_metadata
from matting.files.reading.read_photo import read_photo
from matting.files.writing.encode import encode
from matting.settings import Format, Keep

pytestmark = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")

HARMLESS = {
    "EXIF:Artist": "Ann Author",
    "EXIF:Copyright": "(c) Ann",
    "EXIF:Model": "Some camera",
    "EXIF:ISO": 200,
    "XMP-dc:Rights": "(c) Ann",
    "XMP-dc:Creator": "Ann Author",
    "XMP-xmpRights:Owner": "Agency",
    "IPTC:CopyrightNotice": "(c) Ann",
    "IPTC:By-line": "Ann Author",
    "IPTC:Keywords": "shoe",
}
PERSONAL = {
    "GPS:GPSLatitude": 35.6586,
    "GPS:GPSLatitudeRef": "N",
    "EXIF:SerialNumber": "123456789",
    "EXIF:LensSerialNumber": "LS98765",
    "EXIF:OwnerName": "Olga Owner",
    "EXIF:UserComment": "at home",
    "EXIF:HostComputer": "Olgas phone",
    "XMP-exif:GPSLatitude": 35.6586,
    "XMP-exif:GPSLongitude": 139.7454,
    "XMP-aux:SerialNumber": "123456789",
    "XMP-aux:OwnerName": "Olga Owner",
    "XMP-exifEX:SerialNumber": "123456789",
    "XMP-photoshop:City": "Tokyo",
    "XMP-iptcExt:LocationShownCity": "Tokyo",
    "IPTC:City": "Tokyo",
    "IPTC:Country-PrimaryLocationName": "Japan",
}
SECRETS = (b"123456789", b"LS98765", b"Olga", b"Tokyo", b"Japan", b"35.6586", b"35,39", b"at home")


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a JPEG about which ExifTool has said everything above."""
    path = tmp_path_factory.mktemp("private") / "photo.jpg"
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(path)
    said = [f"-{name}={value}" for name, value in (HARMLESS | PERSONAL).items()]
    subprocess.run(["exiftool", "-q", "-n", "-overwrite_original", *said, path], check=True)
    return path


def written(photo: Path, format: Format, keep: Keep) -> tuple[Path, dict[str, Any]]:
    """Write the photo as a cutout; return the file and what ExifTool reads in it."""
    pixels = read_photo(photo)
    opaque = np.full(pixels.rgb.shape[:2], 255, np.uint8)
    path = photo.with_name(f"{keep}.{format}")
    path.write_bytes(encode(Cutout(pixels.rgb, opaque, kept_metadata(pixels.metadata, keep)), format))
    command = ["exiftool", "-j", "-n", "-G1", *[f"-{name}" for name in HARMLESS | PERSONAL], path]
    return path, json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]


def values(said: dict[str, Any]) -> set[str]:
    """Return the values that were found, of any group."""
    return {str(value) for name, value in said.items() if name != "SourceFile"}


@pytest.mark.parametrize("format", [Format.JPG, Format.PNG, Format.TIFF, Format.PSD, Format.WEBP])
def test_places_serial_numbers_and_owner_go_and_copyright_stays(photo: Path, format: Format) -> None:
    path, said = written(photo, format, Keep.NO_LOCATION)
    no_iptc = {"shoe"} if format is Format.WEBP else set()  # which has no place for it
    assert values(said) == {str(value) for value in HARMLESS.values()} - no_iptc
    data = path.read_bytes()
    assert not [secret for secret in SECRETS if secret in data]


def test_by_default_everything_stays(photo: Path) -> None:
    path, said = written(photo, Format.JPG, Keep.ALL)
    assert {str(value) for value in (HARMLESS | PERSONAL).values()} <= values(said) | {"N"}
    assert b"Tokyo" in path.read_bytes()


@pytest.mark.parametrize("format", [Format.JPG, Format.PNG, Format.TIFF])
def test_nothing_stays_where_nothing_was_wanted(photo: Path, format: Format) -> None:
    path, said = written(photo, format, Keep.NONE)
    assert values(said) == set()
    assert b"Ann" not in path.read_bytes()


def test_a_packet_that_cannot_be_read_is_left_out(photo: Path) -> None:
    metadata = read_photo(photo).metadata
    broken = type(metadata)(xmp=b"<x:xmpmeta><GPS", exif=b"no exif", iptc=b"\x1c")
    assert kept_metadata(broken, Keep.NO_LOCATION) == type(metadata)()
