"""The commands of `returnkit contact`, a file for each verb."""
