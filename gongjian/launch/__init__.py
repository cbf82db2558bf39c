"""The ground under the site: what must be there before Django can be imported.

Standard library only, readable to Python 3.7, so that `python3 manage.py` works on an empty machine.
"""
