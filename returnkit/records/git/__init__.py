"""The journals and git: what was recorded here goes out, what was recorded elsewhere comes in."""
