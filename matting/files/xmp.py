"""XMP packets made true again after the photo was turned, cut and taken out of its file (ISO 16684-1)."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Callable, Iterable, Iterator
from hashlib import md5
from xml.dom import minidom
from xml.parsers.expat import ExpatError

log = logging.getLogger(__name__)

_ORIENTATION = re.compile(
    rb"""(?P<before>tiff:Orientation\s*=\s*["']\s*)(?P<attribute>\d)(?=\s*["'])"""
    rb"""|(?P<opening><tiff:Orientation>\s*)(?P<element>\d)(?=\s*<)"""
)
_XMP = "http://ns.adobe.com/xap/1.0/"
_NOTE = "http://ns.adobe.com/xmp/note/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PANORAMA = "http://ns.google.com/photos/1.0/panorama/"
# Whatever begins so holds pictures of the whole photo (thumbnails, gain maps, depth, the moving part of a live photo)
# or points to them in a file that is no longer there.
_PICTURES = (
    "http://ns.adobe.com/xap/1.0/g/img/",
    "http://ns.adobe.com/hdr-gain-map/",
    "http://ns.google.com/photos/",
    "http://ns.apple.com/HDRGainMap/",
    "http://ns.apple.com/HDRToneMap/",
    "http://ns.apple.com/depth",
    "http://ns.apple.com/pixeldatainfo/",
    "http://ns.apple.com/portrait",
    "http://ns.apple.com/semantic",
    "http://leica-camera.com/digital-shift-assistant",
    _NOTE,
)
# In whatever namespace: cameras, drones and programs have their own.
_PERSONAL = re.compile("gps|latitude|longt?itude|altitude|geotag|serial_?number|ownername|hostcomputer", re.IGNORECASE)
_PLACES = {
    *(("http://ns.adobe.com/photoshop/1.0/", name) for name in ("City", "State", "Country")),
    *(("http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/", name) for name in ("Location", "CountryCode")),
    *(("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", name) for name in ("LocationCreated", "LocationShown")),
    *(("http://www.w3.org/2003/01/geo/wgs84_pos#", name) for name in ("lat", "long", "alt", "Point")),
    ("http://purl.org/dc/elements/1.1/", "coverage"),
}
_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_GUID_BYTES, _CHUNK = 32, 65_000


def orientation_of_xmp(packet: bytes | None) -> int | None:
    """Return the number that ``tiff:Orientation`` says, ``None`` where it says nothing."""
    match = _ORIENTATION.search(packet or b"")
    return int(match["attribute"] or match["element"]) if match else None


def upright_xmp(packet: bytes | None) -> bytes | None:
    """Return the packet with ``tiff:Orientation`` reset to 1 and without pictures; ``None`` when there is none.

    A packet that holds none keeps every byte. One that does and cannot be parsed is dropped.
    """
    if not packet:
        return None
    upright = _ORIENTATION.sub(lambda match: (match["before"] or match["opening"]) + b"1", packet.rstrip(b"\0"))
    if not any(name.encode() in upright for name in _PICTURES):
        return upright
    try:
        document = _parsed(upright)
    except (ExpatError, ValueError):
        log.info("XMP with pictures that cannot be parsed left out", exc_info=True)
        return None
    _remove(document, _shows_more)
    return _packed(document)


def xmp_without_location(packet: bytes | None) -> bytes | None:
    """Return the packet without places, serial numbers and the camera's owner, ``None`` where it cannot be parsed."""
    if not packet:
        return None
    try:
        document = _parsed(packet)
    except (ExpatError, ValueError):
        log.info("XMP that cannot be parsed left out", exc_info=True)
        return None
    _remove(document, _is_personal)
    return _packed(document)


def joined_xmp(packet: bytes | None, segments: Iterable[bytes]) -> bytes | None:
    """Return a JPEG's packet with what its extension segments add to it (Adobe's XMP part 3, §1.1.3.1).

    ``segments`` are the contents of APP1. An extension that is incomplete or another packet's is left out.
    """
    if not packet or b"HasExtendedXMP" not in packet:
        return packet
    extensions: dict[bytes, bytearray] = {}
    for segment in segments:
        if segment.startswith(_EXTENSION) and len(segment) >= len(_EXTENSION) + _GUID_BYTES + 8:
            guid = segment[len(_EXTENSION) : len(_EXTENSION) + _GUID_BYTES]
            total, offset = struct.unpack_from(">II", segment, len(_EXTENSION) + _GUID_BYTES)
            content = segment[len(_EXTENSION) + _GUID_BYTES + 8 :]
            whole = extensions.setdefault(guid, bytearray())
            if offset == len(whole) and offset + len(content) <= total:
                whole += content
    try:
        document = _parsed(packet)
        target = document.getElementsByTagNameNS(_RDF, "RDF")[0]
        for guid, whole in extensions.items():
            if guid in packet:
                more = _parsed(bytes(whole)).getElementsByTagNameNS(_RDF, "RDF")[0]
                for child in list(more.childNodes):
                    target.appendChild(document.importNode(child, deep=True))
        return _packed(document)
    except (ExpatError, ValueError, IndexError):
        log.info("extended XMP left out", exc_info=True)
        return packet


def split_xmp(packet: bytes, limit: int) -> tuple[bytes, list[bytes]]:
    """Return the packet for a JPEG, and the extension segments where it is longer than ``limit`` bytes.

    Raises ``ExpatError`` or ``ValueError`` for one that is too long and no XMP.
    """
    if len(packet) <= limit:
        return packet, []
    document = _parsed(packet)
    if not document.getElementsByTagNameNS(_RDF, "RDF"):
        raise ValueError("no XMP")
    whole = _packed(document, wrapped=False)
    guid = md5(whole, usedforsecurity=False).hexdigest().upper().encode()
    short = (
        b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='" + _RDF.encode() + b"'><rdf:Description rdf:about=''"
        b" xmlns:xmpNote='" + _NOTE.encode() + b"' xmpNote:HasExtendedXMP='" + guid + b"'/></rdf:RDF></x:xmpmeta>"
    )
    starts = range(0, len(whole), _CHUNK)
    head = [_EXTENSION + guid + struct.pack(">II", len(whole), start) for start in starts]
    return short, [one + whole[start : start + _CHUNK] for one, start in zip(head, starts, strict=True)]


def _parsed(packet: bytes) -> minidom.Document:
    """Parse the packet into a tree. Raises ``ExpatError``, and ``ValueError`` for one that defines entities."""
    if b"<!" in packet.replace(b"<!--", b"").replace(b"<![CDATA[", b""):
        raise ValueError("XMP with a document type")
    return minidom.parseString(packet.strip(b"\0 \r\n\t"))


def _packed(document: minidom.Document, wrapped: bool = True) -> bytes:
    element = document.documentElement
    assert element is not None
    packet = element.toxml("utf-8")
    if not wrapped:
        return packet
    return b"<?xpacket begin='\xef\xbb\xbf' id='W5M0MpCehiHzreSzNTczkc9d'?>\n" + packet + b"\n<?xpacket end='w'?>"


def _remove(document: minidom.Document, unwanted: Callable[[str | None, str | None], bool]) -> None:
    for element in list(_elements(document)):
        if unwanted(element.namespaceURI, element.localName):
            parent = element.parentNode
            assert parent is not None
            parent.removeChild(element)
            continue
        attributes = element.attributes
        for name in list(attributes.keys()):
            attribute = element.getAttributeNode(name)
            if attribute is not None and unwanted(attribute.namespaceURI, attribute.localName):
                element.removeAttributeNode(attribute)
            elif name.startswith("xmlns:") and unwanted(element.getAttribute(name), None):
                element.removeAttribute(name)


def _shows_more(namespace: str | None, name: str | None) -> bool:
    if namespace == _XMP and name == "Thumbnails":
        return True
    return bool(namespace) and namespace != _PANORAMA and str(namespace).startswith(_PICTURES)


def _is_personal(namespace: str | None, name: str | None) -> bool:
    """Tell whether a property says where the photo was taken or whose camera took it; copyright and author stay."""
    return bool(name and (_PERSONAL.search(name) or (namespace, name) in _PLACES))


def _elements(node: minidom.Node) -> Iterator[minidom.Element]:
    for child in node.childNodes:
        if isinstance(child, minidom.Element):
            yield child
            yield from _elements(child)
