"""What WeasyPrint leaves open of PDF/UA-1 (ISO 14289-1) in a tagged PDF/A: done while the file is
still in memory.

The print says which things are artifacts by putting them into <article>, a tag that nothing else
uses.
"""

from collections.abc import Iterator
from typing import Any

ARTIFACT = "article"
_ARTIFACT_TAG = "/Art"
_MAY_BE_EMPTY = {"/TD", "/TH", "/Document"}
_PX = 0.75

_CLAIM = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""  # noqa: E501  PDF/A-3 allows the claim only with a description of its schema (ISO 19005-3 §6.6.2.3)


def make_universal(document: Any, pdf: Any) -> None:
    """Claim PDF/UA-1, and keep the claim: scopes of table heads, artifacts, no empty tags.

    Called by WeasyPrint.
    """
    _claim(pdf)
    _Tags(pdf).mend()


def _claim(pdf: Any) -> None:
    packet = pdf.objects[_number(pdf.catalog["Metadata"])]
    whole = b"\n".join(packet.stream)
    packet.stream = [whole.replace(b"</rdf:RDF>", _CLAIM + b"</rdf:RDF>")]


def _number(reference: Any) -> int:
    """The object that a reference names: b'12 0 R' is 12."""
    return int(bytes(reference).split()[0])


class _Tags:
    """The tree of structure elements, with the pages that they speak of."""

    def __init__(self, pdf: Any) -> None:
        self.pdf = pdf
        self.root = pdf.objects[_number(pdf.catalog["StructTreeRoot"])]
        parents = pdf.objects[_number(self.root["ParentTree"])]["Nums"]
        self.parents = dict(zip(parents[::2], parents[1::2], strict=True))

    def mend(self) -> None:
        for kid in list(self.root["K"]):
            element = self.pdf.objects[_number(kid)]
            self._mend(element)

    def _mend(self, element: Any) -> bool:
        """Whether the element stays, its kids mended."""
        if element["S"] == _ARTIFACT_TAG:
            self._untag(element)
            return False
        if element["S"] == "/TH":
            element["A"]["Scope"] = "/Column"
        if element["S"] == "/Figure":
            self._place(element)
        element["K"][:] = [kid for kid in element["K"] if isinstance(kid, int) or self._stays(kid)]
        return bool(element["K"]) or element["S"] in _MAY_BE_EMPTY

    def _stays(self, kid: Any) -> bool:
        element = self.pdf.objects[_number(kid)]
        return element.get("Type") != "/StructElem" or self._mend(element)

    def _untag(self, element: Any) -> None:
        """What is in it becomes an artifact of its page, and no element's content."""
        numbers = set(self._contents(element))
        if not numbers:
            return
        page = self.pdf.objects[_number(element["Pg"])]
        stream = self.pdf.objects[_number(page["Contents"])]
        for place, part in enumerate(stream.stream):
            if isinstance(part, dict) and part.get("MCID") in numbers:
                stream.stream[place - 1] = "/Artifact"
                part.clear()
                part["Type"] = "/Pagination"
        listed = self.parents[page["StructParents"]]
        for number in numbers:
            listed[number] = "null"

    def _contents(self, element: Any) -> Iterator[int]:
        for kid in element["K"]:
            if isinstance(kid, int):
                yield kid
            else:
                yield from self._contents(self.pdf.objects[_number(kid)])

    def _place(self, figure: Any) -> None:
        """Its box in points from the page's foot; WeasyPrint counts pixels from the head."""
        height = self.pdf.objects[_number(figure["Pg"])]["MediaBox"][3]
        x0, top, right, bottom = (part * _PX for part in figure["A"]["BBox"])
        figure["A"]["BBox"][:] = [x0, height - bottom, right, height - top]
