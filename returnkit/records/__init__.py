"""The only room that writes files."""
