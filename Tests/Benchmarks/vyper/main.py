"""revm's side, through pyrevm, with contracts compiled by vyper: main.py ROUNDS ROW:N ... prints for each
row its name, n, the median nanoseconds of processor time for one operation, and the value in hexadecimal."""

import functools
import pathlib
import statistics
import sys
import time

from pyrevm import EVM, BlockEnv
from vyper import compile_code

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "python"))
from contracts_work import ADDRESSES, GIVEN, payments  # noqa: E402
from numbers_work import A256, B256, C256, E2048, M2048, R2048, TAIL  # noqa: E402

GAS = 2**62
OPERATOR = "0x" + "11" * 20
ACCOUNTS = ["0x" + address[:20].hex() for address in ADDRESSES]


@functools.cache
def compiled(name):
    path = pathlib.Path(__file__).parent / f"{name}.vy"
    output = compile_code(path.read_text(), output_formats=["bytecode", "method_identifiers"])
    selectors = {text.split("(")[0]: bytes.fromhex(hexed[2:].rjust(8, "0"))
                 for text, hexed in output["method_identifiers"].items()}
    return bytes.fromhex(output["bytecode"][2:]), selectors


def encoded(arguments):
    """Integers, addresses as text, lists of addresses, and bytes, as the ABI has them."""
    head, tail = b"", b""
    for argument in arguments:
        if isinstance(argument, int):
            head += argument.to_bytes(32, "big")
        elif isinstance(argument, str):
            head += bytes.fromhex(argument[2:]).rjust(32, b"\0")
        else:
            head += (32 * len(arguments) + len(tail)).to_bytes(32, "big")
            tail += len(argument).to_bytes(32, "big")
            if isinstance(argument, list):
                tail += b"".join(bytes.fromhex(item[2:]).rjust(32, b"\0") for item in argument)
            else:
                tail += argument + bytes(-len(argument) % 32)
    return head + tail


class Contract:
    def __init__(self, name, evm=None):
        if evm is None:
            evm = EVM(gas_limit=GAS, spec_id="CANCUN")
            evm.set_block_env(BlockEnv(gas_limit=GAS))
        self.evm = evm
        code, self.selectors = compiled(name)
        self.address = self.evm.deploy(OPERATOR, code)

    def data(self, function, *arguments):
        return self.selectors[function] + encoded(arguments)

    def call(self, function, *arguments, caller=OPERATOR):
        return self.send(caller, self.data(function, *arguments))

    def send(self, caller, data):
        return self.evm.message_call(caller, self.address, calldata=data, gas=GAS)

    def value(self, *arguments):
        return int.from_bytes(self.call("value", *arguments), "big")


class Number:
    """A function of Numbers.vy; what it gives ends with the result."""

    def __init__(self, n, function, *arguments):
        self.contract = Contract("Numbers")
        self.data = self.contract.data(function, n, *arguments)

    def run(self, n):
        self.output = self.contract.send(OPERATOR, self.data)

    def value(self):
        return int.from_bytes(self.output, "big")


def wide(value):
    return value.to_bytes(256, "big")


class ModularPower(Number):
    def __init__(self, n):
        super().__init__(n, "modexp", wide(R2048), wide(E2048), wide(M2048))

    def value(self):
        return int.from_bytes(self.output[64:320], "big")


class Run:
    """n operations in one call of a contract's `run`."""

    def __init__(self, name, prepare, holders=True):
        self.contract = Contract(name)
        self.holders = [ACCOUNTS] if holders else []
        prepare(self.contract)

    def run(self, n):
        self.contract.call("run", n, *self.holders)

    def value(self):
        return self.contract.value(*self.holders)


def give(contract):
    contract.call("give", ACCOUNTS, GIVEN)


def give_shares(contract):
    contract.call("give", ACCOUNTS)


def open_positions(contract):
    contract.call("open", 1000)


class CrossCall(Run):
    def __init__(self):
        super().__init__("Token", give)
        token = self.contract
        self.contract = Contract("Payer", token.evm)
        self.contract.call("use", token.address)
        token.call("give", [self.contract.address], 10**30)


class Transactions(Run):
    """A message for each operation."""

    def __init__(self, name, prepare, messages, holders=True):
        super().__init__(name, prepare, holders)
        self.messages = list(messages(self.contract))

    def run(self, n):
        send = self.contract.send
        for caller, data in self.messages:
            send(caller, data)


class Noop(Transactions):
    def __init__(self, n):
        super().__init__("Token", give, lambda token: [(ACCOUNTS[i % 1000], token.data("noop")) for i in range(n)])

    def value(self):
        return 0


def transfers(n):
    return lambda token: [
        (ACCOUNTS[payer], token.data("transfer", ACCOUNTS[payee], amount)) for payer, payee, amount in payments(n)
    ]


def claims(n):
    return lambda dividend: [(ACCOUNTS[i % 1000], dividend.data("claim", i)) for i in range(n)]


def repayments(n):
    return lambda lending: [(OPERATOR, lending.data("repay", i % 1000, i)) for i in range(n)]


def jobs(n):
    return lambda escrow: [
        (ACCOUNTS[payer], escrow.data("settle", job, ACCOUNTS[payee], amount))
        for job, (payer, payee, amount) in enumerate(payments(n))
    ]


class Passports:
    def __init__(self, n):
        self.count = n * 3 // 10
        self.contract = Contract("Passports")
        for start in range(0, self.count, 1000):
            self.contract.call("register", start, min(1000, self.count - start), ACCOUNTS)

    def run(self, n):
        self.sum, seed = 0, 1
        for start in range(0, n, 10_000):
            output = self.contract.call("work", seed, min(10_000, n - start), self.count)
            seed = int.from_bytes(output[:32], "big")
            self.sum += int.from_bytes(output[32:], "big")

    def value(self):
        return self.sum


ROWS = {
    "fib": lambda n: Number(n, "fib"),
    "sieve": lambda n: Number(n, "sieve"),
    "muldiv": lambda n: Number(n, "muldiv", A256, B256, C256),
    "modexp": ModularPower,
    "sha256": lambda n: Number(n, "sha256_chain", TAIL),
    "keccak": lambda n: Number(n, "keccak_chain", TAIL),
    "transfer": lambda n: Run("Token", give),
    "dividend": lambda n: Run("Dividend", give_shares),
    "lending": lambda n: Run("Lending", open_positions, holders=False),
    "escrow": lambda n: Run("Escrow", give),
    "cross-call": lambda n: CrossCall(),
    "top-noop": Noop,
    "top-transfer": lambda n: Transactions("Token", give, transfers(n)),
    "top-claim": lambda n: Transactions("Dividend", give_shares, claims(n)),
    "top-lending": lambda n: Transactions("Lending", open_positions, repayments(n), holders=False),
    "top-escrow": lambda n: Transactions("Escrow", give, jobs(n)),
    "scale": Passports,
}


def main(rounds, rows):
    for row in rows:
        name, n = row.split(":")
        n = int(n)
        if name not in ROWS:
            continue
        times = []
        for _ in range(rounds):
            work = ROWS[name](n)
            start = time.thread_time_ns()
            work.run(n)
            times.append(time.thread_time_ns() - start)
        print(name, n, statistics.median(times) / n, f"{work.value():x}", flush=True)


main(int(sys.argv[1]), sys.argv[2:])
