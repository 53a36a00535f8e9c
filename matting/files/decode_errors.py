"""What a decoder cannot do, as opposed to what is wrong with the file."""

from __future__ import annotations


class Unsupported(Exception):
    """A sound image of a kind that is not read; the text completes "the photo holds …"."""


class PluginMissing(Exception):
    """The format needs a package that is not installed; the text is its name."""


class HighDynamicRange(Exception):
    """A sound image whose values stand for more light than a screen's white; the text names the transfer."""
