from django.utils import timezone

from gongjian.documents import services
from gongjian.documents.models import OfficialDocument
from gongjian.jobs.services import ledger_job


@ledger_job("documents.print")
def print_document(job) -> dict:
    """Print one signed document, dated by its sign-off."""
    related = ("issuer", "signed_by", "approved_by")
    official_documents = OfficialDocument.objects.select_related(*related)
    document = official_documents.get(pk=job.args["document"])
    for person in filter(None, (document.signed_by, document.approved_by)):
        day = timezone.localdate(job.at)
        person.on(day)
    at = max(
        filter(None, (job.at, document.signed_at, document.approved_at))
    )  # signed anew while the job waited
    return {"sha256": services.print_document(document, at=at).sha256}
