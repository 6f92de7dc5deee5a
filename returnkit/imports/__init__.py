"""What other programs export: rows of any CSV, through a mapping, become records. Pure: no files, no clock."""
