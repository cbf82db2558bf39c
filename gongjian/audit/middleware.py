from uuid import uuid4

from gongjian.audit.origin import coming_from
from gongjian.lib.addresses import client_address


class RequestOrigin:
    """Number every request and let the log know where it came from; the number also stands in the answer's head."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request_id = uuid4().hex
        with coming_from(client_address(request), request_id):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response
