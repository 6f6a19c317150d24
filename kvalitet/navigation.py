"""The menus, filled by each app in ``AppConfig.ready()``: a lower layer never names a higher one's pages.

nav.register("Processer", "processes:map", order=20, prefix="/processer/")
nav.register("Organisation", "organisation:index", order=80, prefix="/organisation/", visible=may_appoint)
nav.register("Rapportera", "improvement:report", menu="quick", visible=may_report)  # one tap on a phone
nav.register("Byt lösenord", "organisation:password_change", menu="user", visible=signed_in)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

Visible = Callable[[Any], bool]


@lru_cache(10_000)
def address(url_name: str, *args: Any) -> str:
    """``reverse``, which takes longer than all else about a link, kept for pages with many."""
    return reverse(url_name, args=args)


def everyone(user: Any) -> bool:
    return True


def signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


@dataclass(frozen=True)
class Item:
    """One entry of a menu; ``prefix`` is the part of the path that makes it the current one."""

    label: str
    url_name: str
    order: int
    menu: str
    prefix: str
    visible: Visible


@dataclass(frozen=True)
class Link:
    """An item as one reader sees it on one page; ``current`` is the value of ``aria-current``, or empty."""

    label: str
    url: str
    current: str


class Navigation:
    """The items of the menus ``main``, ``quick`` and ``user``, and who counts the unread notices."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Item] = {}
        self._count_unread: Callable[[Any], int] | None = None

    def register(
        self,
        label: str,
        url_name: str,
        *,
        order: int = 100,
        visible: Visible = everyone,
        prefix: str = "",
        menu: str = "main",
    ) -> None:
        """Add an item; ``visible(user)`` also gets anonymous users. A label twice is an error."""
        if (menu, label) in self._items:
            raise ValueError(f"{label} is registered twice in the menu {menu}")
        self._items[menu, label] = Item(label, url_name, order, menu, prefix, visible)

    def register_unread(self, count: Callable[[Any], int]) -> None:
        """``count(user)`` gives the number of unread notices; asked once a page at most."""
        self._count_unread = count

    def items(self, menu: str = "main") -> list[Item]:
        """Every item of ``menu``, in order."""
        return sorted(
            (item for item in self._items.values() if item.menu == menu),
            key=lambda item: (item.order, item.label),
        )

    def links(self, request: HttpRequest, menu: str = "main") -> list[Link]:
        """What ``request.user`` may open, the current place marked: "page" for the very page, else "true"."""
        return [
            Link(item.label, url := address(item.url_name), self._current(request.path, url, item.prefix))
            for item in self.items(menu)
            if item.visible(request.user)
        ]

    def unread(self, user: Any) -> int:
        if self._count_unread is None or not user.is_authenticated:
            return 0
        return self._count_unread(user)

    @staticmethod
    def _current(path: str, url: str, prefix: str) -> str:
        if path == url:
            return "page"
        return "true" if prefix and path.startswith(prefix) else ""


nav = Navigation()
