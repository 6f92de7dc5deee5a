"""The verbs of `returnkit policy`."""
