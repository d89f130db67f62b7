"""The verbs of the program: import, save, send, drain the outbox, watch reports, search.

Owns every task. Touches the network through ``api`` and the disk through ``store``; never Qt.
"""
