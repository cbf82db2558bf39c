.PHONY: up test fast coverage lint format

up:
	python3 manage.py up

test:
	python3 manage.py test

fast:
	python3 manage.py test --fast

coverage:
	python3 manage.py test -n 2 --cov --cov-report=
	.venv/bin/python -m tests.coverage_by_room

lint:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

format:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .
