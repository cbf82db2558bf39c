from rest_framework.viewsets import ReadOnlyModelViewSet


class FindingViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""


class FrontageViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""
