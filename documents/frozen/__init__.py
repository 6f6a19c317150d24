"""What was decided, kept as it was, and its strip on paper."""
