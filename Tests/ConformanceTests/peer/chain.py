"""What a chain is made of, and its bytes: the page Chain.md."""
import re

from failure import Failure
from pages import INSTRUCTIONS, LIMITS, TRAPS, number, page, rows
from values import ZERO, Malformed, Reader, asset_identifier, count, integer, sha256, string

LATEST = 2**48
MOST_TRANSACTIONS = 1_048_576
TRAP_NAMES = {number: name for name, number in TRAPS.items()}


def rules():
    """The identifier of the machine's rules, as the pages have them."""
    formulas, limits = {}, rows(page("Bytecode/Limits"), "limit", "value", "of")
    for code, _, _, gas, *_ in rows(page("Bytecode/Instructions"), "code", "instruction", "what it does", "gas"):
        formulas[int(code, 16)] = gas.partition(" + ")[2] or "none"
    version = int(re.search(r"version (\d+) of the schedule", page("Execution/Gas"))[1])
    instructions = [bytes([code]) + text(rule.name) + count(rule.base) + text(formulas[code])
                    for code, rule in sorted(INSTRUCTIONS.items())]
    return sha256(b"aliquot.schedule" + count(version) + b"".join(instructions)
                  + b"".join(text(name.strip("`")) + count(number(value)) for name, value, _ in limits))


def text(value):
    return string(value.encode())


def require(holds, reason):
    if not holds:
        raise Malformed(reason)


def versioned(data):
    reader = Reader(data)
    require(reader.byte() == 1, "another version")
    return reader


# Genesis

class Genesis:
    def __init__(self, data):
        r = versioned(data)
        self.name, self.is_development = r.text(LIMITS.nameLength), r.byte(1) == 1
        self.time, self.interval, self.gas, self.size = r.count(LATEST), r.count(2**32), r.count(), r.count(67_108_864)
        require(self.name and self.interval and self.gas and self.size, "nothing where there must be something")
        self.rules = r.take(32)
        self.assets = [self.read_asset(r) for _ in range(r.count(256))]
        names = [name for name, _, _ in self.assets]
        require(len(set(names)) == len(names), "two assets of one name")
        self.fees = (r.text(LIMITS.nameLength), r.take(32), r.integer()) if r.byte(1) else None
        r.end()
        if self.fees:
            asset, receiver, price = self.fees
            require(asset in names and receiver != ZERO and 0 <= price < 2**256, "no rule for fees")
        self.chain = sha256(b"aliquot.chain" + data)

    def read_asset(self, r):
        name, decimals = r.text(LIMITS.nameLength), r.byte(LIMITS.decimals)
        require(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name), "no name of an asset")
        holdings = [(r.take(32), r.integer()) for _ in range(r.count(65_536))]
        require(all(holder != ZERO and amount >= 0 for holder, amount in holdings), "no holding")
        require(sum(amount for _, amount in holdings).bit_length() <= LIMITS.integerBits, "a supply too large")
        return name, decimals, holdings

    @property
    def fee_asset(self):
        return asset_identifier(ZERO, self.fees[0], b"") if self.fees else None

    def encode(self):
        assets = [text(name) + bytes([decimals]) + count(len(holdings))
                  + b"".join(holder + integer(amount) for holder, amount in holdings)
                  for name, decimals, holdings in self.assets]
        fees = b"\x01" + text(self.fees[0]) + self.fees[1] + integer(self.fees[2]) if self.fees else b"\x00"
        return (b"\x01" + text(self.name) + bytes([self.is_development]) + count(self.time) + count(self.interval)
                + count(self.gas) + count(self.size) + self.rules + count(len(assets)) + b"".join(assets) + fees)


# Blocks

class Header:
    def __init__(self, data):
        r = versioned(data)
        self.chain, self.height, self.parent, self.time = r.take(32), r.count(LATEST), r.take(32), r.count(LATEST)
        self.beacon, self.transactions, self.gas = r.take(32), r.count(MOST_TRANSACTIONS), r.count()
        self.transaction_root, self.receipt_root, self.state_root = r.take(32), r.take(32), r.take(32)
        r.end()
        self.hash = sha256(b"aliquot.block" + data)

    def encode(self):
        return (b"\x01" + self.chain + count(self.height) + self.parent + count(self.time) + self.beacon
                + count(self.transactions) + count(self.gas) + self.transaction_root + self.receipt_root
                + self.state_root)


def derived_beacon(before, height):
    """The beacon of a height that is given none, behind a header of this hash."""
    return sha256(b"aliquot.beacon" + before + height.to_bytes(8, "big"))


def list_root(items):
    """RFC 6962, level by level."""
    level = [sha256(b"\x00" + item) for item in items]
    while len(level) > 1:
        pairs = [sha256(b"\x01" + level[k] + level[k + 1]) for k in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - 1 :] if len(level) % 2 else pairs
    return level[0] if level else sha256(b"")


# Receipts

def encode_values(values):
    return count(len(values)) + b"".join(
        b"\x01" + string(value) if isinstance(value, bytes) else b"\x00" + integer(value) for value in values)


def read_values(r):
    return [r.string() if r.byte(1) else r.integer() for _ in range(r.count(LIMITS.parameters))]


class ChainReceipt:
    """A receipt of a chain. Results, or a failure as the machine has it; events as tuples of what they hold."""

    def __init__(self, transaction, rules, gas, fee, results=None, failure=None, events=(), balances=()):
        self.transaction, self.rules, self.gas, self.fee = transaction, rules, gas, fee
        self.results, self.failure, self.events, self.balances = results, failure, list(events), list(balances)

    @classmethod
    def decode(cls, data):
        r = versioned(data)
        transaction, rules, status = r.take(32), r.take(32), r.byte(2)
        results = failure = None
        if status == 0:
            results = read_values(r)
        else:
            failure = cls.read_failure(r, status)
        gas, fee = r.count(), r.integer()
        events = [(r.take(32), r.take(32), r.count(LIMITS.declarations), read_values(r)) for _ in range(r.count())]
        balances = [(r.take(32), r.take(32), r.integer(), r.integer()) for _ in range(r.count())]
        r.end()
        return cls(transaction, rules, gas, fee, results, failure, events, balances)

    @staticmethod
    def read_failure(r, status):
        if status == 1:
            number = r.word()
            require(number in TRAP_NAMES, "no trap")
            failure = Failure(number, trap=TRAP_NAMES[number])
        else:
            error, number = r.count(LIMITS.declarations), r.count(2**63 - 1)
            failure = Failure(number, error=error, arguments=read_values(r))
        failure.origin = r.take(32)
        if r.byte(1):
            failure.site = r.take(32), r.count(LIMITS.functions), r.count(LIMITS.instructions)
        return failure

    def encode(self):
        events = [contract + code_hash + count(index) + encode_values(fields)
                  for contract, code_hash, index, fields in self.events]
        balances = [asset + holder + integer(before) + integer(after)
                    for asset, holder, before, after in self.balances]
        return (b"\x01" + self.transaction + self.rules + self.encode_status() + count(self.gas) + integer(self.fee)
                + count(len(events)) + b"".join(events) + count(len(balances)) + b"".join(balances))

    def encode_status(self):
        failure = self.failure
        if failure is None:
            return b"\x00" + encode_values(self.results)
        if failure.trap:
            reason = b"\x01" + failure.number.to_bytes(2, "big")
        else:
            reason = b"\x02" + count(failure.error) + count(failure.number) + encode_values(failure.arguments)
        site = b"\x00"
        if failure.site:
            site = b"\x01" + failure.site[0] + count(failure.site[1]) + count(failure.site[2])
        return reason + failure.origin + site
