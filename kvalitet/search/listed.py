"""How the language's word lists are written: words with spaces between them."""


def listed(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())
