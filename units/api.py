from rest_framework.viewsets import ReadOnlyModelViewSet


class UnitViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""
