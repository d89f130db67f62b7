"""The fixtures of verbs, for every test of the terminal."""

from verbs import folder, run, send

__all__ = ["folder", "run", "send"]
