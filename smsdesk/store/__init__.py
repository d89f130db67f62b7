"""The workspace: drafts, outbox, jobs, reports, settings. Truth lives here. Touches SQL and nothing else.

Importing this package is cheap; SQLAlchemy comes with its modules.
"""
