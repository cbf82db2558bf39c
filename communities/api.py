from rest_framework.viewsets import ReadOnlyModelViewSet


class CommunityViewSet(ReadOnlyModelViewSet):
    """Placeholder until the app has its pages."""
