"""External links: which addresses may be asked, how they answer, where they stand and who is told."""
