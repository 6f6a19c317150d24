"""Measures, side by side in one run: absolute times hold for no machine but the one they were taken on.

`make bench` runs every module of this folder that has `measure(world) -> Iterable[Row]` and prints one table;
`make bench M=pages` runs one.
"""
