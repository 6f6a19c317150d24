"""The search that the budget compares with: Wagtail's for PostgreSQL (``modelsearch``), over the same texts.

An app of the measures alone. Its index lies beside the one of ``kvalitet.search`` in their own database.
"""
