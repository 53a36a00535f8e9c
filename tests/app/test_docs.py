"""What the pages point to is there: links, files of the code, decisions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "resources").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere_in_the_repository(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]
    targets = [(page.parent / link.split("#")[0]).resolve() if link.split("#")[0] else page for link in links]
    assert not [target for target in targets if not (target.exists() and target.is_relative_to(ROOT))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_of_the_code_that_a_page_names_exist(page: Path) -> None:
    rooms = "gui|models|matting|commands|resources|tests|benchmarks|docs"
    named = re.findall(rf"`((?:{rooms})/[\w/.-]+\.(?:py|md|ts))`", page.read_text("utf-8"))
    assert not [name for name in named if not (ROOT / name).exists()]


def test_the_index_lists_every_decision_by_its_title() -> None:
    pages = sorted(DECISIONS.glob("0*.md"))
    titles = [re.match(r"# (\d{4}) (.+)", page.read_text("utf-8")) for page in pages]
    assert [page.name for page, title in zip(pages, titles, strict=True) if not title] == []
    expected = [f"- [{title[1]}]({page.name}) {title[2]}" for page, title in zip(pages, titles, strict=True) if title]
    lines = (DECISIONS / "README.md").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("- [")] == expected
    assert all(page.name.startswith(title[1]) for page, title in zip(pages, titles, strict=True) if title)


def test_nothing_points_to_a_page_outside_the_repository() -> None:
    suffixes = {".py", ".md", ".toml", ".spec"}
    files = [file for file in ROOT.rglob("*") if file.suffix in suffixes and not _foreign(file)]
    assert len(files) > 300
    assert not [
        file for file in files if re.search(r"\bDESIGN(\.md)?\b", file.read_text("utf-8")) and file != Path(__file__)
    ]


def _foreign(file: Path) -> bool:
    parts = set(file.relative_to(ROOT).parts)
    return bool(parts & {".venv", "build", "dist", "kirie.egg-info", ".git"})
