"""What stands on a printed official document: the data that the layout is made from."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

# The two kinds with a format of their own (§10), as documents.models.Kind stores them.
MINUTES, LETTER = "纪要", "函"


@dataclass(frozen=True)
class PrintedColumn:
    """A column of a table: its head, its cells' alignment (left, center, right), and its width.

    The width is a share of the whole.
    """

    label: str
    align: str = "left"
    width: int = 1


@dataclass(frozen=True)
class PrintedTable:
    columns: tuple[PrintedColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    landscape: bool = False


@dataclass(frozen=True)
class PrintedPhoto:
    """A JPEG under which its caption stands, one or two lines."""

    key: str
    caption: str
    content: bytes = field(repr=False, compare=False)


@dataclass(frozen=True)
class PhotoGroup:
    """Photos under one heading, two a row."""

    heading: str
    photos: tuple[PrintedPhoto, ...]


@dataclass(frozen=True)
class Attachment:
    """附件: a title over text, pictures (SVG sources, drawn by us), photos and a table, in this
    order.

    `more_svg` are the further pictures of one that goes on over several pages.
    """

    title: str
    table: PrintedTable | None = None
    text: str = ""
    picture_svg: str = ""
    more_svg: tuple[str, ...] = ()
    photos: tuple[PhotoGroup, ...] = ()


@dataclass(frozen=True)
class Seal:
    """A seal to be printed: its picture (a data address, or SVG source) and its diameter in mm.

    Without a picture the seal is pressed by hand.
    """

    picture: str = ""
    diameter: float = 42.0


@dataclass(frozen=True)
class PrintedSheet:
    """公文: the words of one document.

    `body` is plain text, one paragraph a line; a line that starts with 一、 （一） 1. or （1） is
    a heading of that level, and what follows its first full stop is text. `signer` (签发人,
    several parted by 、) makes it a document to a higher organ. `joint` are the other issuers of
    a joint issue, in order; `seals` are one for each that signs, printed over name and date where
    there are any. `attendees` (label, names) belong to 纪要. A `draft` bears a light 草稿 in the
    margin of every page. `verify_code`, and the address `verify_url` as a QR, stand in the last
    foot. `kind` is a value of documents.models.Kind.
    """

    issuer_mark: str
    number: str
    title: str
    main_recipient: str
    body: str
    signature: str
    document_date: date
    attachments: tuple[Attachment, ...] = ()
    note: str = ""
    copy_recipients: str = ""
    printed_by: str = ""
    print_date: date | None = None
    signer: str = ""
    urgency: str = ""
    sealed: bool = False
    kind: str = "通知"
    attendees: tuple[tuple[str, str], ...] = ()
    draft: bool = False
    joint: tuple[str, ...] = ()
    seals: tuple[Seal, ...] = ()
    verify_code: str = ""
    verify_url: str = ""

    @property
    def is_minutes(self) -> bool:
        """Whether it is set as 纪要 (§10.3)."""
        return self.kind == MINUTES

    @property
    def is_letter(self) -> bool:
        """Whether it is set in 信函格式 (§10.1)."""
        return self.kind == LETTER

    @property
    def unnumbered(self) -> frozenset[int]:
        """Pages that never bear a number."""
        if self.is_letter:
            return frozenset({1})
        return frozenset()

    @property
    def joint_names(self) -> tuple[str, ...]:
        """The issuers of a joint issue, the host first; none on a single one."""
        if self.joint:
            return (self.signature, *self.joint)
        return ()

    @property
    def mark_names(self) -> tuple[str, ...]:
        """Return the issuers that a joint mark lists.

        None on a letter, which bears the host's mark alone (§10.1), nor on minutes, whose mark
        says what they are (§10.3).
        """
        if self.is_letter or self.is_minutes:
            return ()
        return self.joint_names

    @property
    def signatures(self) -> tuple[str, ...]:
        """Who signs below the text, in order."""
        return tuple(name for name in (self.signature, *self.joint) if name)

    @property
    def signers(self) -> tuple[str, ...]:
        """Return 签发人, the host's first; several are parted by 、 or blanks."""
        names = re.split(r"[、，,\s]+", self.signer)
        return tuple(filter(None, names))

    @property
    def signs(self) -> bool:
        """Whether a name and a date stand below the text; minutes bear neither there."""
        return not self.is_minutes


def attachment_from(
    item: Mapping[str, Any], pictures: Mapping[str, bytes] | None = None
) -> Attachment:
    """Return an attachment out of its stored JSON.

    The JSON has title, text, picture_svg, more_svg, photos [{heading, pictures: [{sha256,
    caption}]}] and table {columns: [{label, align, width}], rows, landscape}. `pictures` are the
    JPEGs by their SHA-256.
    """
    table = item.get("table")
    groups = []
    for group in item.get("photos", ()):
        groups.append(_photo_group(group, pictures or {}))
    more_svg = tuple(item.get("more_svg", ()))
    return Attachment(
        title=item["title"],
        table=_table(table) if table else None,
        text=item.get("text", ""),
        picture_svg=item.get("picture_svg", ""),
        more_svg=more_svg,
        photos=tuple(groups),
    )


def _table(table: Mapping[str, Any]) -> PrintedTable:
    """Return a stored table; every cell becomes text, a missing value an empty cell."""
    rows = []
    for cells in table["rows"]:
        texts = []
        for cell in cells:
            texts.append("" if cell is None else str(cell))
        rows.append(tuple(texts))
    columns = []
    for column in table["columns"]:
        columns.append(PrintedColumn(**column))
    is_landscape = bool(table.get("landscape"))
    return PrintedTable(tuple(columns), tuple(rows), is_landscape)


def _photo_group(group: Mapping[str, Any], pictures: Mapping[str, bytes]) -> PhotoGroup:
    photos = []
    for picture in group["pictures"]:
        key = picture["sha256"]
        photo = PrintedPhoto(key, picture["caption"], pictures[key])
        photos.append(photo)
    return PhotoGroup(group["heading"], tuple(photos))


def chinese_date(day: date) -> str:
    """Return a date as 2026年1月5日: all parts, no leading zeros (§7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
