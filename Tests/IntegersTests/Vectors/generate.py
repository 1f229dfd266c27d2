"""Writes integers.jsonl: operations on integers, with the results of Python's own integers.

Each line is a JSON array of the operation, its arguments and the expected result. An integer is
hexadecimal, where "f{16}" is the digit f sixteen times; a failure is its name after an exclamation
mark.

Run it in this directory: python3 generate.py
"""

import json
import math
import random
import re

LIMIT = 16_384
ROUNDINGS = ["floor", "ceil", "trunc", "even", "exact"]
lines = []
seen = set()


class Failure(Exception):
    """An operation without a result."""


def text(value):
    """Writes an integer, with long runs of a digit as the digit and its count."""
    return re.sub(r"(.)\1{5,}", lambda run: f"{run[1]}{{{len(run[0])}}}", f"{value:x}")


def encode(value):
    """Writes an argument or a result."""
    if isinstance(value, bool):
        raise TypeError
    if isinstance(value, int):
        return text(value)
    if isinstance(value, (list, tuple)):
        return [encode(element) for element in value]
    return value


def case(operation, *arguments):
    """Adds a line, unless there is the same already or an argument is not an integer here."""
    if any(isinstance(value, int) and abs(value).bit_length() > LIMIT for value in arguments):
        return
    key = json.dumps([operation, encode(arguments)])
    if key in seen:
        return
    seen.add(key)
    try:
        result = encode(globals()["do_" + operation](*arguments))
    except Failure as failure:
        result = "!" + str(failure)
    lines.append([operation, *encode(arguments), result])


def limited(value):
    if abs(value).bit_length() > LIMIT:
        raise Failure("tooLarge")
    return value


def rounded(numerator, denominator, rounding):
    """Divides and rounds; the result may be beyond the limit."""
    if denominator == 0:
        raise Failure("divisionByZero")
    quotient, rest = divmod(numerator, denominator)  # Python rounds down.
    if rest == 0:
        return quotient
    if rounding == "exact":
        raise Failure("inexact")
    if rounding == "floor":
        return quotient
    if rounding == "ceil":
        return quotient + 1
    if rounding == "trunc":
        return quotient + 1 if quotient < 0 else quotient
    twice = abs(2 * rest)
    if twice != abs(denominator):
        return quotient + 1 if twice > abs(denominator) else quotient
    return quotient + quotient % 2


def do_add(a, b):
    return limited(a + b)


def do_subtract(a, b):
    return limited(a - b)


def do_multiply(a, b):
    return limited(a * b)


def do_compare(a, b):
    return (a > b) - (a < b)


def do_divide(a, b, rounding):
    return limited(rounded(a, b, rounding))


def do_divideFloor(a, b):
    if b == 0:
        raise Failure("divisionByZero")
    return divmod(a, b)


def do_modulo(a, b):
    if b == 0:
        raise Failure("divisionByZero")
    return a % b


def do_multiplyDivide(a, b, c, rounding):
    return limited(rounded(a * b, c, rounding))


def do_power(base, exponent):
    if exponent < 0:
        raise Failure("negativeExponent")
    if abs(base) <= 1:
        return base ** (2 - exponent % 2 if exponent else 0)
    if exponent > LIMIT:
        raise Failure("tooLarge")
    return limited(base**exponent)


