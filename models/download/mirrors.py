"""Where to ask, and what to think of a mirror that failed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from matting.phrases import Phrase
from models.download.errors import MirrorAnswer

HUGGING_FACE = "https://huggingface.co/"
# The public copy that people use where huggingface.co is slow; the same paths, so HF_ENDPOINT stands for it as well.
HF_MIRROR = "https://hf-mirror.com/"


def addresses(mirrors: Iterable[str]) -> list[str]:
    """Return the addresses to try, in order, each once; ``HF_ENDPOINT`` replaces Hugging Face, as in its own tools."""
    endpoint = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/")
    urls = []
    for url in mirrors:
        if endpoint:
            for prefix in (HUGGING_FACE, HF_MIRROR):
                if url.startswith(prefix):
                    url = f"{endpoint}/{url.removeprefix(prefix)}"
        urls.append(url)
    return list(dict.fromkeys(urls))


class Why(Enum):
    """Why a mirror was given up; the value says whether asking it again may help."""

    UNREACHABLE = ("unreachable", True)
    BROKEN = ("broken", True)
    SLOW = ("slow", True)
    BUSY = ("busy", True)
    REFUSED = ("refused", False)
    WRONG = ("wrong", False)
    UNTRUSTED = ("untrusted", False)
    PROXY = ("proxy", False)

    @property
    def may_recover(self) -> bool:
        """Whether another try makes sense."""
        return self.value[1]


@dataclass
class MirrorLeft(Exception):
    """One mirror, one attempt, and what came of it; ``detail`` is one of ``MirrorAnswer``."""

    why: Why
    host: str
    detail: Phrase

    def __str__(self) -> str:
        return str(self.answer)

    @property
    def answer(self) -> Phrase:
        """Who, and what came of it."""
        return MirrorAnswer.OF_HOST(host=self.host, answer=self.detail)


def same_host(one: str, other: str) -> bool:
    """Tell whether two addresses are of one server."""
    return urlsplit(one).netloc == urlsplit(other).netloc


def host_of(url: str) -> str:
    """Return what a person calls the server."""
    return urlsplit(url).hostname or url
