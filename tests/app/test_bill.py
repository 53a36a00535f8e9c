"""The bill of materials that travels in the executable."""

from __future__ import annotations

from importlib import metadata

import pytest

from gui.dialogs.licences import licence_text, parts
from resources.packaging.bill import bill_of_materials, bundled, licence_name


def test_it_names_version_licence_and_address_of_each_part() -> None:
    bill = bill_of_materials(["kirie", "numpy", "PySide6-Essentials"])
    assert (bill["bomFormat"], bill["specVersion"], bill["version"]) == ("CycloneDX", "1.6", 1)
    assert bill["metadata"]["component"]["name"] == "kirie"
    python, numpy, qt = bill["components"]
    assert python["purl"].startswith("pkg:generic/python@3.")
    assert numpy["version"] == metadata.version("numpy")
    assert numpy["purl"] == f"pkg:pypi/numpy@{metadata.version('numpy')}"
    assert "BSD-3-Clause" in numpy["licenses"][0]["expression"]
    assert qt["purl"].startswith("pkg:pypi/pyside6-essentials@")
    (heif,) = bill_of_materials(["pi-heif"])["components"][1:]
    assert heif["licenses"] == [{"expression": "BSD-3-Clause AND LGPL-3.0-or-later"}]
    assert bill == bill_of_materials(["kirie", "numpy", "PySide6-Essentials"])


def test_what_is_bundled_follows_from_modules_and_files() -> None:
    names = ["torch.nn.functional", "PIL/_imaging.cpython-311-x86_64-linux-gnu.so", "cv2\\cv2.pyd", "json.decoder"]
    found = bundled([*names, "resources/icons/kirie.svg", "libz.so.1"])
    assert {name.lower() for name in found} >= {"kirie", "opencv-python-headless", "pillow", "torch"}
    assert "tifffile" not in found


@pytest.mark.parametrize(
    "name", ["torch", "numpy", "opencv-python-headless", "pillow", "pi-heif", "PySide6-Essentials"]
)
def test_about_has_the_licence_texts(name: str) -> None:
    assert licence_name(name)
    assert name.lower() in [part.lower().replace("_", "-") for part, _version, _licence in parts()]
    assert len(licence_text(name)) > 500


def test_about_has_the_text_of_the_lgpl_for_the_decoder_of_heic() -> None:
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in licence_text("pi-heif")


def test_a_part_that_is_not_there_has_no_text() -> None:
    assert licence_text("no-such-part") == ""
