"""The rules of the program: values in, values out.

Touches nothing: no clock, no disk, no network, no randomness. What a rule needs of
these is a parameter.
"""
