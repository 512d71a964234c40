"""`python -m regulars` is `regulars`."""

from .cli import main

main()
