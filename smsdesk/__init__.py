"""SMS Desk: compose once, send exactly once, see every delivery."""

__version__ = "0.1.0"
