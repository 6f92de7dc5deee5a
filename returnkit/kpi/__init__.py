"""The figures, as map, merge and finish: what each record adds, the sum of that, and what it says. Pure."""
