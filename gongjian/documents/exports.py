"""What of a document leaves besides its PDF: a Word file to go on writing in, and an OFD file of
what is issued.
"""

from datetime import datetime

from gongjian.audit.services import record
from gongjian.documents.issuing import ofd
from gongjian.documents.models import OfficialDocument
from gongjian.documents.services import sheet_of
from gongjian.workflow import WrongState

EVENT = "documents.officialdocument.export"
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
OFD_TYPE = "application/ofd"


def word_of(document: OfficialDocument, *, by, at: datetime) -> bytes:
    """The document as a Word file; the log says who took it."""
    # Imported here: its XML library costs a tenth of a second that most processes never need.
    from gongjian.documents.word import render_docx

    content = render_docx(sheet_of(document))
    record(document, EVENT, by=by, at=at, format="docx")
    return content


def ofd_of(document: OfficialDocument, *, by, at: datetime) -> bytes:
    """The issued file as OFD; the log says who took it.

    Raises WrongState before it is issued, and NotConverted.
    """
    if not document.file:
        raise WrongState("印发以后才能下载 OFD")
    with document.file.open("rb") as file:
        content = ofd.convert(file.read())
    record(document, EVENT, by=by, at=at, format="ofd")
    return content
