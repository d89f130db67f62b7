"""The SMS REST API: ``wire`` (values and JSON, pure) and ``client`` (the network).

Imports core only; httpx is imported by ``client`` alone, which is therefore imported late.
"""
