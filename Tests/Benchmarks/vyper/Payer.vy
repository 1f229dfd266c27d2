# pragma version ~=0.4.0
# pragma evm-version cancun
# Pays the holders out of what it has in a token, which is another contract.

interface Token:
    def transfer(payee: address, amount: uint256): nonpayable
    def value(holders: DynArray[address, 1000]) -> uint256: view


token: address


@external
def use(token: address):
    self.token = token


@external
def run(n: uint256, holders: DynArray[address, 1000]):
    token: address = self.token
    payee: uint256 = 500
    for i: uint256 in range(n, bound=2**64):
        extcall Token(token).transfer(holders[payee], (i % 97 + 1) * 10**15)
        payee = (payee + 13) % 1000


@external
@view
def value(holders: DynArray[address, 1000]) -> uint256:
    own: DynArray[address, 1000] = [self]
    return staticcall Token(self.token).value(holders) + staticcall Token(self.token).value(own)
