"""One table over format, depth, layout, compression, planes, alpha, fill order, byte order and photometric.

Hundreds of small files made on the fly by tifffile, libtiff, ImageMagick and Pillow. The right pixels are those that a
file was made from, or for lossy files what ImageMagick decodes. Each must come in right or be refused.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from matting.errors import PhotoUnsupported
from matting.files.reading.read_photo import read_photo
from matting.photo import Photo

WIDTH, HEIGHT = 23, 17
FILES = 150
CONVERT, TIFFCP, TIFFSET = (shutil.which(name) for name in ("convert", "tiffcp", "tiffset"))
needs_imagemagick = pytest.mark.skipif(CONVERT is None, reason="ImageMagick's convert is not installed")
needs_libtiff = pytest.mark.skipif(TIFFCP is None or TIFFSET is None, reason="libtiff-tools are not installed")
CHANNELS = {"minisblack": 1, "miniswhite": 1, "palette": 1, "rgb": 3, "separated": 4, "cielab": 3, "icclab": 3}
Array = NDArray[Any]


def samples(channels: int, bits: int, seed: int = 1) -> Array:
    """Noise (HEIGHT, WIDTH, channels): no value, plane or row can stand for another one unnoticed."""
    noise = np.random.default_rng(seed).integers(0, 1 << bits, (HEIGHT, WIDTH, channels))
    return noise.astype(np.uint16 if bits == 16 else np.uint8)


def lab_to_srgb(lab: Array) -> Array:
    """L*, a*, b* as floats to sRGB by CIE 15 and IEC 61966-2-1, written anew for this table."""
    y = (lab[..., 0] + 16) / 116
    f = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.96422, 1, 0.82521]
    matrix = np.array(
        [[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540], [0.0719453, -0.2289914, 1.4052427]]
    )
    linear = np.clip(xyz @ matrix.T, 0, 1)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def expected(array: Array, photometric: str, palette: Array | None = None) -> Array:
    """sRGB in [0, 1] of straight samples."""
    top = np.iinfo(array.dtype).max
    unit = array / top
    if photometric == "palette":
        assert palette is not None
        return (palette >> 8).T[array[..., 0]] / 255
    if photometric in ("minisblack", "miniswhite"):
        return np.repeat(unit if photometric == "minisblack" else 1 - unit, 3, axis=2)
    if photometric == "separated":  # without a profile the plain complement
        return (1 - unit[..., :3]) * (1 - unit[..., 3:])
    if photometric == "rgb":
        return unit
    byte = 1 if top == 255 else 256
    if photometric == "cielab":
        signed = array.astype(np.int8 if byte == 1 else np.int16) / byte
        return lab_to_srgb(np.dstack([unit[..., 0] * 100, signed[..., 1:]]))
    return lab_to_srgb(np.dstack([array[..., 0] * (100 / (255 * byte)), array[..., 1:] / byte - 128]))


def assert_same(
    photo: Photo, colours: Array, alpha: Array | None, where: Array | bool, levels: float, what: str
) -> None:
    """``colours`` in [0, 1]; ``levels`` of 255 is what any sample may be off ``where`` the photo is not transparent."""
    top = np.iinfo(photo.rgb.dtype).max
    assert (photo.alpha is None) == (alpha is None), what
    if alpha is not None and photo.rgb.dtype != alpha.dtype:  # CMYK has 8 bits, whatever the file has
        alpha = np.rint(alpha / 257).astype(np.uint8)
    seen = np.broadcast_to(where, colours.shape[:2])
    if alpha is not None and photo.alpha is not None:
        alpha = alpha.reshape(colours.shape[:2])
        assert np.array_equal(photo.alpha, alpha), what
        seen = seen & (alpha > 0)
    worst = np.abs(photo.rgb[seen] / top - colours[seen]).max() * 255
    assert worst <= levels, f"{what}: off by {worst:.2f} levels"


# --- TIFF, by tifffile -------------------------------------------------------------------------------------------


def tiff_cases() -> list[tuple[Any, ...]]:
    product = itertools.product(
        CHANNELS,
        (8, 16),
        ("contig", "separate"),
        (None, "unassalpha", "assocalpha", "unspecified"),
        ((None, False), ("zlib", False), ("zlib", True), ("lzma", False)),
        "<>",
        (None, (16, 16)),
        (False, True),
    )
    possible = [
        case
        for case in product
        if (case[0] != "palette" or (case[1] == 8 and case[3] is None))
        and (case[2] == "contig" or CHANNELS[case[0]] > 1 or case[3])
    ]
    return random.Random(17).sample(possible, FILES)


def test_tiffs_of_tifffile(tmp_path: Path) -> None:
    path, refused = tmp_path / "one.tif", 0
    palette = np.random.default_rng(3).integers(256, 65536, (3, 256)).astype(np.uint16)
    for case in tiff_cases():
        photometric, bits, planar, extra, (compression, predictor), order, tile, big = case
        what = str(case)
        straight, alpha = samples(CHANNELS[photometric], bits), samples(1, bits, seed=2)
        stored = straight
        if extra == "assocalpha":
            top = np.iinfo(alpha.dtype).max
            stored = np.rint(straight.astype(float) * alpha / top).astype(straight.dtype)
        if extra:
            stored = np.dstack([stored, alpha])
        array = stored[..., 0] if stored.shape[2] == 1 else stored if planar == "contig" else stored.transpose(2, 0, 1)
        tifffile.imwrite(
            path,
            array,
            photometric=photometric,
            planarconfig=planar if array.ndim == 3 else None,
            extrasamples=[extra] if extra else None,
            compression=compression,
            predictor=predictor,
            byteorder=order,
            tile=tile,
            rowsperstrip=None if tile else 5,
            bigtiff=big,
            colormap=palette if photometric == "palette" else None,
        )
        if extra == "assocalpha" and photometric in ("miniswhite", "cielab", "icclab"):
            refused += 1  # what multiplication does to them is told nowhere
            with pytest.raises(PhotoUnsupported, match="multiplied by their alpha"):
                read_photo(path)
            continue
        photo = read_photo(path)
        seen = alpha if extra in ("unassalpha", "assocalpha") else None
        right = expected(straight, photometric, palette)
        # What multiplication rounded away cannot come back: only where alpha is large.
        solid = alpha[..., 0] > (np.iinfo(alpha.dtype).max // 2 if extra == "assocalpha" else -1)
        assert_same(photo, right, seen, solid, 5 if extra == "assocalpha" else 1.5, what)
    assert refused < FILES // 5


# --- TIFF, by libtiff --------------------------------------------------------------------------------------------


def libtiff_cases() -> Iterator[tuple[str, int, str, str, str, str, str]]:
    layouts = [("contig", "-s"), ("separate", "-s"), ("contig", "-t"), ("separate", "-t")]
    for photometric, bits in itertools.product(("minisblack", "rgb", "separated", "cielab"), (8, 16)):
        for compression, fill, (planar, tiled) in itertools.product(
            ("none", "lzw", "lzw:2", "zip:2", "packbits", "zstd"), ("msb2lsb", "lsb2msb"), layouts
        ):
            yield photometric, bits, compression, fill, planar, tiled, "-L" if len(compression) % 2 else "-B"


@needs_libtiff
def test_tiffs_of_libtiff(tmp_path: Path) -> None:
    """tiffcp turns one known file into every layout, tiffset adds what the pixels beyond colour are."""
    source, path, read = tmp_path / "source.tif", tmp_path / "one.tif", 0
    cases = random.Random(5).sample(list(libtiff_cases()), FILES)
    for photometric, bits, compression, fill, planar, tiled, order in sorted(cases):
        with_alpha = (len(compression) + len(fill) + bits) % 2 == 0
        channels = CHANNELS[photometric] + with_alpha
        array = samples(channels, bits)
        planes = None if channels == 1 else "contig"
        tifffile.imwrite(source, array.squeeze(), photometric=photometric, planarconfig=planes)
        if with_alpha:
            subprocess.run([str(TIFFSET), "-s", "338", "1", "2", source], check=True)
        options = [
            "-c",
            compression,
            "-f",
            fill,
            "-p",
            planar,
            order,
            *([tiled, "-w", "16", "-l", "16"] if tiled == "-t" else []),
        ]
        done = subprocess.run([str(TIFFCP), *options, source, path], capture_output=True, check=False)
        if done.returncode:  # tiffcp cannot tile planes of other depths than 8
            continue
        read += 1
        colours = expected(array[..., : CHANNELS[photometric]], photometric)
        alpha = array[..., -1] if with_alpha else None
        assert_same(read_photo(path), colours, alpha, True, 1.5, f"{photometric} {bits} {options} alpha {with_alpha}")
    assert read > FILES // 2


# --- TIFF, by ImageMagick ----------------------------------------------------------------------------------------


def convert(*arguments: str | Path) -> bytes:
    """Run ImageMagick on one core."""
    environment = {**os.environ, "MAGICK_THREAD_LIMIT": "1", "OMP_NUM_THREADS": "1"}
    command = [str(CONVERT), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, env=environment).stdout


def decoded(paths: list[Path], channels: str = "rgba") -> list[Array]:
    """Return what ImageMagick sees in files of one size, 16 bits, (h, w, 4) each."""
    raw = convert(*paths, "-colorspace", "sRGB", "-depth", "16", "-endian", "LSB", f"{channels}:-")
    return list(np.frombuffer(raw, "<u2").reshape(len(paths), HEIGHT, WIDTH, len(channels)))


@needs_imagemagick
def test_tiffs_of_imagemagick(tmp_path: Path) -> None:
    source = tmp_path / "source.png"
    smooth = np.kron(samples(4, 8)[:6, :8], np.ones((3, 3, 1), np.uint8))[:HEIGHT, :WIDTH]
    Image.fromarray(np.dstack([smooth[..., :3], np.maximum(smooth[..., 3], 3)])).save(source)
    arguments: list[str | Path] = [source]
    lossless: list[Path] = []
    product = itertools.product(
        ("TrueColor", "Grayscale", "Bilevel", "Palette", "ColorSeparation"),
        ("1", "2", "4", "8", "16"),
        ("None", "LZW", "Zip", "RLE", "Group4"),
        ("msb", "lsb"),
        ("MSB", "LSB"),
        ("off", "unassociated", "associated"),
    )
    cases = list(product)
    for number, (kind, depth, compression, fill, endian, alpha) in enumerate(
        random.Random(3).sample(cases, len(cases) // 2)
    ):
        unusual = (kind == "Bilevel") != (depth == "1") or (compression == "Group4") != (kind == "Bilevel")
        if unusual or (kind in ("TrueColor", "Palette", "ColorSeparation") and depth in ("2", "4")):
            continue
        if (kind in ("Bilevel", "Palette") and alpha != "off") or (kind == "Palette" and depth == "16"):
            continue
        path = tmp_path / f"{number}-{kind}-{depth}-{compression}-{fill}-{endian}-{alpha}.tif"
        arguments += ["(", "+clone", "-alpha", "off" if alpha == "off" else "on"]
        arguments += ["-colorspace", "CMYK" if kind == "ColorSeparation" else "Gray" if kind == "Grayscale" else "sRGB"]
        arguments += ["-type", kind + ("Matte" if alpha != "off" else ""), "-depth", depth, "-compress", compression]
        arguments += ["-define", f"tiff:fill-order={fill}", "-define", f"tiff:endian={endian.lower()}"]
        arguments += [
            "-define",
            f"tiff:alpha={alpha}" if alpha != "off" else "tiff:none=1",
            "-write",
            f"TIFF:{path}",
            "+delete",
            ")",
        ]
        lossless.append(path)
    convert(*arguments, "null:")
    assert len(lossless) > 80
    for path, right in zip(lossless, decoded(lossless), strict=True):
        photo = read_photo(path)
        seen = right[..., 3] if photo.alpha is not None else np.full((HEIGHT, WIDTH), 65535)
        assert (photo.alpha is None) == path.stem.endswith("off"), path.name
        top = np.iinfo(photo.rgb.dtype).max
        if photo.alpha is not None:
            assert np.abs(photo.alpha / top - seen / 65535).max() * 255 < 1, path.name
        # Of colours multiplied by a small alpha little is left: the error counts as much as it is seen.
        error = np.abs(photo.rgb / top - right[..., :3] / 65535) * (seen / 65535)[..., None] * 255
        assert error.max() < (1.5 if "ColorSep" not in path.name else 3), f"{path.name}: off by {error.max():.1f}"


@needs_imagemagick
def test_lossy_and_odd_files_of_imagemagick(tmp_path: Path) -> None:
    """JPEG of every kind, alone and in TIFF; BMP, GIF, WebP: as ImageMagick reads what it wrote."""
    source = tmp_path / "source.png"
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    Image.fromarray(np.stack([x * 11, y * 15, (x + y) * 6], -1).astype(np.uint8)).save(source)
    kinds: dict[str, list[str]] = {
        f"{space}-{sampling}-{mode}.jpg": ["-colorspace", space, "-sampling-factor", sampling, "-interlace", mode]
        for space, sampling, mode in itertools.product(
            ("sRGB", "Gray", "CMYK"), ("1x1", "2x2", "2x1"), ("None", "JPEG")
        )
    }
    kinds |= {f"{space}-jpeg.tif": ["-colorspace", space, "-compress", "JPEG"] for space in ("sRGB", "Gray", "YCbCr")}
    kinds |= {
        f"{name}-{colours}.bmp": ["-type", colours, "-define", f"bmp:format={name}"]
        for name, colours in itertools.product(("bmp2", "bmp3", "bmp4"), ("TrueColor", "Palette", "Bilevel"))
    }
    kinds |= {"555.bmp": ["-define", "bmp:subtype=RGB555"], "565.bmp": ["-define", "bmp:subtype=RGB565"]}
    kinds |= {
        "rle.bmp": ["-type", "Palette", "-compress", "RLE"],
        "one.gif": [],
        "exact.webp": ["-define", "webp:lossless=true"],
    }
    arguments: list[str | Path] = [source]
    for name, options in kinds.items():
        arguments += ["(", "+clone", "-quality", "95", *options, "-write", tmp_path / name, "+delete", ")"]
    convert(*arguments, "null:")
    paths = [tmp_path / name for name in kinds]
    for path, right in zip(paths, decoded(paths, "rgb"), strict=True):
        photo = read_photo(path)
        assert not photo.damaged
        error = np.abs(photo.rgb / np.iinfo(photo.rgb.dtype).max - right / 65535) * 255
        # Chroma is enlarged in another way by each version of libjpeg.
        limit = 8 if path.suffix in (".jpg", ".tif") and "Gray" not in path.name and "1x1" not in path.name else 1.5
        assert error.mean() < limit, f"{path.name}: off by {error.mean():.2f}"
        assert error.max() < 6 * limit, f"{path.name}: off by {error.max():.2f}"


# --- PNG, after the specification --------------------------------------------------------------------------------

DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)]


def png(array: Array, colour_type: int, bits: int, interlaced: bool, *chunks: tuple[bytes, bytes]) -> bytes:
    """Write a PNG without filters after W3C PNG §11.2: (h, w, channels) of ``bits`` each."""

    def rows(part: Array) -> bytes:
        flat = part.reshape(len(part), -1)
        if bits == 16:
            return b"".join(b"\0" + row.astype(">u2").tobytes() for row in flat)
        planes = (flat[..., None].astype(np.uint8) >> np.arange(bits - 1, -1, -1)) & 1
        return b"".join(b"\0" + np.packbits(row.reshape(-1)).tobytes() for row in planes)

    parts = [array[top::down, left::right] for top, down, left, right in ADAM7] if interlaced else [array]
    packed = zlib.compress(b"".join(rows(part) for part in parts if part.size))
    head = struct.pack(">IIBBBBB", array.shape[1], array.shape[0], bits, colour_type, 0, 0, interlaced)
    body = [(b"IHDR", head), *chunks, (b"IDAT", packed), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in body
    )


def png_cases() -> Iterator[tuple[int, int, bool, bool]]:
    for colour_type, depths in DEPTHS.items():
        for bits, interlaced, key in itertools.product(depths, (False, True), (False, True)):
            if not key or colour_type in (0, 2, 3):
                yield colour_type, bits, interlaced, key


@pytest.mark.parametrize(("colour_type", "bits", "interlaced", "key"), list(png_cases()))
def test_pngs_of_every_kind(colour_type: int, bits: int, interlaced: bool, key: bool, tmp_path: Path) -> None:
    array = samples(PNG_CHANNELS[colour_type], bits, seed=bits)
    palette = np.random.default_rng(4).integers(0, 256, (1 << min(bits, 8), 3)).astype(np.uint8)
    opacities = np.random.default_rng(6).integers(0, 256, len(palette)).astype(np.uint8)
    chunks = [(b"PLTE", palette.tobytes())] if colour_type == 3 else []
    if key and colour_type == 3:
        chunks.append((b"tRNS", opacities.tobytes()))
    elif key:  # the colour of one pixel
        chunks.append((b"tRNS", array[4, 5].astype(">u2").tobytes()))
    (tmp_path / "one.png").write_bytes(png(array, colour_type, bits, interlaced, *chunks))
    photo = read_photo(tmp_path / "one.png")
    top = 65535 if bits == 16 else 255
    scaled = array if bits >= 8 else array * (255 // ((1 << bits) - 1))
    colours = palette[array[..., 0]] if colour_type == 3 else scaled[..., : 3 if colour_type in (2, 6) else 1]
    assert np.array_equal(photo.rgb, np.broadcast_to(colours, (HEIGHT, WIDTH, 3)))
    if colour_type in (4, 6):
        assert np.array_equal(photo.alpha, scaled[..., -1])
    elif key and colour_type == 3:
        assert np.array_equal(photo.alpha, opacities[array[..., 0]])
    elif key:
        assert np.array_equal(photo.alpha, np.where((array == array[4, 5]).all(-1), 0, top))
    else:
        assert photo.alpha is None
    if CONVERT:
        right = decoded([tmp_path / "one.png"])[0] / 65535
        assert np.abs(photo.rgb / top - right[..., :3]).max() < 1 / 255
        alpha = np.ones((HEIGHT, WIDTH)) if photo.alpha is None else photo.alpha / top
        assert np.abs(alpha - right[..., 3]).max() < 1 / 255
