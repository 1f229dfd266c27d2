# pragma version ~=0.4.0
# pragma evm-version cancun
# Claims from a reward per share, which grows by a step from claim to claim.

SCALE: constant(uint256) = 10**24
STEP: constant(uint256) = 12_345_678_901_234_567_890_123

event Claimed:
    holder: indexed(address)
    amount: uint256


index: uint256
shares: HashMap[address, uint256]
seen: HashMap[address, uint256]
owed: HashMap[address, uint256]
claimed: uint256


@external
def give(holders: DynArray[address, 1000]):
    self.index = SCALE
    rank: uint256 = 0
    for holder: address in holders:
        self.shares[holder] = (rank % 97 + 1) * 10**18
        rank += 1


@internal
def _pay(holder: address, i: uint256):
    index: uint256 = self.index + i * STEP
    earned: uint256 = self.owed[holder] + self.shares[holder] * (index - self.seen[holder])
    amount: uint256 = earned // SCALE
    assert amount > 0, "nothing to claim"
    self.seen[holder] = index
    self.owed[holder] = earned % SCALE
    self.claimed += amount
    log Claimed(holder=holder, amount=amount)


@external
def claim(i: uint256):
    self._pay(msg.sender, i)


@external
def run(n: uint256, holders: DynArray[address, 1000]):
    for i: uint256 in range(n, bound=2**64):
        self._pay(holders[i % 1000], i)


@external
@view
def value(holders: DynArray[address, 1000]) -> uint256:
    total: uint256 = self.claimed
    factor: uint256 = 0
    for holder: address in holders:
        factor += 1
        total += factor * self.owed[holder]
    return total
