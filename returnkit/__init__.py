"""returnkit: a small shop promises well and keeps what it promised."""

__version__ = "0.1.0"
