# pragma version ~=0.4.0
# pragma evm-version cancun
# Arithmetic by itself: each function does its operation n times and returns the last result.

MODEXP: constant(address) = 0x0000000000000000000000000000000000000005
SIEVE: constant(uint256) = 100_000


@external
@view
def fib(n: uint256) -> uint256:
    a: uint256 = 0
    b: uint256 = 1
    for _: uint256 in range(n, bound=2**64):
        c: uint256 = unsafe_add(a, b) & 18446744073709551615
        a = b
        b = c
    return a


@external
@view
def sieve(n: uint256) -> uint256:
    marks: bool[SIEVE] = empty(bool[SIEVE])
    total: uint256 = 0
    for i: uint256 in range(2, n, bound=SIEVE):
        if not marks[i]:
            total += i
            j: uint256 = i * i
            for _: uint256 in range(SIEVE):
                if j >= n:
                    break
                marks[j] = True
                j += i
    return total


# a * b / c with an exact product, after Remco Bloemen.
@internal
@pure
def _muldiv(a: uint256, b: uint256, c: uint256) -> uint256:
    mm: uint256 = uint256_mulmod(a, b, max_value(uint256))
    low: uint256 = unsafe_mul(a, b)
    high: uint256 = unsafe_sub(unsafe_sub(mm, low), convert(mm < low, uint256))
    if high == 0:
        return low // c
    assert high < c
    rest: uint256 = uint256_mulmod(a, b, c)
    high = unsafe_sub(high, convert(rest > low, uint256))
    low = unsafe_sub(low, rest)
    twos: uint256 = unsafe_sub(0, c) & c
    odd: uint256 = unsafe_div(c, twos)
    low = unsafe_div(low, twos)
    low |= unsafe_mul(high, unsafe_add(unsafe_div(unsafe_sub(0, twos), twos), 1))
    inverse: uint256 = unsafe_mul(3, odd) ^ 2
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    inverse = unsafe_mul(inverse, unsafe_sub(2, unsafe_mul(odd, inverse)))
    return unsafe_mul(low, inverse)


@external
@view
def muldiv(n: uint256, start: uint256, b: uint256, c: uint256) -> uint256:
    a: uint256 = start
    for i: uint256 in range(n, bound=2**64):
        a = self._muldiv(a, b, c) + i
    return a


# Base, exponent and modulus have 2,048 bits each.
@external
@view
def modexp(n: uint256, base: Bytes[256], exponent: Bytes[256], modulus: Bytes[256]) -> Bytes[256]:
    size: bytes32 = convert(256, bytes32)
    r: Bytes[256] = base
    for _: uint256 in range(n, bound=2**64):
        r = raw_call(
            MODEXP, concat(size, size, size, r, exponent, modulus), max_outsize=256, is_static_call=True
        )
    return r


@external
@view
def sha256_chain(n: uint256, tail: Bytes[992]) -> bytes32:
    hash: bytes32 = empty(bytes32)
    for _: uint256 in range(n, bound=2**64):
        hash = sha256(concat(hash, tail))
    return hash


@external
@view
def keccak_chain(n: uint256, tail: Bytes[992]) -> bytes32:
    hash: bytes32 = empty(bytes32)
    for _: uint256 in range(n, bound=2**64):
        hash = keccak256(concat(hash, tail))
    return hash
