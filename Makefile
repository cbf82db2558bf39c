.PHONY: up test lint format

up:
	python3 manage.py up

test:
	python3 manage.py test

lint:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check .
	.venv/bin/python -m ruff format --check .
	.venv/bin/python -m mypy

format:
	python3 manage.py environment --dev
	.venv/bin/python -m ruff check --fix .
	.venv/bin/python -m ruff format .
