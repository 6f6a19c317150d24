from tests.kvalitet.search.notes import notes

__all__ = ["notes"]
