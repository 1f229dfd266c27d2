# pragma version ~=0.4.0
# pragma evm-version cancun
# A registry of GPU passports, read and updated at random.

struct Device:
    owner: address
    operator: address
    model: String[16]
    memory: uint256
    hours: uint256


event Registered:
    passport: indexed(uint256)
    owner: address


devices: HashMap[uint256, Device]


@internal
@pure
def _identifier(number: uint256) -> uint256:
    mask: uint256 = 2**64 - 1
    x: uint256 = unsafe_mul(number + 1, 11400714819323198485) & mask
    x = unsafe_mul(x ^ (x >> 30), 13787848793156543929) & mask
    x = unsafe_mul(x ^ (x >> 27), 10723151780598845931) & mask
    return x ^ (x >> 31)


@external
def register(start: uint256, count: uint256, holders: DynArray[address, 1000]):
    for i: uint256 in range(start, start + count, bound=1000):
        owner: address = holders[i % len(holders)]
        passport: uint256 = self._identifier(i)
        self.devices[passport] = Device(
            owner=owner, operator=owner, model="H100 SXM", memory=80_000, hours=0
        )
        log Registered(passport=passport, owner=owner)


@external
def work(seed: uint256, n: uint256, count: uint256) -> (uint256, uint256):
    x: uint256 = seed
    total: uint256 = 0
    for _: uint256 in range(n, bound=2**64):
        x = (x * 1_103_515_245 + 12_345) % 2**31
        passport: uint256 = self._identifier(x % count)
        hours: uint256 = self.devices[passport].hours + x % 100
        self.devices[passport].hours = hours
        total += hours
    return x, total
