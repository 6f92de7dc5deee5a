"""One thin file for each command: parse, call, render, exit code."""
