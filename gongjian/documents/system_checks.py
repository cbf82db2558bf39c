"""What is set but cannot work is said when the site starts."""

from django.core.checks import Warning as Warned
from django.core.checks import register

from gongjian.documents.issuing import ofd, signing


@register
def check_converter(app_configs, **kwargs) -> list[Warned]:
    """The OFD converter must be there and be told where to read and write."""
    warned = []
    for fault in ofd.faults_of_setting():
        warned.append(Warned(fault, id="documents.W001"))
    return warned


@register
def check_certificate(app_configs, **kwargs) -> list[Warned]:
    """The certificate must open: else no document can be issued."""
    warned = []
    for fault in signing.faults_of_setting():
        warned.append(Warned(fault, id="documents.W002"))
    return warned
