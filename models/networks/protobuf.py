"""Protocol Buffers on the wire, as views of a file's bytes (https://protobuf.dev/programming-guides/encoding)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def fields(message: memoryview) -> Iterator[tuple[int, int | memoryview, memoryview]]:
    """Yield each field of a message: its number, its value, and its bytes with the tag. Raise ``ValueError``."""
    position = 0
    while position < len(message):
        begun = position
        tag, position = _varint(message, position)
        number, kind = tag >> 3, tag & 7
        value: int | memoryview
        if kind == _VARINT:
            value, position = _varint(message, position)
        else:
            length = {_FIXED64: 8, _FIXED32: 4}.get(kind, -1)
            if kind == _BYTES:
                length, position = _varint(message, position)
            if length < 0 or position + length > len(message):
                raise ValueError("a field of no known kind, or one that ends behind its message")
            value = message[position : position + length]
            position += length
        yield number, value, message[begun:position]


def _varint(message: memoryview, position: int) -> tuple[int, int]:
    """Return the number at a position and the position behind it. Raise ``ValueError``."""
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(message):
            break
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("a number without an end")


def _encoded(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def messages(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Yield number and bytes of the fields that are messages, text or packed. Raise ``ValueError``."""
    return ((number, value) for number, value, _ in fields(message) if isinstance(value, memoryview))


def as_message(value: int | memoryview) -> memoryview:
    """Return a field's bytes. Raise ``TypeError`` for a number."""
    if not isinstance(value, memoryview):
        raise TypeError("a number where a message belongs")
    return value


def as_text(value: int | memoryview) -> str:
    """Return a field's text. Raise ``TypeError`` for a number, ``UnicodeDecodeError`` for other bytes."""
    return str(as_message(value), "utf-8")


def as_integers(value: int | memoryview) -> list[int]:
    """Return the integers of a repeated field, packed or not; they are signed, in 64 bits."""
    if isinstance(value, int):
        return [signed(value)]
    numbers, position = [], 0
    while position < len(value):
        number, position = _varint(value, position)
        numbers.append(signed(number))
    return numbers


def signed(value: int) -> int:
    """Return a 64-bit number with its sign: the wire has two's complement."""
    return value - (1 << 64) if value >> 63 else value


def with_length(number: int, parts: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    """Return the bytes of a field that holds ``parts`` one behind the other."""
    return [_encoded(number << 3 | _BYTES), _encoded(sum(map(len, parts))), *parts]
