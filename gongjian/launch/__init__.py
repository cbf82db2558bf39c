"""What starts the site: it stands before Django can be imported and knows no app.

Standard library only, readable to Python 3.7, so that `python3 manage.py` works on an empty
machine; `web.py` and `broker.py` run inside the environment and may use the packages there.
"""
