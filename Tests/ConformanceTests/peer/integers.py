"""Instructions on integers, and branches: InstructionSemantics.md from *Sums and products* to *Control*."""
import math

import gas
from failure import trap
from machine import rule
from pages import LIMITS

FLOOR, CEIL, TRUNC, EVEN, EXACT = range(5)
COMPARISONS = {
    "equal": lambda a, b: a == b, "not_equal": lambda a, b: a != b, "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b, "greater": lambda a, b: a > b, "greater_equal": lambda a, b: a >= b,
}


def limited(value):
    if gas.bits(value) > LIMITS.integerBits:
        raise trap("IntegerTooLarge")
    return value


def charge(m, formula, result, *operands):
    """Charges a formula of the operands' words, unless the operands and the result are narrow."""
    if not gas.narrow(result, *operands):
        m.charge(formula(*map(gas.words, operands)))


# Constants and moves

@rule("int_const")
def int_const(m, d, constant):
    m.set_int(d, m.frame.module.integers[constant])


@rule("int_small", "int_move")
def int_move(m, d, value):
    m.set_int(d, value)


# Sums and products

@rule("add", "add_small")
def add(m, d, a, b):
    charge(m, gas.SUM, a + b, a, b)
    m.give(d, limited(a + b))


@rule("sub")
def sub(m, d, a, b):
    charge(m, gas.SUM, a - b, a, b)
    m.give(d, limited(a - b))


@rule("mul", "mul_small")
def mul(m, d, a, b):
    charge(m, gas.PRODUCT, a * b, a, b)
    m.give(d, limited(a * b))


@rule("neg")
def neg(m, d, a):
    charge(m, gas.SUM, -a, a, 1)
    m.give(d, -a)


@rule("abs")
def absolute(m, d, a):
    charge(m, gas.SUM, abs(a), a, 1)
    if a < 0:
        m.give(d, -a)
    else:
        m.set_int(d, a)


@rule("min")
def least(m, d, a, b):
    charge(m, gas.COMPARISON, 0, a, b)
    m.set_int(d, min(a, b))


@rule("max")
def greatest(m, d, a, b):
    charge(m, gas.COMPARISON, 0, a, b)
    m.set_int(d, max(a, b))


# Division

def rounded(a, b, rounding):
    """The quotient, b not being 0."""
    quotient, rest = divmod(a, b)  # rounded down; the rest has the sign of b
    if rest == 0 or rounding == FLOOR:
        return quotient
    if rounding == EXACT:
        raise trap("Inexact")
    if rounding == CEIL:
        return quotient + 1
    if rounding == TRUNC:
        return quotient + (quotient < 0)
    twice = 2 * abs(rest)
    return quotient + (twice > abs(b) or twice == abs(b) and quotient % 2 == 1)


def divide(m, formula, operands, dividend, divisor, rounding):
    if gas.narrow(*operands):
        if divisor == 0:
            raise trap("DivisionByZero")
        quotient = rounded(dividend, divisor, rounding)
        charge(m, formula, quotient, *operands)
        return quotient
    m.charge(formula(*map(gas.words, operands)))
    if divisor == 0:
        raise trap("DivisionByZero")
    return limited(rounded(dividend, divisor, rounding))


@rule("div")
def div(m, d, a, b, rounding):
    m.give(d, divide(m, gas.QUOTIENT, (a, b), a, b, rounding))


@rule("mod")
def mod(m, d, a, b):
    charge(m, gas.QUOTIENT, 0, a, b)
    if b == 0:
        raise trap("DivisionByZero")
    m.give(d, a % b)


@rule("divmod")
def quotient_and_rest(m, q, r, a, b):
    m.give(q, divide(m, gas.QUOTIENT, (a, b), a, b, FLOOR))
    m.give(r, a % b)


@rule("muldiv")
def muldiv(m, d, a, b, c, rounding):
    m.give(d, divide(m, gas.PRODUCT_QUOTIENT, (a, b, c), a * b, c, rounding))


# Powers and roots

@rule("pow")
def power(m, d, a, n):
    if n < 0:
        raise trap("NegativeExponent")
    bits = gas.bits(a)
    if bits > 1:
        if n >= LIMITS.integerBits or (bits - 1) * n >= LIMITS.integerBits:
            raise trap("IntegerTooLarge")
        m.charge(gas.power(bits, n))
        m.give(d, limited(a**n))
    else:
        m.give(d, 1 if n == 0 else a if n % 2 == 1 else abs(a))


