# pragma version ~=0.4.0
# pragma evm-version cancun
# Loans whose interest is compounded by the hour, and which are repaid by a tenth at a time.

RAY: constant(uint256) = 10**27
WAD: constant(uint256) = 10**18
HOURS: constant(uint256) = 8_760
RATE: constant(uint256) = 5_707_762_557_077_625_570_776
PRICE: constant(uint256) = 2_345 * WAD
SAFE: constant(uint256) = 8_000
BPS: constant(uint256) = 10_000

struct Position:
    collateral: uint256
    debt: uint256


event Repaid:
    position: indexed(uint256)
    part: uint256
    debt: uint256


positions: HashMap[uint256, Position]
repaid: uint256


@external
def open(count: uint256):
    for k: uint256 in range(count, bound=1000):
        self.positions[k] = Position(collateral=10**27, debt=10**29 + k * 10**20)


# RAY * (a / RAY)^n by squaring from the lowest bit, each product rounded down.
@internal
@pure
def _compound(base: uint256, hours: uint256) -> uint256:
    result: uint256 = RAY
    a: uint256 = base
    n: uint256 = hours
    for _: uint256 in range(256):
        if n & 1 != 0:
            result = result * a // RAY
        n = n >> 1
        if n == 0:
            break
        a = a * a // RAY
    return result


@internal
def _settle(index: uint256, i: uint256):
    growth: uint256 = self._compound(RAY + RATE + (i % 1000) * 10**15, HOURS)
    debt: uint256 = self.positions[index].debt * growth // RAY
    worth: uint256 = self.positions[index].collateral * PRICE // WAD
    assert debt <= worth * SAFE // BPS, "unhealthy"
    part: uint256 = debt // 10
    self.positions[index].debt = debt - part
    self.repaid += part
    log Repaid(position=index, part=part, debt=debt - part)


@external
def repay(index: uint256, i: uint256):
    self._settle(index, i)


@external
def run(n: uint256):
    for i: uint256 in range(n, bound=2**64):
        self._settle(i % 1000, i)


@external
@view
def value() -> uint256:
    total: uint256 = self.repaid
    for k: uint256 in range(1000):
        total += (k + 1) * self.positions[k].debt
    return total
