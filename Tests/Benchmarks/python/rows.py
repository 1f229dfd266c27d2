"""Every row by its name: how to prepare n operations, so that running and then valuing them is left."""

import contracts_work
import numbers_work
import yuma_work
from passports_work import Passports


class Number:
    """A function of n as something that runs n operations."""

    def __init__(self, function):
        self.function = function
        self.result = 0

    def run(self, n):
        self.result = self.function(n)

    def value(self):
        return self.result


ROWS = {
    name: lambda n, function=getattr(numbers_work, name): Number(function)
    for name in ["fib", "sieve", "muldiv", "modexp", "mul4096", "fact", "sha256"]
}
ROWS |= {
    "keccak": lambda n: Number(numbers_work.keccak256),
    "transfer": lambda n: contracts_work.Token(),
    "dividend": lambda n: contracts_work.Dividend(),
    "lending": lambda n: contracts_work.Lending(),
    "escrow": lambda n: contracts_work.Escrow(),
    "cross-call": lambda n: contracts_work.Caller(),
    "yuma": lambda n: yuma_work.Yuma(256, 7_000),
    "yuma-small": lambda n: yuma_work.Yuma(16, 500),
    "scale": lambda n: Passports(n * 3 // 10),
}
# A transaction for each operation, which here is a call like the others; the machine's own assets, where
# it has some; and a ledger, where there is one.
ROWS |= {
    "assets": ROWS["transfer"],
    "top-noop": lambda n: contracts_work.Noop(),
    "top-transfer": ROWS["transfer"],
    "top-assets": ROWS["transfer"],
    "top-claim": ROWS["dividend"],
    "top-lending": ROWS["lending"],
    "top-escrow": ROWS["escrow"],
    "ledger": ROWS["transfer"],
}


def value(name, n):
    """What every peer must find."""
    work = ROWS[name](n)
    work.run(n)
    return work.value()
