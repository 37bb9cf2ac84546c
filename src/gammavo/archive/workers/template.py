"""Imported last by the process that the workers are forked from.

What it has in memory by then stays: taking it out of the garbage collector's sight keeps
the workers from writing to those pages, so that they share them.
"""

import gc

gc.collect()
gc.freeze()
