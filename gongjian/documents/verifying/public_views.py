"""What anybody may open who holds a printed document: is it ours, is it unchanged, is it in
force.
"""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from gongjian.documents.verifying.codes import cleaned_code, cleaned_digest, issued_document


@login_not_required
@require_safe
def verify(request, code=""):
    """A document by its code, or a file by its SHA-256; nothing is uploaded."""
    typed = request.GET.get("sha256", "").strip()
    digest = cleaned_digest(typed)
    code_typed = code or cleaned_code(request.GET.get("code", ""))
    document = issued_document(code=code_typed, digest=digest)
    same_file = bool(digest) and document is not None and document.sha256 == digest
    not_a_digest = bool(typed) and not digest
    context = {
        "title": "公文查验",
        "document": document,
        "correction": document and document.correction(),
        "asked": code_typed,
        "typed": typed,
        "not_a_digest": not_a_digest,
        "same_file": same_file,
    }
    missing = document is None and bool(code_typed or digest)
    return render(request, "public/document.html", context, status=404 if missing and code else 200)
