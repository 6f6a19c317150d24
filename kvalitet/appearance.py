"""Light, dark or as the computer: the reader's choice, kept in a cookie.

The server writes it in the page, which is then right from its first byte: no script, no flash.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from kvalitet import cookies

COOKIE = cookies.named("utseende")
THEMES = {"": "Som datorn", "light": "Ljust", "dark": "Mörkt"}
YEAR = 365 * 24 * 60 * 60


def chosen_theme(request: HttpRequest) -> str:
    """The theme in the reader's cookie, or empty for *som datorn*; anything else counts as empty."""
    theme = request.COOKIES.get(COOKIE, "")
    return theme if theme in THEMES else ""


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember the theme and go back to the page it was chosen on."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme not in THEMES or not theme:
        cookies.drop(response, COOKIE)
        return response
    cookies.put(response, COOKIE, theme, YEAR)
    return response