@rule("root")
def root(m, d, a, n):
    if n < 1 or a < 0:
        raise trap("NegativeRoot")
    m.charge(gas.ROOT(gas.words(a)))
    m.give(d, integer_root(a, n))


def integer_root(a, n):
    if n >= gas.bits(a):
        return min(a, 1) if n > 1 else a
    guess = 1 << -(-gas.bits(a) // n)  # not below the root; Newton's steps come down to it
    while True:
        lower = ((n - 1) * guess + a // guess ** (n - 1)) // n
        if lower >= guess:
            return guess
        guess = lower


@rule("gcd")
def gcd(m, d, a, b):
    m.charge(gas.GCD(gas.words(a), gas.words(b)))
    m.give(d, math.gcd(a, b))


@rule("pow_mod")
def pow_mod(m, d, a, n, modulus):
    if modulus < 1:
        raise trap("InvalidModulus")
    if n < 0:
        raise trap("NegativeExponent")
    m.charge(gas.MODULAR_POWER(gas.bits(n), gas.words(a), gas.words(modulus)))
    m.give(d, pow(a, n, modulus))


@rule("inv_mod")
def inv_mod(m, d, a, modulus):
    if modulus < 1:
        raise trap("InvalidModulus")
    m.charge(gas.GCD(gas.words(a), gas.words(modulus)))
    if modulus > 1 and math.gcd(a, modulus) != 1:
        raise trap("NotInvertible")
    m.give(d, pow(a, -1, modulus) if modulus > 1 else 0)


@rule("fixed_pow")
def fixed_pow(m, d, a, n, s, rounding):
    if s < 1:
        raise trap("DivisionByZero")
    if n < 0:
        raise trap("NegativeExponent")
    if gas.bits(n) > 64:
        raise trap("IntegerTooLarge")

    def step(x, y):
        m.charge(gas.FIXED_POWER_STEP(gas.words(x), gas.words(y), gas.words(s)))
        return limited(rounded(x * y, s, rounding))

    total, square, rest = s, a, n
    while rest > 0:
        if rest % 2 == 1:
            total = step(total, square)
        rest //= 2
        if rest > 0:
            square = step(square, square)
    m.give(d, total)


# Bits and comparisons

def bitwise(name, operation):
    @rule(name)
    def instruction(m, d, a, b):
        charge(m, gas.BITWISE, 0, a, b)
        m.give(d, limited(operation(a, b)))


bitwise("bit_and", lambda a, b: a & b)
bitwise("bit_or", lambda a, b: a | b)
bitwise("bit_xor", lambda a, b: a ^ b)


@rule("shift_left")
def shift_left(m, d, a, n):
    if n < 0:
        raise trap("InvalidShift")
    if a != 0:
        if gas.bits(a) + n > LIMITS.integerBits:
            raise trap("IntegerTooLarge")
        if not gas.narrow(a, a << n):
            m.charge(gas.SHIFT(gas.full_words(gas.bits(a) + n)))
        a <<= n
    m.give(d, a)


@rule("shift_right")
def shift_right(m, d, a, n):
    if n < 0:
        raise trap("InvalidShift")
    charge(m, gas.SUM, 0, a, 1)
    m.give(d, a >> min(n, LIMITS.integerBits))


@rule("bit_length")
def bit_length(m, d, a):
    m.set_int(d, gas.bits(a))


@rule("not")
def negation(m, d, a):
    m.set_int(d, int(a == 0))


def comparison(name, holds):
    if not name.startswith("greater"):
        @rule(name)
        def instruction(m, d, a, b):
            charge(m, gas.COMPARISON, 0, a, b)
            m.set_int(d, int(holds(a, b)))

        @rule(f"jump_{name}")
        def branch(m, a, b, target):
            charge(m, gas.COMPARISON, 0, a, b)
            if holds(a, b):
                m.jump(target)

    @rule(f"jump_{name}_small")
    def branch_small(m, a, immediate, target):
        if name not in ("equal", "not_equal"):
            charge(m, gas.COMPARISON, 0, a, 1)
        if holds(a, immediate):
            m.jump(target)


for name, holds in COMPARISONS.items():
    comparison(name, holds)


# Control

@rule("jump")
def jump(m, target):
    m.jump(target)


@rule("loop_less")
def loop_less(m, a, b, target):
    """The first operand is also written, so it is the register."""
    old = m.get_int(a)
    charge(m, gas.SUM, old + 1, old, 1)
    m.give(a, limited(old + 1))
    charge(m, gas.COMPARISON, 0, old + 1, b)
    if old + 1 < b:
        m.jump(target)
