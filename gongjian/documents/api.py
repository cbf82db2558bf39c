from rest_framework.viewsets import ReadOnlyModelViewSet


class DocumentViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""
