"""What the pages about models and predictors show is what happens."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from models.catalogue.entries import parse_catalogue
from models.predict.onnx_recipe import OnnxRecipe, known_recipes, parse_recipe

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL)


def test_the_example_predictor_prints_what_the_page_says(tmp_path: Path) -> None:
    (program,) = blocks("predictors.md", "python")
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{program}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    said = re.search(r"It prints `(.*?)`", (ROOT / "docs" / "predictors.md").read_text("utf-8"))
    assert said
    assert done.stdout.strip() == said[1], done.stderr


def test_the_recipe_shows_the_defaults() -> None:
    recipe, _ = blocks("models.md", "json")
    shown = parse_recipe(json.loads(recipe), Path("docs/models.md"))
    assert shown == OnnxRecipe(title="My network")
    text = (ROOT / "docs" / "models.md").read_text("utf-8")
    assert all(f"`{name}`" in text or f"--recipe {name}" in text for name in known_recipes())


def test_the_catalogue_shown_is_a_good_one(tmp_path: Path) -> None:
    _, catalogue = blocks("models.md", "json")
    path = tmp_path / "catalogue.json"
    path.write_text(catalogue)
    (entry,) = parse_catalogue(path)
    assert entry.downloadable
