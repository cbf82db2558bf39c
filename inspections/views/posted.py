"""What a form page hands to its form."""


def posted(request):
    """(data, files) of a request that posts, else (None, None): an unbound form."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
