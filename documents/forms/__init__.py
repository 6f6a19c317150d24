"""Forms of documents, one module for each part of their life."""
