"""Files that went wrong on their way, by the thousand and repeatable; and a child process that tries to read them.

The child is there because a native decoder that crashes takes its process with it.
"""

from __future__ import annotations

import json
import random
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matting.files.exif import TagReader
from tests.matting.files.photo_files import MAKERS

ROOT = Path(__file__).resolve().parents[3]
MEMORY_LIMIT = 4 << 30


@cache
def sound(name: str) -> bytes:
    """Return a sound file of one of the kinds of ``MAKERS``."""
    return MAKERS[name]()


def _truncate(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(1, len(data))]


def _flip_bits(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 3, 10, 50])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def _flip_header(data: bytes, chance: random.Random) -> bytes:
    damaged = bytearray(data)
    for _ in range(chance.choice([1, 2, 5])):
        damaged[chance.randrange(min(len(damaged), 400))] = chance.randrange(256)
    return bytes(damaged)


def _zero_stretch(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    length = chance.randrange(1, len(data))
    return data[:start] + bytes(min(length, len(data) - start)) + data[start + length :]


def _lose_middle(data: bytes, chance: random.Random) -> bytes:
    first, second = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:first] + data[second:]


def _other_tail(data: bytes, chance: random.Random) -> bytes:
    other = sound(chance.choice(sorted(MAKERS)))
    return data[: chance.randrange(1, len(data))] + other[chance.randrange(len(other)) :]


def _empty(data: bytes, chance: random.Random) -> bytes:
    del data, chance
    return b""


def _no_photo(data: bytes, chance: random.Random) -> bytes:
    del data
    text = b"BM: not a picture, a letter to my bank.\n" * 20
    noise = chance.randbytes(chance.randrange(1, 3000))
    return chance.choice([text, noise, b"PK\3\4" + noise, b"%PDF-1.7\n" + noise, b"<svg xmlns=''/>", b"\0" * 5000])


def _nothing(data: bytes, chance: random.Random) -> bytes:
    del chance
    return data


def _huge(data: bytes, chance: random.Random) -> bytes:
    """Declare very many pixels where the format keeps its size."""
    width, height = chance.choice(
        [(16_000, 16_000), (65_000, 65_000), (2**31 - 1, 2**31 - 1), (65_535, 1), (3, 60_000)]
    )
    damaged = bytearray(data)
    short = (min(width, 65_535), min(height, 65_535))
    if data.startswith(b"\x89PNG"):
        struct.pack_into(">II", damaged, 16, width, height)
        struct.pack_into(">I", damaged, 29, zlib.crc32(damaged[12:29]))
    elif data.startswith(b"\xff\xd8"):
        for marker in (b"\xff\xc0", b"\xff\xc2"):
            if (place := data.find(marker)) > 0:
                struct.pack_into(">HH", damaged, place + 5, *short[::-1])
    elif data.startswith(b"GIF"):
        struct.pack_into("<HH", damaged, 6, *short)
        place = data.find(b"\x2c\0\0\0\0")
        if chance.random() < 0.5 and place > 0:
            struct.pack_into("<HH", damaged, place + 5, *short)
    elif data.startswith(b"BM"):
        struct.pack_into("<ii", damaged, 18, width, height)
    elif data[:2] in (b"II", b"MM"):
        reader = TagReader(data)
        for number, value in ((256, width), (257, height)):
            tag = reader.find(reader.first_ifd(), number)
            if tag is not None:
                kind = "H" if tag.kind == 3 else "I"
                struct.pack_into(reader.order + kind, damaged, tag.place, min(value, 65_535) if kind == "H" else value)
    elif data[8:16] == b"WEBPVP8X":
        struct.pack_into("<I", damaged, 24, (width - 1) & 0xFFFFFF)
        struct.pack_into("<I", damaged, 27, (height - 1) & 0xFFFFFF)
    elif data[8:16] == b"WEBPVP8L":
        struct.pack_into("<I", damaged, 21, 0x0FFFFFFF)
    elif data[8:15] == b"WEBPVP8":
        struct.pack_into("<HH", damaged, 26, 16_383, 16_383)
    elif (place := data.find(b"ispe")) > 0:
        struct.pack_into(">II", damaged, place + 8, width, height)
    return bytes(damaged)


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "truncated": _truncate,
    "bits flipped": _flip_bits,
    "header damaged": _flip_header,
    "zeroes inside": _zero_stretch,
    "middle lost": _lose_middle,
    "another file's tail": _other_tail,
    "huge size declared": _huge,
    "empty": _empty,
    "no photo at all": _no_photo,
    "wrong suffix": _nothing,
}


@dataclass(frozen=True)
class Damaged:
    """One damaged file: the kind of photo it was, what happened to it, its name and content."""

    kind: str
    damage: str
    name: str
    data: bytes


def damaged_files(count: int, seed: int) -> Iterator[Damaged]:
    """``count`` damaged files, each kind of photo with each kind of damage in turn; the same for the same seed."""
    chance = random.Random(seed)
    pairs = [(kind, damage) for damage in DAMAGES for kind in sorted(MAKERS)]
    chance.shuffle(pairs)
    suffixes = sorted({Path(kind).suffix for kind in MAKERS})
    for index in range(count):
        kind, damage = pairs[index % len(pairs)]
        suffix = Path(kind).suffix
        if damage == "wrong suffix":
            suffix = chance.choice([other for other in suffixes if other != suffix])
        yield Damaged(kind, damage, f"{index:05}{suffix}", DAMAGES[damage](sound(kind), chance))


@dataclass(frozen=True)
class Outcome:
    """What reading one file came to: ``error`` is the type of the ``PhotoError`` or empty, ``peak`` in bytes so far."""

    name: str
    error: str
    sentence: str
    seconds: float
    peak: int


def read_all(folder: Path, names: list[str], timeout: float) -> tuple[list[Outcome], str]:
    """Read the files in a child process; the outcomes and everything it printed to stderr.

    Fails with the name of the file at which the child died, raised something else or was still busy at the end.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.matting.files.damage", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        out, errors = child.communicate("\n".join(names), timeout=timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        out, errors = child.communicate()
    outcomes = [Outcome(**json.loads(line)) for line in out.splitlines()]
    if len(outcomes) < len(names):
        raise AssertionError(f"status {child.returncode} at {names[len(outcomes)]}: {errors[-2000:]}")
    return outcomes, errors


def _child(folder: Path) -> None:
    import resource
    import time

    from matting.errors import PhotoError
    from matting.files.reading.read_photo import read_photo, read_size, read_thumbnail
    from matting.system.native_noise import divert_native_noise

    divert_native_noise(folder / "native.txt")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    for name in sys.stdin.read().splitlines():
        begun, error, sentence = time.perf_counter(), "", ""
        for reader in (read_photo, read_size, lambda path: read_thumbnail(path, 64)):
            try:
                reader(folder / name)
            except PhotoError as problem:
                error, sentence = error or type(problem).__name__, sentence or str(problem)
        print(json.dumps(vars(Outcome(name, error, sentence, time.perf_counter() - begun, _peak()))), flush=True)


def _peak() -> int:
    """Return the largest resident set of this process, in bytes."""
    import resource

    try:
        # What ``getrusage`` says on Linux counts the parent's pages too, as they were between fork and exec.
        found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
        assert found is not None
        return int(found[1]) * 1024
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
