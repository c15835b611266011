"""The second counter: every counting method of docs/counting.md, written a second time.

Written from the rule texts and docs/counting.md, not from the program it checks. Votes are
integers, exact fractions, or integers that stand for a fixed number of decimals; nothing here uses
a floating-point number.
"""
