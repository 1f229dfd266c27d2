"""Arithmetic by itself. Each function does its operation n times and returns the last result."""

import hashlib

import keccak

B256, C256, A256 = 3**161 - 5**80, 3**161, 7**91
E2048, M2048, R2048 = 5**882, 3**1292, 7**729
A4096, B4096 = 7**1459, 5**1764
TAIL = bytes(i % 251 for i in range(992))


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, (a + b) & 0xFFFFFFFFFFFFFFFF
    return a


def sieve(n):
    """The sum of the primes below n."""
    marks = [0] * n
    total = 0
    for i in range(2, n):
        if marks[i] == 0:
            total += i
            j = i * i
            while j < n:
                marks[j] = 1
                j += i
    return total


def muldiv(n):
    a = A256
    for i in range(n):
        a = a * B256 // C256 + i
    return a


def modexp(n):
    r = R2048
    for _ in range(n):
        r = pow(r, E2048, M2048)
    return r


def mul4096(n):
    a = A4096
    mask = 2**4096 - 1
    for i in range(n):
        a = (a * B4096 + i) & mask
    return a


def fact(n):
    total = 0
    for i in range(n):
        product = i + 1
        for k in range(2, 1201):
            product *= k
        total += product
    return total


def sha256(n):
    digest = bytes(32)
    for _ in range(n):
        digest = hashlib.sha256(digest + TAIL).digest()
    return int.from_bytes(digest, "big")


def keccak256(n):
    digest = bytes(32)
    for _ in range(n):
        digest = keccak.keccak256(digest + TAIL)
    return int.from_bytes(digest, "big")
