from rest_framework.viewsets import ReadOnlyModelViewSet


class ScoreViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""
