"""Names that no system but Windows minds."""

from __future__ import annotations

import re

_DEVICES = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)


def is_reserved_on_windows(name: str) -> bool:
    """Return whether Windows keeps a file name for a device, whatever its suffix.

    See Microsoft, "Naming Files, Paths, and Namespaces".
    """
    return _DEVICES.fullmatch(name) is not None
