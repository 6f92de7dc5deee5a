"""The policy engine: read, decide, ask, explain, say. Pure: no files, no clock, no command line."""
