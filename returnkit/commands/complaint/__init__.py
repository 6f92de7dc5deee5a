"""The commands of `returnkit complaint`, a file for each verb that asks for something of its own."""
