"""What is broken in the records, mended without guessing."""
