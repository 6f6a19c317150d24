"""Who is asked to read what, and has: receipts, APT, introductions and a unit's stand."""
