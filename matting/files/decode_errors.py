"""What a decoder cannot do, as opposed to what is wrong with the file."""

from __future__ import annotations

from matting.phrases import Phrase


class Unsupported(Exception):
    """A sound image of a kind that is not read; ``found`` is one of ``matting.errors.UnsupportedKind``."""

    def __init__(self, found: Phrase) -> None:
        super().__init__(str(found))
        self.found = found


class PluginMissing(Exception):
    """The format needs a package that is not installed; ``kind`` is one of ``matting.errors.PluginKind``."""

    def __init__(self, package: str, kind: Phrase) -> None:
        super().__init__(package)
        self.kind = kind


class HighDynamicRange(Exception):
    """A sound image whose values stand for more light than a screen's white; the text names the transfer."""
