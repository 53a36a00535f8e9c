"""Files that travel with the program: sample photos, presets, bundled weights, icons, translations."""

from pathlib import Path

ROOT = Path(__file__).parent
"""The folder of this package; PyInstaller keeps the same layout in the executable."""

SAMPLES = ROOT / "samples"
WEIGHTS = ROOT / "weights"
ICONS = ROOT / "icons"
TRANSLATIONS = ROOT / "translations"
PRESETS = ROOT / "presets"
LICENCES = ROOT / "licences"
