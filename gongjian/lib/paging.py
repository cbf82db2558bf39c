from rest_framework.pagination import CursorPagination


class StableCursor(CursorPagination):
    ordering = "pk"
