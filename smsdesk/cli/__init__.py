"""The same verbs for scripts: JSON on standard output, words and progress on standard error."""
