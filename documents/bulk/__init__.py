"""Many documents laid in at once, from the page or the command line."""
