"""The window and its pages, in Qt: theme, tables and layout vocabulary; one file a screen."""
