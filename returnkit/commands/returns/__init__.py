"""The commands of `returnkit return`, a file for each verb."""
