"""Which tests the pass on PostgreSQL repeats."""

import pytest

from tests.passes import belongs_on_postgresql, touches_database


def test_a_test_with_rows_of_its_own_is_repeated(cast, request):
    assert belongs_on_postgresql(request.node)


@pytest.mark.django_db
def test_a_test_marked_for_the_database_is_repeated(request):
    assert belongs_on_postgresql(request.node)


@pytest.mark.django_db
@pytest.mark.first_pass
def test_a_test_with_databases_of_its_own_is_not_repeated(request):
    assert touches_database(request.node)
    assert not belongs_on_postgresql(request.node)


def test_a_test_without_rows_is_not_repeated(request, tmp_path, settings):
    assert not belongs_on_postgresql(request.node)
