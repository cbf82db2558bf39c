"""The security administrator's room: tokens of the API. Pages over several apps, no models."""
