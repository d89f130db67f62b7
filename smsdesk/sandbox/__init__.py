"""The whole REST service on loopback, with phones that answer.

It reads the API and computes blackout periods by itself and imports nothing of ours but the core's
parts of a text, so that two independent readings check each other.
"""
