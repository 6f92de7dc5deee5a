"""The commands of `returnkit followup`, a file for each verb."""
