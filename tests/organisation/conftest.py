from tests.organisation.second_factors import mails, required

__all__ = ["mails", "required"]