def do_root(a, degree):
    if degree < 1:
        raise Failure("zerothRoot")
    if a < 0:
        raise Failure("negativeRoot")
    if degree >= max(a.bit_length(), 1):
        return min(a, 1)
    low, high = 0, 1 << (a.bit_length() // degree + 1)
    while high - low > 1:
        middle = (low + high) // 2
        if middle**degree <= a:
            low = middle
        else:
            high = middle
    return low


def do_gcd(a, b):
    return math.gcd(a, b)


def do_powerModulo(base, exponent, modulus):
    if modulus < 1:
        raise Failure("invalidModulus")
    if exponent < 0:
        raise Failure("negativeExponent")
    return pow(base, exponent, modulus)


def do_inverseModulo(a, modulus):
    if modulus < 1:
        raise Failure("invalidModulus")
    if modulus == 1:
        return 0
    if math.gcd(a, modulus) != 1:
        raise Failure("notInvertible")
    return pow(a, -1, modulus)


def do_and(a, b):
    return limited(a & b)


def do_or(a, b):
    return limited(a | b)


def do_xor(a, b):
    return limited(a ^ b)


def do_shiftLeft(a, distance):
    if distance < 0:
        raise Failure("negativeShift")
    if a == 0:
        return 0
    if distance > LIMIT:
        raise Failure("tooLarge")
    return limited(a << distance)


def do_shiftRight(a, distance):
    if distance < 0:
        raise Failure("negativeShift")
    return a >> min(distance, 2 * LIMIT)


def do_fixedPower(base, exponent, scale, rounding):
    if scale < 1:
        raise Failure("invalidScale")
    if exponent < 0:
        raise Failure("negativeExponent")
    if exponent >> 64:
        raise Failure("tooLarge")
    result = scale
    while exponent:
        if exponent & 1:
            result = limited(rounded(result * base, scale, rounding))
        exponent >>= 1
        if exponent:
            base = limited(rounded(base * base, scale, rounding))
    return result


def do_split(total, weights):
    if total < 0 or any(weight < 0 for weight in weights):
        raise Failure("invalidWeights")
    whole = limited(sum(weights))
    if whole == 0:
        raise Failure("invalidWeights")
    parts = [total * weight // whole for weight in weights]
    rests = [total * weight % whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-rests[index], index))
    for index in order[: total - sum(parts)]:
        parts[index] += 1
    assert sum(parts) == total
    return parts


def do_bitLength(a):
    return abs(a).bit_length()


def do_negate(a):
    return -a


def do_decimal(a):
    digits, rest = "", abs(a)
    while rest:
        rest, digit = divmod(rest, 10**18)
        digits = f"{digit:018d}" + digits
    return ("-" if a < 0 else "") + (digits.lstrip("0") or "0")


def do_encode(a):
    count = (abs(a).bit_length() + 7) // 8
    header = 2 * count + (a < 0)
    start = bytes([header]) if header < 128 else bytes([header & 127 | 128, header >> 7])
    return (start + abs(a).to_bytes(count, "big")).hex()


def do_encodeKey(a):
    count = (abs(a).bit_length() + 7) // 8
    if count > 127:
        raise Failure("tooLarge")
    body = abs(a).to_bytes(count, "big")
    if a < 0:
        return (bytes([128 - count]) + bytes(byte ^ 255 for byte in body)).hex()
    return (bytes([128 + count]) + body).hex()


def both(value):
    return [value, -value] if value else [value]


def around(*exponents, spread=1):
    return [
        value
        for exponent in exponents
        for delta in range(-spread, spread + 1)
        for value in both((1 << exponent) + delta)
    ]


def number(source, bits):
    """Picks an integer of the given size: random, or with long runs of equal bits."""
    if bits == 0:
        return 0
    value = source.getrandbits(bits) | 1 << (bits - 1)
    if source.random() < 0.3:
        low = source.randrange(bits)
        value = (1 << bits) - 1 if source.random() < 0.5 else 1 << (bits - 1)
        value ^= (1 << low) - 1 if source.random() < 0.5 else 1 << low
        value = max(value, 1)
    return value if source.random() < 0.5 else -value


def binary_edges():
    small = [0, 1, -1, 2, -2, 3, -3, 7, -7, 10]
    words = small + around(62, 63, 64)
    longs = words + around(126, 127, 128, 129)
    source = random.Random(1)
    for operation in ["add", "subtract", "multiply", "and", "or", "xor", "divideFloor"]:
        case(operation, 0, 0)
        for a in words:
            for b in source.sample(words, 7):
                case(operation, a, b)
        for _ in range(60):
            case(operation, source.choice(longs), source.choice(longs))
    for operation in ["compare", "modulo", "gcd"]:
        for _ in range(120):
            case(operation, source.choice(longs), source.choice(longs))
        case(operation, 0, 0)
    for a in longs + around(255, 1016, 16_383) + [2**LIMIT - 1, 1 - 2**LIMIT]:
        case("bitLength", a)
        case("negate", a)


def divisions():
    source = random.Random(2)
    pairs = [(7, 2), (5, 2), (3, 2), (1, 2), (1, 3), (2, 3), (6, 3), (0, 5), (9, 10), (15, 10)]
    pairs += [(25, 10), (35, 10), (2**64, 2**65), (3 * 2**64, 2**65), (2**64 + 1, 2**65)]
    pairs += [(2**128 - 1, 2**64), (2**128 - 1, 2**64 - 1), (2**127, 2**64), (2**129 - 1, 2**128)]
    pairs += [(2**63, 1), (2**63 - 1, 2), (2**126 + 2**62, 2**63), (3 * (2**127 - 1), 2 * (2**127 - 1))]
    for a, b in pairs:
        for rounding in ROUNDINGS:
            for x in both(a):
                for y in both(b):
                    case("divide", x, y, rounding)
    for rounding in ROUNDINGS:
        for a in [0, 1, -1, 2**70]:
            case("divide", a, 0, rounding)
            case("multiplyDivide", a, 3, 0, rounding)
        case("divide", 2**LIMIT - 1, -1, rounding)
        case("divide", 2**LIMIT - 1, 2, rounding)
        case("divide", 1 - 2**LIMIT, 2**LIMIT - 1, rounding)
        case("divide", 2**LIMIT - 2, 2**LIMIT - 1, rounding)
        case("divide", 2 ** (LIMIT - 1), 1 - 2**LIMIT, rounding)
        for bits in [(64, 64), (100, 40), (130, 60), (200, 128), (40, 100), (128, 128), (300, 129)]:
            for _ in range(3):
                case("divide", number(source, bits[0]), number(source, bits[1]), rounding)
        # Exact divisions and halves, with room for a carry in each limb.
        for bits in [20, 63, 64, 65, 128, 190]:
            b = number(source, bits)
            q = source.choice([2**64 - 1, 2**128 - 1, 2**63, 12345])
            case("divide", b * q, b, rounding)
            case("divide", 2 * b * q + b, 2 * b, rounding)
            case("divide", 2 * b * q - b, 2 * b, rounding)


def product_divisions():
    source = random.Random(3)
    triples = [(7, 5, 3), (7, 3, 2), (5, 1, 2), (0, 5, 3), (2**63, 2**63, 2**62), (2**64 - 1, 2**64 - 1, 2**64)]
    triples += [(2**128 - 1, 2**128 - 1, 2**129), (2**127, 3, 2**128), (10**18, 10**18, 3 * 10**18 + 1)]
    triples += [(3, 3, 2**130), (2**64, 2**64 - 1, 2**65)]
    for a, b, c in triples:
        for rounding in ROUNDINGS:
            for x in both(a):
                for y in both(c):
                    case("multiplyDivide", x, b, y, rounding)
                    case("multiplyDivide", x, -b, y, rounding)
    top = 2**LIMIT - 1
    for rounding in ROUNDINGS:
        for x in both(top):
            case("multiplyDivide", x, top, top, rounding)
            case("multiplyDivide", x, -top, top, rounding)
            case("multiplyDivide", x, top, 1, rounding)
            case("multiplyDivide", x, top, top - 1, rounding)
            case("multiplyDivide", x, top - 1, top, rounding)
            case("multiplyDivide", x, 3, 2, rounding)
            case("multiplyDivide", x, 2, 2, rounding)
            case("multiplyDivide", x, 2, 1, rounding)
            case("multiplyDivide", x, 1, 2, rounding)
            case("multiplyDivide", x, 2**64, 2**64, rounding)
            case("multiplyDivide", x, 2**64 + 1, 2**64, rounding)
            case("multiplyDivide", x, 2**200 - 1, 2**200, rounding)
            case("multiplyDivide", x, 2**9, 2**9, rounding)
        # Three halves of these are 2**16384, more or less a little: the rounding decides what fits.
        b = (2 ** (LIMIT + 1) - 2) // 3
        for delta in [-1, 0, 1, 2]:
            for sign in [1, -1]:
                case("multiplyDivide", sign * (b + delta), 3, 2, rounding)
        c = (2 ** (LIMIT + 1) - 1) // 31  # Exactly, so that 31 halves are 2**16384 - 1/2.
        if rounding in ["floor", "even"]:
            case("multiplyDivide", c, 31, 2, rounding)
        for bits in [(64, 64, 64), (70, 50, 60), (128, 128, 200), (256, 256, 64), (30, 30, 90)]:
            for _ in range(2):
                a, b, c = (number(source, size) for size in bits)
                case("multiplyDivide", a, b, c, rounding)
                case("multiplyDivide", a * c, b, c, rounding)


def limits():
    top = 2**LIMIT - 1
    half = 2 ** (LIMIT - 1)
    for x in both(top) + both(half) + both(half - 1) + both(top - 1):
        for y in [0, 1, -1, 2, -2, half, -half, half - 1, 1 - half, top, -top]:
            for operation in ["add", "subtract", "multiply", "and", "or", "xor", "compare", "divideFloor"]:
                case(operation, x, y)
        for y in [0, 1, -1, 2, 64, 16_383, 16_384, 2**64, -(2**64), 2**128]:
            case("shiftRight", x, y)
            case("shiftLeft", x, y)
    for a, b in [(8192, 8192), (8191, 8192), (8192, 8193), (16_320, 64), (16_383, 1), (16_000, 384)]:
        for x in [2**a, 2**a - 1, -(2**a)]:
            for y in [2**b, 2**b - 1, 1 - 2**b]:
                case("multiply", x, y)
    # The two products of so many bits in their factors: one fits and the other does not.
    root = math.isqrt(2**LIMIT - 1)
    for x in both(root):
        for y in [root, root + 1, -root - 1]:
            case("multiply", x, y)
    for exponent in [16_382, 16_383, 16_384, 16_385]:
        for base in [1, -1, 3, -3]:
            case("shiftLeft", base, exponent)
        for base in [0, 1, -1, 2, -2]:
            case("power", base, exponent)
    for a, b in [(2 ** (LIMIT - 1), 2**64), (-(2 ** (LIMIT - 1)), 2 ** (LIMIT - 1) - 1)]:
        case("and", a, b)
    # Two negative integers within the limit whose "and" is not.
    case("and", -top, -half - 1)
    case("and", -top, -half)
    case("and", -(half + 1), -(half + 2))
    case("and", -(2**128 - 1), -(2**127 + 1))
    case("and", -(2**128 - 2), -(2**128 - 3))
    case("and", -(2**64 - 1), -(2**63 + 1))
    case("and", -top, -(top - 1))


def powers():
    source = random.Random(4)
    for base in [0, 1, -1, 2, -2, 3, -3, 10, -10, 255, 2**32, -(2**32), 2**64 - 1, 2**64, -(2**64) - 1]:
        for exponent in [0, 1, 2, 3, 5, 7, 8, 31, -1, -(2**70), 2**63, 2**64, 2**64 + 1, 2**128]:
            case("power", base, exponent)
    case("power", 3, 10_000)
    # The last power that fits and the first that does not.
    for base in [3, 5, 7, 10, 2**32 - 1, 2**64 - 1, 2**64 + 1, 3**100, 2**8192 - 1, 2**8191]:
        exponent = 1
        while (base ** (exponent + 1)).bit_length() <= LIMIT:
            step = 1
            while (base ** (exponent + 2 * step)).bit_length() <= LIMIT:
                step *= 2
            exponent += step
        if base in (3, 10, 2**64 - 1, 2**8192 - 1):
            case("power", -base, exponent)
        case("power", base, exponent + 1)
        case("power", -base, exponent + 1)
        case("power", base, exponent + 2)
    case("power", 2**8192, 2)
    case("power", 2**4096, 4)
    case("power", 2**4095, 4)
    for _ in range(40):
        case("power", number(source, source.randrange(1, 140)), source.randrange(12))

    for a in [0, 1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 26, 27, 28, 80, 81, 82] + [abs(x) for x in around(62, 63, 64, 126, 127, 128, 129)]:
        for degree in [1, 2, 3, 4, 5, 64, 127, 128, 129, 2**70]:
            case("root", a, degree)
    for a in [-1, -8, -(2**200)]:
        for degree in [1, 2, 3, 0, -1]:
            case("root", a, degree)
    for a in [0, 1, 8]:
        for degree in [0, -1, -(2**70)]:
            case("root", a, degree)
    for degree in [2, 3, 5, 7, 100]:
        for _ in range(6):
            base = abs(number(source, source.randrange(2, 700 // degree + 8)))
            for delta in [-1, 0, 1]:
                case("root", base**degree + delta, degree)
    top = 2**LIMIT - 1
    for degree in [16, 3000, 8192, 16_382, 16_383, 16_384, 16_385, 2**64]:
        case("root", top, degree)
    case("root", top, 2)
    case("root", 2 ** (LIMIT - 2), 2)
    case("root", top, 3)


def number_theory():
    source = random.Random(5)
    for _ in range(60):
        g = number(source, source.choice([1, 8, 64, 65, 130]))
        case("gcd", g * number(source, source.randrange(1, 300)), g * number(source, source.randrange(1, 300)))
    case("gcd", 2**LIMIT - 1, 2**8192 - 1)
    case("gcd", 2**LIMIT - 1, 0)
    case("gcd", 0, 1 - 2**LIMIT)
    case("gcd", 2 ** (LIMIT - 1), 2 ** (LIMIT - 9))
    for a in [0, 1, -1, 2, -2, 3, 7, -7, 2**64, -(2**64), 2**127 - 1]:
        for m in [1, 2, 7, 8, 10, 2**61 - 1, 2**64, 2**127 - 1, 2**128, 0, -1, -7]:
            case("inverseModulo", a, m)
            for e in [0, 1, 5, -1, 2**64 + 1]:
                case("powerModulo", a, e, m)
    for _ in range(60):
        m = abs(number(source, source.choice([8, 63, 64, 65, 128, 256, 521])))
        a = number(source, source.randrange(1, 600))
        case("inverseModulo", a, m)
        case("powerModulo", a, abs(number(source, source.randrange(0, 300))), m)
    case("inverseModulo", 2, 2**LIMIT - 1)
    case("inverseModulo", 3, 2**LIMIT - 1)
    case("inverseModulo", -2, 2**LIMIT - 1)
    case("powerModulo", 2, 2**64 - 1, 2**LIMIT - 1)
    case("powerModulo", -2, 5, 2**LIMIT - 1)


def bits():
    source = random.Random(6)
    for _ in range(90):
        a = number(source, source.choice([1, 63, 64, 65, 127, 128, 129, 200, 256]))
        b = number(source, source.choice([1, 63, 64, 65, 127, 128, 129, 200, 256]))
        for operation in ["and", "or", "xor"]:
            case(operation, a, b)
    for a in [0, 1, -1, 2, -2, 3, -3, 2**63, -(2**63), 2**64 - 1, 1 - 2**64, 2**64, -(2**64), -(2**64) - 1, -(2**128)]:
        for distance in [0, 1, 2, 62, 63, 64, 65, 127, 128, 129, -1, -(2**64), 2**63, 2**64, 2**65]:
            case("shiftLeft", a, distance)
            case("shiftRight", a, distance)
    for _ in range(60):
        a = number(source, source.randrange(1, 320))
        distance = source.randrange(340)
        case("shiftLeft", a, distance)
        case("shiftRight", a, distance)


def fixed_powers():
    source = random.Random(7)
    ray, wad = 10**27, 10**18
    for rounding in ROUNDINGS:
        for base in [0, 1, wad, -wad, wad // 2, 3 * wad // 2, -3 * wad // 2, wad + 1, 2 * wad, 10**17]:
            for exponent in [0, 1, 2, 3, 7, 17, 20, 365]:
                case("fixedPower", base, exponent, wad, rounding)
        case("fixedPower", ray + 1547125957863212448, 31_536_000, ray, rounding)
        case("fixedPower", ray - 1547125957863212448, 31_536_000, ray, rounding)
        case("fixedPower", wad, 2**64 - 1, wad, rounding)
        case("fixedPower", wad, 2**64, wad, rounding)
        case("fixedPower", wad, -1, wad, rounding)
        case("fixedPower", wad, -1, 0, rounding)
        case("fixedPower", wad, 2, -wad, rounding)
        case("fixedPower", 2, 16_383, 1, rounding)
        case("fixedPower", 2, 16_384, 1, rounding)
        case("fixedPower", -2, 16_383, 1, rounding)
        case("fixedPower", 0, 2**64 - 1, 1, rounding)
        case("fixedPower", 2**LIMIT - 1, 1, 2**LIMIT - 1, rounding)
        case("fixedPower", 2**LIMIT - 1, 3, 2**LIMIT - 1, rounding)
        case("fixedPower", 2**LIMIT - 2, 3, 2**LIMIT - 1, rounding)
        case("fixedPower", 2**LIMIT - 1, 2, 2**LIMIT - 2, rounding)
        case("fixedPower", 2**8192, 2, 1, rounding)
        for _ in range(6):
            scale = abs(number(source, source.randrange(2, 140)))
            base = number(source, max(1, scale.bit_length() + source.randrange(-3, 3)))
            case("fixedPower", base, source.randrange(200), scale, rounding)


def splits():
    source = random.Random(8)
    case("split", 100, [1, 1, 1])
    case("split", 101, [1, 1, 1])
    case("split", 0, [1, 2, 3])
    case("split", 5, [0, 0, 1])
    case("split", 7, [0, 3, 0, 3])
    case("split", 1, [1, 1])
    case("split", 2, [3, 3, 3])
    case("split", 10, [])
    case("split", 10, [0, 0])
    case("split", -1, [1])
    case("split", 10, [3, -1])
    case("split", 10, [1])
    top = 2**LIMIT - 1
    case("split", top, [1, 1])
    case("split", top, [1, 1, 1])
    case("split", top, [top])
    case("split", top, [top, 1])
    case("split", 5, [top - 1, 1])
    case("split", top, [2 ** (LIMIT - 1), 2 ** (LIMIT - 1) - 1])
    for _ in range(120):
        total = abs(number(source, source.choice([1, 5, 20, 64, 90, 128, 200])))
        size = source.choice([1, 3, 10, 64, 90])
        weights = [abs(number(source, source.randrange(0, size + 1))) for _ in range(source.randrange(1, 9))]
        case("split", total, weights)


def encodings():
    source = random.Random(9)
    values = [0, 1, -1, 127, 128, 255, 256, -255, -256, 65535, 65536]
    for bits in [62, 63, 64, 126, 127, 128, 129, 503, 504, 505, 512, 1007, 1008, 1015, 1016, 1017, 1024]:
        values += around(bits)
    values += [number(source, source.randrange(1, 1100)) for _ in range(16)]
    for value in values:
        case("encode", value)
        case("encodeKey", value)
        case("decimal", value)
    for value in both(2**LIMIT - 1):
        case("encode", value)
        case("encodeKey", value)
        case("decimal", value)
    case("decimal", number(source, LIMIT))
    case("encode", number(source, 9000))


def random_pairs():
    source = random.Random(10)
    sizes = [0, 1, 30, 62, 63, 64, 65, 100, 126, 127, 128, 129, 192, 256, 400]
    operations = ["add", "subtract", "multiply", "compare", "divideFloor", "modulo"]
    for _ in range(60):
        a, b = number(source, source.choice(sizes)), number(source, source.choice(sizes))
        for operation in operations:
            case(operation, a, b)
    # A few of the largest.
    a, b, c = number(source, LIMIT), number(source, LIMIT), number(source, 8000)
    for operation in ["subtract", "multiply", "divideFloor"]:
        case(operation, a, c)
    case("multiply", number(source, 8192), number(source, 8192))
    case("multiplyDivide", a, b, c, "floor")


binary_edges()
divisions()
product_divisions()
limits()
powers()
number_theory()
bits()
fixed_powers()
splits()
encodings()
random_pairs()

with open("integers.jsonl", "w") as file:
    for line in lines:
        file.write(json.dumps(line, separators=(",", ":")) + "\n")
