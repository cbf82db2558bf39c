from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the client."""
    return request.META.get("REMOTE_ADDR", "")
