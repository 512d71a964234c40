"""Store: keep it. Immutable sorted segments, an inbox, one small transactional catalogue, an engine in memory.

Start reading at `home.py`; then `batch.py`, how something comes in, and `undo.py` and `erase.py`, how it goes. Nothing
above this floor opens a file of the home itself.
"""

from .backup import BackedUp
from .batch import Batch, Counts, Faults
from .engine import Engine, Known
from .erase import Place, Receipt
from .home import Home, make_home, open_home, restore_home
from .keys import WriteKey
from .live import Delivered, Delivery
from .news import News
from .rows import traces
from .runs import Run
from .undo import Undone

__all__ = [
    "BackedUp",
    "Batch",
    "Counts",
    "Delivered",
    "Delivery",
    "Engine",
    "Faults",
    "Home",
    "Known",
    "News",
    "Place",
    "Receipt",
    "Run",
    "Undone",
    "WriteKey",
    "make_home",
    "open_home",
    "restore_home",
    "traces",
]
