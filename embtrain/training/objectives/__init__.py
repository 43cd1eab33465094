"""The objectives: one class for each model, which declares everything about it.

The classes import neither torch nor numpy at module level, so that ``--help`` can show their options.
"""
