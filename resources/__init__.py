"""Files that travel with the program: photos, presets, bundled weights, icons, translations."""

from pathlib import Path

ROOT = Path(__file__).parent
"""The folder of this package; PyInstaller keeps the same layout in the executable."""

SAMPLES = ROOT / "samples"
OTHER_PHOTOS = ROOT / "other-photos"
WEIGHTS = ROOT / "weights"
ICONS = ROOT / "icons"
TRANSLATIONS = ROOT / "translations"
PRESETS = ROOT / "presets"
LICENCES = ROOT / "licences"
