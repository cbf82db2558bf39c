"""汇总 in the database: the figures of `scoring.rules.scores.quarters.city_scores`, for a whole city in one statement.

`laying.py` lays the sheets and findings out by community and asks whether the statement can carry this quarter,
`whole_numbers.py` turns the rubric into integers, `sources.py` says which rows count, `statement.py` is the arithmetic.
Integers alone, rounding half up once: a property test holds every column equal to the rules to the last digit.
"""
