"""The security administrator's room: tokens of the API, personal data.

Pages over several apps, no models.
"""
