# pragma version ~=0.4.0
# pragma evm-version cancun
# Jobs that are opened, funded and released, with balances in maps of its own.

FEE: constant(uint256) = 250
BPS: constant(uint256) = 10_000

flag Status:
    OPENED
    FUNDED
    RELEASED


struct Job:
    payer: address
    payee: address
    amount: uint256
    status: Status


event Opened:
    job: indexed(uint256)
    payer: address
    payee: address
    amount: uint256


event Funded:
    job: indexed(uint256)
    amount: uint256


event Released:
    job: indexed(uint256)
    paid: uint256
    fee: uint256


balances: HashMap[address, uint256]
jobs: HashMap[uint256, Job]
held: uint256
fees: uint256


@external
def give(holders: DynArray[address, 1000], amount: uint256):
    for holder: address in holders:
        self.balances[holder] = amount


@internal
def _open(job: uint256, payer: address, payee: address, amount: uint256):
    assert amount > 0, "no amount"
    assert self.jobs[job].payer == empty(address), "taken"
    self.jobs[job] = Job(payer=payer, payee=payee, amount=amount, status=Status.OPENED)
    log Opened(job=job, payer=payer, payee=payee, amount=amount)


@internal
def _fund(job: uint256):
    assert self.jobs[job].status == Status.OPENED, "wrong status"
    payer: address = self.jobs[job].payer
    amount: uint256 = self.jobs[job].amount
    balance: uint256 = self.balances[payer]
    assert balance >= amount, "insufficient"
    self.balances[payer] = unsafe_sub(balance, amount)
    self.held += amount
    self.jobs[job].status = Status.FUNDED
    log Funded(job=job, amount=amount)


@internal
def _release(job: uint256):
    assert self.jobs[job].status == Status.FUNDED, "wrong status"
    amount: uint256 = self.jobs[job].amount
    fee: uint256 = amount * FEE // BPS
    self.held -= amount
    self.fees += fee
    self.balances[self.jobs[job].payee] += amount - fee
    self.jobs[job].status = Status.RELEASED
    log Released(job=job, paid=amount - fee, fee=fee)


@internal
def _whole(job: uint256, payer: address, payee: address, amount: uint256):
    self._open(job, payer, payee, amount)
    self._fund(job)
    self._release(job)


@external
def settle(job: uint256, payee: address, amount: uint256):
    self._whole(job, msg.sender, payee, amount)


@external
def run(n: uint256, holders: DynArray[address, 1000]):
    payer: uint256 = 0
    payee: uint256 = 500
    for i: uint256 in range(n, bound=2**64):
        self._whole(i, holders[payer], holders[payee], (i % 97 + 1) * 10**15)
        payer = (payer + 7) % 1000
        payee = (payee + 13) % 1000


@external
@view
def value(holders: DynArray[address, 1000]) -> uint256:
    total: uint256 = self.fees
    factor: uint256 = 0
    for holder: address in holders:
        factor += 1
        total += factor * self.balances[holder]
    return total
