"""How figures are written: fixed decimals and exact fractions (docs/counting.md, introduction)."""

from fractions import Fraction


def decimals(scaled, places):
    """Write an integer that counts units of the last decimal: decimals(1250, 2) is "12.50"."""
    if places == 0:
        return str(scaled)
    sign = "-" if scaled < 0 else ""
    whole, part = divmod(abs(scaled), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def fraction(value):
    """Write an exact fraction in lowest terms; a whole number is written without a denominator."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    return f"{value.numerator}/{value.denominator}"


def divide_up(dividend, divisor):
    """Integer division, rounded up."""
    return -((-dividend) // divisor)
