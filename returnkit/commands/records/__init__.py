"""The commands of `returnkit records`, a file for each verb."""
