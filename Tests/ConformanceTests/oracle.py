#!/usr/bin/env python3
"""Checks the results and traps in Vectors/integers.json with Python's integers.

A third opinion beside the two engines: neither GMP nor the reference engine's library is asked.
"""
import json
import math
import pathlib
import re
import sys

LIMIT = 1 << 16_384


class Trap(Exception):
    pass


def integer(text):
    match = re.fullmatch(r"(-?)2\^(\d+)([+-]\d+)?", text)
    if not match:
        return decimal(text)
    power = 1 << int(match[2])
    return (-power if match[1] else power) + int(match[3] or 0)


def decimal(text):
    sign, digits, value = (-1, text[1:], 0) if text.startswith("-") else (1, text, 0)
    for start in range(0, len(digits), 4_000):
        part = digits[start : start + 4_000]
        value = value * 10 ** len(part) + int(part)
    return sign * value


def small(value):
    if abs(value) >= LIMIT:
        raise Trap("IntegerTooLarge")
    return value


def quotient(a, b, rounding):
    if b == 0:
        raise Trap("DivisionByZero")
    floor, rest = divmod(a, b)
    if rest == 0 or rounding == "floor":
        return floor
    if rounding == "ceil":
        return floor + 1
    if rounding == "trunc":
        return floor + 1 if (a < 0) != (b < 0) else floor
    if rounding == "exact":
        raise Trap("Inexact")
    twice, size = 2 * abs(rest), abs(b)
    return floor + 1 if twice > size or (twice == size and floor % 2 == 1) else floor


def power(a, n):
    if n < 0:
        raise Trap("NegativeExponent")
    if abs(a) > 1 and n * (abs(a).bit_length() - 1) >= 16_384:
        raise Trap("IntegerTooLarge")
    if abs(a) <= 1:
        return 1 if n == 0 or a == 1 or (a == -1 and n % 2 == 0) else a
    return small(a**n)


def root(a, n):
    if n <= 0 or a < 0:
        raise Trap("NegativeRoot")
    if a < 2 or n == 1:
        return a
    if n >= a.bit_length():
        return 1
    low, high = 1, 1 << (a.bit_length() // n + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**n <= a else (low, middle)
    return low


def ladder(a, n, s, rounding):
    if s <= 0:
        raise Trap("DivisionByZero")
    if n < 0:
        raise Trap("NegativeExponent")
    if n.bit_length() > 64:
        raise Trap("IntegerTooLarge")
    total, square = s, a
    while n > 0:
        if n & 1:
            total = small(quotient(total * square, s, rounding))
        n >>= 1
        if n > 0:
            square = small(quotient(square * square, s, rounding))
    return total


def shifted_left(a, n):
    if n < 0:
        raise Trap("InvalidShift")
    if a == 0:
        return 0
    if abs(a).bit_length() + n > 16_384:
        raise Trap("IntegerTooLarge")
    return a << n


def shifted_right(a, n):
    if n < 0:
        raise Trap("InvalidShift")
    return a >> min(n, 20_000)


def modulus(m):
    if m <= 0:
        raise Trap("InvalidModulus")


def modular_power(a, n, m):
    modulus(m)
    if n < 0:
        raise Trap("NegativeExponent")
    return pow(a, n, m)


def modular_inverse(a, m):
    modulus(m)
    if math.gcd(a, m) != 1:
        raise Trap("NotInvertible")
    return pow(a, -1, m) if m > 1 else 0


def modulo(a, b):
    if b == 0:
        raise Trap("DivisionByZero")
    return a % b


PLAIN = {
    "add": lambda a, b: small(a + b),
    "sub": lambda a, b: small(a - b),
    "mul": lambda a, b: small(a * b),
    "min": min,
    "max": max,
    "mod": modulo,
    "gcd": math.gcd,
    "bit_and": lambda a, b: small(a & b),
    "bit_or": lambda a, b: small(a | b),
    "bit_xor": lambda a, b: small(a ^ b),
    "equal": lambda a, b: int(a == b),
    "not_equal": lambda a, b: int(a != b),
    "less": lambda a, b: int(a < b),
    "less_equal": lambda a, b: int(a <= b),
    "neg": lambda a: -a,
    "abs": abs,
    "bit_length": lambda a: abs(a).bit_length(),
    "not": lambda a: int(a == 0),
    "pow": power,
    "root": root,
    "shift_left": shifted_left,
    "shift_right": shifted_right,
    "pow_mod": modular_power,
    "inv_mod": modular_inverse,
}


def expected(name, operands):
    if name in PLAIN:
        return [PLAIN[name](*operands)]
    if name == "divmod":
        return [quotient(*operands, "floor"), modulo(*operands)]
    for prefix, operation in (("add_small_", "add"), ("mul_small_", "mul")):
        if name.startswith(prefix):
            immediate = int(name.removeprefix(prefix).replace("minus_", "-"))
            return [PLAIN[operation](operands[0], immediate)]
    kind, rounding = name.rsplit("_", 1)
    if kind == "div":
        return [small(quotient(*operands, rounding))]
    if kind == "muldiv":
        a, b, c = operands
        return [small(quotient(a * b, c, rounding))]
    if kind == "fixed_pow":
        return [ladder(*operands, rounding)]
    raise KeyError(name)


def main():
    path = pathlib.Path(__file__).parent / "Vectors" / "integers.json"
    rows = failures = 0
    for step in json.loads(path.read_text())["steps"]:
        if "table" not in step:
            continue
        name = step["table"]["function"].split("(")[0]
        for row in step["table"]["rows"]:
            if row.get("trap") == "OutOfGas":
                continue
            rows += 1
            try:
                want = expected(name, [integer(text) for text in row["in"]])
            except Trap as trap:
                want = str(trap)
            given = [integer(text) for text in row["out"]] if "out" in row else row["trap"]
            if given != want:
                failures += 1
                print(f"{name} {row['in']}: {str(given)[:200]}, expected {str(want)[:200]}")
    print(f"{rows} rows of integers.json checked, {failures} wrong")
    sys.exit(1 if failures or rows < 5_000 else 0)


main()
