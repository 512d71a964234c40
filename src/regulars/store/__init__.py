"""Store: keep it. Immutable sorted segments, one small transactional catalogue, an engine in memory.

Start reading at `home.py`; then `batch.py`, how something comes in. Nothing above this floor opens a file of the home
itself.
"""

from .batch import Batch, Counts, Faults
from .engine import Engine
from .home import Home, make_home, open_home
from .runs import Run
from .timeline import traces

__all__ = ["Batch", "Counts", "Engine", "Faults", "Home", "Run", "make_home", "open_home", "traces"]
