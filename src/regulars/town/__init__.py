"""The town: a made-up place whose truth we know; demo, tutorial, test fixture, benchmark source.

`write` makes one as a folder of CSV files; `Town` plays one day by day and reacts to what staff do.
"""

from .daybook import HEADERS, Day
from .exports import Written, people_for, write
from .outreach import Act
from .shop import Town

__all__ = ["HEADERS", "Act", "Day", "Town", "Written", "people_for", "write"]
