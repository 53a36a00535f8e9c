"""EXIF and XMP blocks: patched truly when sound, left alone without harm when not."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matting.files.exif import EXIF_IFD, Description, Tag, TagReader, header, pack_file, read_description
from matting.files.iptc import iptc_of_resources, resources_of_iptc, without_previews
from matting.files.metadata import exif_of, orientation_of, resized_exif, strip_prefix, upright_exif
from matting.files.xmp import joined_xmp, upright_xmp
from tests.matting.files.photo_files import exif, picture, pillow

tags = st.builds(
    lambda number, kind, values: Tag(number, kind, len(values) // {2: 1, 3: 2, 4: 4, 7: 1}[kind], values),
    st.integers(1, 0x8700),
    st.sampled_from([2, 7]),
    st.binary(min_size=1, max_size=40),
)


def unique(drawn: list[Tag]) -> tuple[Tag, ...]:
    return tuple({tag.number: tag for tag in drawn}.values())


def same(first: tuple[Tag, ...], second: tuple[Tag, ...]) -> bool:
    def plain(some: tuple[Tag, ...]) -> list[tuple[int, int, int, bytes]]:
        return sorted((tag.number, tag.kind, tag.count, tag.value) for tag in some)

    return plain(first) == plain(second)


@given(st.sampled_from("<>"), *[st.lists(tags, max_size=8)] * 2)
def test_packed_tags_read_back(order: str, exif_tags: list[Tag], gps_tags: list[Tag]) -> None:
    main = (Tag(271, 2, 6, b"Kirie\0"), Tag(33432, 2, 3, b"us\0"))
    description = Description("<" if order == "<" else ">", main, unique(exif_tags), unique(gps_tags))
    again = read_description(exif_of(description) or b"")
    assert again.order == order
    assert same(again.main, main)
    assert same(again.exif, description.exif)
    assert same(again.gps, description.gps)


def test_values_stand_on_even_offsets_and_tags_are_sorted() -> None:
    odd = [Tag(305, 2, 5, b"five\0"), Tag(271, 2, 7, b"seven..")]
    block = header("<") + pack_file(Description("<", tuple(odd)))
    found = list(TagReader(block).tags(8))
    assert [tag.number for tag in found] == [271, 305]
    assert all(tag.place % 2 == 0 for tag in found)


@settings(max_examples=300)
@given(st.data())
def test_damaged_blocks_never_raise_and_never_grow(data: st.DataObject) -> None:
    block = bytearray(exif(6, thumbnail=b"\xff\xd8" + b"t" * 50, order=data.draw(st.sampled_from("<>"))))
    for _ in range(data.draw(st.integers(1, 12))):
        block[data.draw(st.integers(4, len(block) - 1))] = data.draw(st.sampled_from([0, 1, 8, 255, 127]))
    damaged = bytes(block[: data.draw(st.integers(0, len(block)))])
    assert 1 <= orientation_of(damaged, None) <= 8
    for patched in (upright_exif(damaged), resized_exif(damaged, 70_000, 3)):
        assert patched is None or len(patched) <= len(damaged)
    read_description(damaged)


@given(st.binary(max_size=200))
def test_any_bytes_after_the_byte_order_mark(tail: bytes) -> None:
    for start in (b"II*\0", b"MM\0*"):
        upright_exif(start + tail)
        resized_exif(start + tail, 1, 1)
        read_description(start + tail)


def test_an_ifd_that_names_the_same_bytes_over_and_over_is_cut_short() -> None:
    size = 4 << 20
    entries = b"".join(struct.pack("<HHLL", 0x9000 + index, 7, size, 100) for index in range(900))
    block = header("<") + struct.pack("<H", 900) + entries + bytes(4)
    block += bytes(size + 100)
    assert sum(len(tag.value) for tag in TagReader(block).tags(8)) <= 8 << 20


def test_orientation_of_either_byte_order() -> None:
    for order in "<>":
        assert [orientation_of(exif(number, order=order), None) for number in range(1, 9)] == list(range(1, 9))
    assert orientation_of(exif(0), None) == orientation_of(exif(9), None) == orientation_of(None, None) == 1


def test_xmp_speaks_where_exif_is_silent() -> None:
    packet = b"<d tiff:Orientation='8'/>"
    assert orientation_of(exif(3), packet) == 3
    assert orientation_of(None, packet) == orientation_of(b"junk", packet) == 8
    assert orientation_of(None, b"<tiff:Orientation> 6 </tiff:Orientation>") == 6
    assert orientation_of(None, b"<d tiff:Orientation='0'/>") == 1


def test_a_thumbnail_in_the_middle_is_overwritten() -> None:
    picture = b"\xff\xd8 secret background \xff\xd9"
    block = exif(3, thumbnail=picture) + b"more"
    patched = upright_exif(block)
    assert patched is not None
    assert len(patched) == len(block)
    assert b"secret" not in patched
    assert patched.endswith(b"more")
    assert TagReader(patched).number("L", TagReader(patched).next_pointer(8)) == 0


def test_sizes_that_do_not_fit_a_short_stay() -> None:
    reader = TagReader(resized_exif(exif(), 70_000, 80_000) or b"")
    below = reader.integer(reader.find(8, EXIF_IFD)) or 0
    assert reader.integer(reader.find(below, 0xA002)) == 91  # a SHORT in this block
    assert reader.integer(reader.find(below, 0xA003)) == 80_000


def test_prefix_is_optional() -> None:
    assert strip_prefix(b"Exif\0\0" + exif()) == strip_prefix(exif()) == exif()


def test_xmp_orientation_in_all_spellings() -> None:
    for spelled, reset in [
        (b"<d tiff:Orientation='8'/>", b"<d tiff:Orientation='1'/>"),
        (b'<d tiff:Orientation = "3" a="b"/>', b'<d tiff:Orientation = "1" a="b"/>'),
        (b"<tiff:Orientation>6</tiff:Orientation>", b"<tiff:Orientation>1</tiff:Orientation>"),
        (b"<d a='tiff'/>", b"<d a='tiff'/>"),
    ]:
        assert upright_xmp(spelled) == reset
    assert upright_xmp(None) is upright_xmp(b"") is None


# --- what shows the photo with its background, and what points to it ---------------------------------------------

RDF = b"http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def packet(inner: bytes, attributes: bytes = b"") -> bytes:
    return (
        b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='"
        + RDF
        + b"'><rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' "
        + attributes
        + b"><dc:rights>somebody</dc:rights>"
        + inner
        + b"</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end='w'?>"
    )


@pytest.mark.parametrize(
    ("inner", "attributes"),
    [
        (
            b"<xmp:Thumbnails xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:g='http://ns.adobe.com/xap/1.0/g/img/'><rdf:Alt>"
            b"<rdf:li rdf:parseType='Resource'><g:image>SECRET</g:image></rdf:li></rdf:Alt></xmp:Thumbnails>",
            b"",
        ),
        (b"", b"xmlns:hdrgm='http://ns.adobe.com/hdr-gain-map/1.0/' hdrgm:Version='SECRET'"),
        (
            b"<Container:Directory xmlns:Container='http://ns.google.com/photos/1.0/container/' "
            b"xmlns:Item='http://ns.google.com/photos/1.0/container/item/'><rdf:Seq><rdf:li rdf:parseType='Resource'>"
            b"<Container:Item Item:Semantic='SECRET' Item:Length='1500'/></rdf:li></rdf:Seq></Container:Directory>",
            b"",
        ),
        (b"", b"xmlns:GImage='http://ns.google.com/photos/1.0/image/' GImage:Data='SECRET'"),
        (b"", b"xmlns:GDepth='http://ns.google.com/photos/1.0/depthmap/' GDepth:Data='SECRET'"),
        (b"", b"xmlns:C='http://ns.google.com/photos/1.0/camera/' C:MicroVideoOffset='SECRET'"),
        (b"", b"xmlns:HDRGainMap='http://ns.apple.com/HDRGainMap/1.0/' HDRGainMap:HDRGainMapVersion='SECRET'"),
        (b"", b"xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmpNote:HasExtendedXMP='SECRET'"),
    ],
)
def test_xmp_keeps_its_words_and_loses_its_pictures(inner: bytes, attributes: bytes) -> None:
    left = upright_xmp(packet(inner, attributes + b" xmlns:tiff='http://ns.adobe.com/tiff/1.0/' tiff:Orientation='6'"))
    assert left is not None
    assert b"SECRET" not in left
    assert b"somebody" in left
    assert b'tiff:Orientation="1"' in left
    assert not any(name in left for name in (b"hdr-gain-map", b"ns.google.com", b"ns.apple.com", b"g/img/", b"xmpNote"))
    broken = packet(inner, attributes).replace(b"</rdf:RDF>", b"")
    assert upright_xmp(broken) is None, "pictures that cannot be taken out must not stay"


def test_xmp_without_pictures_keeps_every_byte() -> None:
    assert upright_xmp(packet(b"")) == packet(b"")
    panorama = packet(b"", b"xmlns:GPano='http://ns.google.com/photos/1.0/panorama/' GPano:PoseHeadingDegrees='9'")
    assert b"GPano:PoseHeadingDegrees" in (upright_xmp(panorama) or b"")


def test_extended_xmp_is_joined_and_what_it_shows_taken_out() -> None:
    more = packet(
        b"<dc:source>archive</dc:source>", b"xmlns:GImage='http://ns.google.com/photos/1.0/image/' GImage:Data='SECRET'"
    )
    guid = b"0123456789ABCDEF0123456789ABCDEF"
    main = packet(b"", b"xmlns:xmpNote='http://ns.adobe.com/xmp/note/' xmpNote:HasExtendedXMP='" + guid + b"'")
    head = b"http://ns.adobe.com/xmp/extension/\0" + guid
    parts = [
        head + struct.pack(">II", len(more), start) + more[start : start + 100] for start in range(0, len(more), 100)
    ]
    joined = upright_xmp(joined_xmp(main, parts))
    assert joined is not None
    assert b"somebody" in joined
    assert b"archive" in joined
    assert b"SECRET" not in joined
    assert b"HasExtendedXMP" not in joined
    assert b"HasExtendedXMP" not in (upright_xmp(joined_xmp(main, parts[1:])) or b""), "an extension with a hole"


def test_previews_in_maker_notes_and_plain_thumbnails_are_blanked() -> None:
    preview = pillow(
        "JPEG", picture(width=24, height=16), exif=exif(1, thumbnail=pillow("JPEG", picture(width=8, height=8)))
    )
    note = b"Maker\0" + preview + b"behind it" + b"\xff\xd8\xff only looks like one"
    patched = upright_exif(exif(6, maker_note=note))
    assert patched is not None
    assert len(patched) == len(exif(6, maker_note=note))
    assert preview[:40] not in patched
    assert preview[-40:] not in patched
    for kept in (b"Maker\0", b"behind it", b"only looks like one"):
        assert kept in patched


def test_uncompressed_thumbnails_are_blanked() -> None:
    """IFD1 with strips instead of a JPEG (CIPA DC-008 §4.5.5), of which all are overwritten."""
    first = struct.pack("<H", 1) + struct.pack("<HHLL", 0x0112, 3, 1, 6) + struct.pack("<L", 26)
    second = struct.pack("<H", 2) + struct.pack("<HHLL", 0x0111, 4, 1, 56) + struct.pack("<HHLL", 0x0117, 4, 1, 11)
    block = b"II*\0\x08\0\0\0" + first + second + bytes(4) + b"SECRET SHOW" + b"more"
    assert block.index(b"SECRET") == 56
    patched = upright_exif(block)
    assert patched is not None
    assert b"SECRET" not in patched
    assert patched.endswith(b"more")


def test_the_preview_in_iptc_is_taken_out() -> None:
    headline, preview = b"\x1c\x02\x69\0\x04News", b"\x1c\x02\xca\x80\x04\0\0\0\x06SECRET"
    block = b"\x1c\x02\xc8\0\x02\0\1" + headline + preview + headline
    assert without_previews(block) == headline + headline
    assert without_previews(preview) is without_previews(b"junk") is without_previews(None) is None
    assert iptc_of_resources(resources_of_iptc(block)) == block
    thumbnail = b"8BIM" + struct.pack(">HHI", 0x040C, 0, 7) + b"SECRET!" + b"\0"
    assert iptc_of_resources(thumbnail + resources_of_iptc(headline)) == headline
