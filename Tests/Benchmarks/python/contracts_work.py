"""Contracts in Python: each class is one of them, with its state; `run` does n operations."""

HOLDERS = 1000
GIVEN = 10**24
RAY = 10**27


def splitmix(number):
    """The address of a holder or anything else that must look random."""
    number = (number + 1) * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    number = (number ^ number >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return number ^ number >> 31


def address(index):
    return b"".join(splitmix(4 * index + part).to_bytes(8, "big") for part in range(4))


ADDRESSES = [address(index) for index in range(HOLDERS)]


def amount(i):
    return (i % 97 + 1) * 10**15


def payments(n):
    """Who pays whom how much: indices of holders, and an amount."""
    payer, payee = 0, 500
    for i in range(n):
        yield payer, payee, amount(i)
        payer, payee = (payer + 7) % HOLDERS, (payee + 13) % HOLDERS


class Token:
    def __init__(self):
        self.balances = {holder: GIVEN for holder in ADDRESSES}
        self.events = []

    def transfer(self, payer, payee, amount):
        assert amount > 0
        balance = self.balances[payer]
        assert balance >= amount
        self.balances[payer] = balance - amount
        self.balances[payee] = self.balances.get(payee, 0) + amount
        self.events.append(("Transfer", payer, payee, amount))

    def run(self, n):
        for payer, payee, amount in payments(n):
            self.transfer(ADDRESSES[payer], ADDRESSES[payee], amount)

    def value(self):
        return sum((k + 1) * self.balances[holder] for k, holder in enumerate(ADDRESSES))


class Caller:
    """A contract that pays the holders out of what it has in a token."""

    def __init__(self):
        self.token = Token()
        self.token.balances["caller"] = 10**30

    def run(self, n):
        for _, payee, amount in payments(n):
            self.token.transfer("caller", ADDRESSES[payee], amount)

    def value(self):
        return self.token.value() + self.token.balances["caller"]


class Dividend:
    SCALE = 10**24
    STEP = 12_345_678_901_234_567_890_123

    def __init__(self):
        self.index = 10**24
        self.shares = {holder: (k % 97 + 1) * 10**18 for k, holder in enumerate(ADDRESSES)}
        self.seen = {holder: 0 for holder in ADDRESSES}
        self.owed = {holder: 0 for holder in ADDRESSES}
        self.claimed = 0
        self.events = []

    def claim(self, holder, i):
        index = self.index + i * self.STEP
        owed = self.owed[holder] + self.shares[holder] * (index - self.seen[holder])
        amount, rest = divmod(owed, self.SCALE)
        assert amount > 0
        self.seen[holder] = index
        self.owed[holder] = rest
        self.claimed += amount
        self.events.append(("Claimed", holder, amount))

    def run(self, n):
        for i in range(n):
            self.claim(ADDRESSES[i % HOLDERS], i)

    def value(self):
        return self.claimed + sum((k + 1) * self.owed[holder] for k, holder in enumerate(ADDRESSES))


def fixed_pow(a, n, scale):
    """scale * (a / scale)^n by squaring from the lowest bit, each product rounded down."""
    result = scale
    while n > 0:
        if n & 1:
            result = result * a // scale
        n >>= 1
        if n > 0:
            a = a * a // scale
    return result


class Lending:
    HOURS = 8_760
    RATE = 5_707_762_557_077_625_570_776  # a twentieth a year, by the hour, x RAY
    PRICE = 2_345 * 10**18
    WAD = 10**18

    def __init__(self):
        self.collateral = [10**27 for _ in range(HOLDERS)]
        self.debt = [10**29 + k * 10**20 for k in range(HOLDERS)]
        self.repaid = 0
        self.events = []

    def repay(self, position, i):
        growth = fixed_pow(RAY + self.RATE + (i % 1000) * 10**15, self.HOURS, RAY)
        debt = self.debt[position] * growth // RAY
        worth = self.collateral[position] * self.PRICE // self.WAD
        assert debt <= worth * 8_000 // 10_000
        part = debt // 10
        self.debt[position] = debt - part
        self.repaid += part
        self.events.append(("Repaid", position, part, debt - part))

    def run(self, n):
        for i in range(n):
            self.repay(i % HOLDERS, i)

    def value(self):
        return self.repaid + sum((k + 1) * debt for k, debt in enumerate(self.debt))


class Escrow:
    OPENED, FUNDED, RELEASED = range(3)

    def __init__(self):
        self.balances = {holder: GIVEN for holder in ADDRESSES}
        self.fees = 0
        self.held = 0
        self.jobs = {}
        self.events = []

    def open(self, job, payer, payee, amount):
        assert amount > 0 and job not in self.jobs
        self.jobs[job] = [payer, payee, amount, self.OPENED]
        self.events.append(("Opened", job, payer, payee, amount))

    def fund(self, job):
        deal = self.jobs[job]
        assert deal[3] == self.OPENED
        balance = self.balances[deal[0]]
        assert balance >= deal[2]
        self.balances[deal[0]] = balance - deal[2]
        self.held += deal[2]
        deal[3] = self.FUNDED
        self.events.append(("Funded", job, deal[2]))

    def release(self, job):
        deal = self.jobs[job]
        assert deal[3] == self.FUNDED
        fee = deal[2] * 250 // 10_000
        self.held -= deal[2]
        self.fees += fee
        self.balances[deal[1]] += deal[2] - fee
        deal[3] = self.RELEASED
        self.events.append(("Released", job, deal[2] - fee, fee))

    def whole(self, job, payer, payee, amount):
        self.open(job, payer, payee, amount)
        self.fund(job)
        self.release(job)

    def run(self, n):
        for job, (payer, payee, amount) in enumerate(payments(n)):
            self.whole(job, ADDRESSES[payer], ADDRESSES[payee], amount)

    def value(self):
        return self.fees + sum((k + 1) * self.balances[holder] for k, holder in enumerate(ADDRESSES))


class Noop:
    """Nothing, called n times."""

    def noop(self):
        pass

    def run(self, n):
        for _ in range(n):
            self.noop()

    def value(self):
        return 0
