"""What can be trained: one class for each objective, which declares everything about it.

The classes import neither torch nor numpy at module level, so that ``--help`` can show their options.
"""
