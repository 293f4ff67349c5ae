"""`python -m bench.command_line`: the command line where the program is not on the PATH."""

from bench.command_line.program import main

main()
