from tests.access import EVERYONE, Codes, Page

PAGES = [Page("kept:form", get=Codes(set(), otherwise=302), post=Codes(EVERYONE, code=302))]
