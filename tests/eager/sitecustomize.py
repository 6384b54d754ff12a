"""Lets readers run as soon as anything else: Python imports this at its start where this folder is in PYTHONPATH.

A reader has the lowest priority, so that it takes no turn of the model's threads. Where other tests keep all cores busy
it would have no turn at all, and a test would wait for it.
"""

import os

if hasattr(os, "nice"):
    os.nice = lambda _more: 0
