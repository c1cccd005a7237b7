"""A second opinion on the duty engine: random protocols and casework, judged by timed DCR graphs as published.

`dcr` is the published definition, `protocols` and `casework` make the random input, `judging` translates it to graphs
and reads what they say, `comparing` sets that beside what the engine says, and `faults` are put into the engine
to see whether that would show it.
"""
