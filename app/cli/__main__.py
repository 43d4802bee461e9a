"""`python -m app.cli` is `minka`."""

from app.cli import main

main()
