"""A page of twenty hits and their number behind the same login; narrowed as Wagtail does, by one column."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.html import format_html_join
from modelsearch.backends import get_search_backend

from bench.rival.models import Text
from kvalitet.search import Audience

SHOWN = 20


def found(request: HttpRequest) -> HttpResponse:
    texts = Text.objects.filter(audience__lte=Audience.STAFF)
    hits = get_search_backend().search(request.GET["q"], texts)
    lines = format_html_join("\n", "<li>{} {}</li>", ((hit.title, hit.body[:180]) for hit in hits[:SHOWN]))
    return HttpResponse(f"<p>{hits.count()}</p><ol>{lines}</ol>")


urlpatterns = [path("sok/", found)]
