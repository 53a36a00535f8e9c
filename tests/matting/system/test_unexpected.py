"""What a photo's failure is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from matting.errors import PhotoMissing, PhotoNeedsMemory, PhotoUnexpected
from matting.system.unexpected import as_kirie_error

PHOTO = Path("a.jpg")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        # As torch 2.13 and OpenCV 4.12 word it.
        RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory: you tried"),
        RuntimeError("could not create a primitive"),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        ValueError("OpenCV(4.12.0) error: (-4:Insufficient memory) Failed to allocate 24000000 bytes"),
    ],
)
def test_out_of_memory_is_said_in_a_users_words(error: Exception) -> None:
    assert isinstance(as_kirie_error(PHOTO, error), PhotoNeedsMemory)


def test_other_defects_name_their_kind_and_known_errors_stay() -> None:
    shown = as_kirie_error(PHOTO, RuntimeError("could not create a primitive descriptor for the convolution"))
    assert isinstance(shown, PhotoUnexpected)
    assert "RuntimeError" in str(shown)
    missing = PhotoMissing(PHOTO)
    assert as_kirie_error(PHOTO, missing) is missing
