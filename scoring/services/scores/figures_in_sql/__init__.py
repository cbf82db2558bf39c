"""汇总 in the database: the figures of `scoring.rules.scores.quarters.city_scores` at once.

    sources.py        which rows count, and those that are laid out by community beforehand
    whole_numbers.py  the rubric as integers
    carrying.py       whether the statement can carry this quarter
    statement.py      the arithmetic
    city.py           the figures stored or read
    dialects.py       what SQLite and PostgreSQL call differently

Integers alone, rounded half up once: a property test holds every column equal to the rules to the
last digit.
"""
