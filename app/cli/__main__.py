"""`python -m app.cli`: how our own processes are started."""

from app.cli import main

main()
