"""An import: rows of a file become records, each of them once, however often the file is imported."""
