# pragma version ~=0.4.0
# pragma evm-version cancun
# A token kept in maps of its own.

event Transfer:
    payer: indexed(address)
    payee: indexed(address)
    amount: uint256


balances: HashMap[address, uint256]


@external
def give(holders: DynArray[address, 1000], amount: uint256):
    for holder: address in holders:
        self.balances[holder] = amount


@internal
def _move(payer: address, payee: address, amount: uint256):
    assert amount > 0, "no amount"
    balance: uint256 = self.balances[payer]
    assert balance >= amount, "insufficient"
    self.balances[payer] = unsafe_sub(balance, amount)
    self.balances[payee] += amount
    log Transfer(payer=payer, payee=payee, amount=amount)


@external
def transfer(payee: address, amount: uint256):
    self._move(msg.sender, payee, amount)


@external
def run(n: uint256, holders: DynArray[address, 1000]):
    payer: uint256 = 0
    payee: uint256 = 500
    for i: uint256 in range(n, bound=2**64):
        self._move(holders[payer], holders[payee], (i % 97 + 1) * 10**15)
        payer = (payer + 7) % 1000
        payee = (payee + 13) % 1000


@external
def noop():
    pass


@external
@view
def value(holders: DynArray[address, 1000]) -> uint256:
    total: uint256 = 0
    factor: uint256 = 0
    for holder: address in holders:
        factor += 1
        total += factor * self.balances[holder]
    return total
