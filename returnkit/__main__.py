"""`python -m returnkit` is the same as `returnkit`."""

from returnkit.cli import main

main()
