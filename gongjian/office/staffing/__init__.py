"""Who holds which office: accounts, and appointments to units and communities.

Pages over several apps, no models.
"""
