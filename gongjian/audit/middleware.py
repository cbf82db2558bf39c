from gongjian.audit.origin import coming_from
from gongjian.lib.addresses import client_address
from gongjian.lib.request_ids import current_request_id


class RequestOrigin:
    """Let the log know where a request came from and by which number it goes."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with coming_from(client_address(request), current_request_id()):
            return self.get_response(request)
