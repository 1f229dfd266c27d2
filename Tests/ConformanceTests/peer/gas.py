"""Every price and every size. The page Gas.md is the source: its formulas and numbers are read, not copied.

Where the page says a price in words, the words are matched with their numbers left open, so that a
change of the sentence is noticed here.
"""
import re

from formula import Formulas
from pages import LIMITS, number, page, rows

TEXT = page("Execution/Gas")
NARROW = 1 << 126
SMALL = 1 << 62

FORMULA = Formulas()
WORDS = {}
for heading, formula, *_ in rows(TEXT, "formula", "value"):
    if heading in ("results", "signature", "merkle", "listSum", "listDot", "split", "kindCheck(kind, c)"):
        WORDS[heading] = formula
    else:
        heading = heading.replace("listSort(c, w)", "listSort(c, w, B)")
        formula = re.sub(r", [cnBr] .*| elements$", "", formula)  # "c elements"; "2c, c bytes of values"
        FORMULA.define(heading, formula)

NUMBER = {name.strip("`"): number(value) for name, value, _ in rows(TEXT, "number", "value")}
COLD, COLD_CONTRACT, NEW_KEY = NUMBER["cold"], NUMBER["coldContract"], NUMBER["newKey"]
HOOK, FOREIGN_HOOK = NUMBER["hook"], NUMBER["foreignHook"]

(SUM, COMPARISON, PRODUCT, QUOTIENT, PRODUCT_QUOTIENT, ROOT, GCD, MODULAR_POWER, FIXED_POWER_STEP, BITWISE, SHIFT) = (
    FORMULA[name] for name in "sum comparison product quotient productQuotient root gcd modularPower fixedPowerStep "
    "bitwise shift".split())
(FRAME, BYTES_RESULT, INT_TO_BYTES, BYTES_TO_INT, BYTES_COMPARISON, SHA256, KECCAK256, LIST_RESULT, LIST_BYTES) = (
    FORMULA[name] for name in "frame bytesResult intToBytes bytesToInt bytesComparison sha256 keccak256 listResult "
    "listBytes".split())
OUTPUT, VALUES, DIGEST, CALL, TRANSACTION, KEY, SEEK, ASSET_RECORD, STORED_READ, STORED_WRITE = (
    FORMULA[name] for name in "output values digest call transaction key seek assetRecord storedRead storedWrite".split())


def words_of(name, pattern):
    """The numbers in a price that is given in words."""
    match = re.fullmatch(pattern.replace("#", r"([\d,]*\d)"), WORDS[name])
    if not match:
        raise ValueError(f"the price {name} is now {WORDS[name]!r}")
    return [number(group) for group in match.groups()]


(RESULT,) = words_of("results", r"# per result moved \(banks whose operand is not 0\)")
ED25519, ED25519_BYTE, P256, P384 = words_of(
    "signature", r"Ed25519: # \+ #c, c bytes of the message; P-256: #; P-384: #")
(MERKLE_LEVEL,) = words_of("merkle", r"# per level \+ sha256\(bytes of the leaf\)")
(LIST_SUM_WIDE,) = words_of("listSum", r"c \+ for every wide element # \+ its words")
(LIST_DOT_ELEMENT,) = words_of("listDot", r"#c \+ product of the words for every pair that is not two small integers")
(SPLIT_WEIGHT,) = words_of("split", r"for every weight # \+ productQuotient\(total, weight, 1 \+ words of the widest "
                           r"weight\); and listSort\(c, 0\)")
TEXT_CHECK, CALL_CHECK = re.fullmatch(r"text: (.*); call: (.*); else 0", WORDS["kindCheck(kind, c)"]).groups()
FORMULA.define("textCheck(c)", TEXT_CHECK)
FORMULA.define("callCheck(c)", CALL_CHECK)


# Sizes

def bits(value):
    return abs(value).bit_length()


def full_words(count):
    """W: the words that so many bits take."""
    return max(1, -(-count // 64))


def words(value):
    return full_words(bits(value))


def size(value):
    """bytes(v) of an integer or a string."""
    return len(value) if isinstance(value, bytes) else (bits(value) + 7) // 8


def wide(value):
    return not -NARROW <= value < NARROW


def narrow(*values):
    return not any(map(wide, values))


def small(value):
    return -SMALL <= value < SMALL


# Formulas that are more than an expression

def power(base, exponent):
    """power(b, e) for a base of so many bits."""
    if base <= 1 or exponent == 0:
        return 0
    gas, square, result = 0, base, 0
    while exponent > 0:
        if exponent & 1:
            gas += PRODUCT(full_words(max(result, 1)), full_words(square))
            result = min(result + square, LIMITS.integerBits)
        exponent >>= 1
        if exponent > 0:
            gas += PRODUCT(full_words(square), full_words(square))
            square = min(2 * square, LIMITS.integerBits)
    return gas


def list_sort(count, wide_words):
    return FORMULA["listSort"](count, wide_words, bits(count))


def words_of_wide(elements):
    return sum(words(element) for element in elements if wide(element))


def list_sum(elements):
    return len(elements) + sum(LIST_SUM_WIDE + words(element) for element in elements if wide(element))


def list_dot(a, b):
    return LIST_DOT_ELEMENT * len(a) + sum(
        PRODUCT(words(x), words(y)) for x, y in zip(a, b) if not (small(x) and small(y)))


def split(total, weights):
    widest = max(map(words, weights), default=1)
    return list_sort(len(weights), 0) + sum(
        SPLIT_WEIGHT + PRODUCT_QUOTIENT(words(total), words(weight), 1 + widest) for weight in weights)


def signature(scheme, message):
    return (ED25519 + ED25519_BYTE * len(message), P256, P384)[scheme]


def merkle(levels, leaf):
    return MERKLE_LEVEL * levels + SHA256(len(leaf))


def kind_check(kind, count):
    return FORMULA[f"{kind}Check"](count) if kind in ("text", "call") else 0


# The memory meter

def memory(value):
    """The size that the schedule gives a value in a register, without the elements of a list."""
    if isinstance(value, int):
        return 16 + 8 * words(value) if wide(value) else 0
    if isinstance(value, bytes):
        return 16 + (len(value) + 15) // 16 * 16 if value else 0
    return 0 if value is None else 32 + 32 * len(value)


def list_memory(elements):
    return memory(elements) + sum(memory(element) for element in elements if wide(element))
