"""Listen: hear what happened, and make a Trace of it.

`open_file` looks at a file, `guess_mapping` (or a mapping file) says what its columns mean, and `hear` turns its rows
into traces. Start reading at `trace.py`, the noun; then `shapes.py`, what a row can be; then `hear.py`, the verb.
"""

from .carrier import Carrier, Held
from .event_names import kind_of_event, kind_of_type
from .events import Translated, translated
from .files import open_file, open_files
from .hear import Heard, hear
from .identifiers import email_key, phone_key
from .mapping import Mapping
from .mapping_file import read_mappings, write_mappings
from .questions import Question, answered, guess_mapping, questions_of
from .refused import Refused
from .sheet import Hearing
from .source_file import Piece, SourceFile, table_file
from .trace import COUNTED, KINDS, SCHEMA, Found, Kind, Trace, instant, trace_id
from .whose import Find

__all__ = [
    "COUNTED",
    "KINDS",
    "SCHEMA",
    "Carrier",
    "Find",
    "Found",
    "Heard",
    "Hearing",
    "Held",
    "Kind",
    "Mapping",
    "Piece",
    "Question",
    "Refused",
    "SourceFile",
    "Trace",
    "Translated",
    "answered",
    "email_key",
    "guess_mapping",
    "hear",
    "instant",
    "kind_of_event",
    "kind_of_type",
    "open_file",
    "open_files",
    "phone_key",
    "questions_of",
    "read_mappings",
    "table_file",
    "trace_id",
    "translated",
    "write_mappings",
]
