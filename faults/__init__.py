"""What breaks in a server hall, done on purpose while people report and upload: is anything lost or doubled?

`make faults` runs every module of this folder that has `fault(place)` and prints one table;
`make faults M=killed ROUNDS=50` runs one, shortened. All of it lies in a folder of its own in /tmp and on
free ports; nothing of `make run` is touched. A kind of fault is a module with

    TITLE     what the table calls it
    ROUNDS    how often it is done when ROUNDS does not say
    fault     does it once, while the load goes on, and leaves everything mended

and, where they are needed,

    missing       what the machine lacks for it, in a sentence
    environment   more settings of the application's processes, from the place
    around        the same as a context manager, for what has to run meanwhile
    about         what was done in all, in a sentence

Ctrl-C ends the rounds, and what was done is counted.
"""
