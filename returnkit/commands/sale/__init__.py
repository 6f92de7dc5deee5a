"""`returnkit sale`: what was sold."""
