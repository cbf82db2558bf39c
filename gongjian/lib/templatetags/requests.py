"""The number of the request, for the page that says that something went wrong."""

from django import template

from gongjian.lib.request_ids import current_request_id

register = template.Library()


@register.simple_tag
def request_number() -> str:
    return current_request_id()
