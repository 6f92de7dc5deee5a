"""The door: `returnkit` and `python -m returnkit` come in here."""

import gc

# A counter command is over before there is any garbage; looking for it took a tenth of its time. Long runs still collect.
ALLOCATIONS = 100_000


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(ALLOCATIONS)
    from returnkit.cli import main as run

    run()


if __name__ == "__main__":
    main()
