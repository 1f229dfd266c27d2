"""The blocks of a chain, executed: *Getting into a block* and *A block* of the page Chain.md."""
import re

import commitment
import gas
from assets import balance_key, supply_key
from chain import LATEST, MOST_TRANSACTIONS, ChainReceipt, Header, derived_beacon, list_root
from failure import trap
from pages import page
from signed import CALL, CREATE, DEPLOY
from transaction import Block, Receipt, World
from values import ZERO, Malformed, Reader, integer
from verifier import Refused as RefusedModule
from verifier import verify

VERIFICATION_PER_BYTE = int(re.search(r"costs (\d+) gas per byte", page("Verification/Verification"))[1])
SIGNATURE_SCHEMES = 0, 1, 0  # of `verify_signature`, for the schemes of accounts


class Refused(Exception):
    """Why a transaction does not get into a block, or a block not behind another."""


def require(holds, reason):
    if not holds:
        raise Refused(reason)


def read_integer(data):
    return Reader(data).integer()


class Replay:
    """A chain from its genesis on. `receipts` are those of the last block."""

    def __init__(self, genesis):
        self.genesis, self.receipts = genesis, []
        self.world = World(Block(genesis.chain, 0, genesis.time, {0: ZERO}))
        for name, decimals, holdings in genesis.assets:
            asset = self.world.genesis_asset(name, decimals, 0, ZERO)
            for holder, amount in holdings:
                self.add(supply_key(asset), amount)
                self.add(balance_key(asset, holder), amount)
        self.head = Header(self.header(0, ZERO, genesis.time, ZERO, []))

    def header(self, height, parent, time, beacon, transactions):
        """The bytes of the header that the transactions lead to."""
        header = object.__new__(Header)
        header.chain, header.height, header.parent, header.time = self.genesis.chain, height, parent, time
        header.beacon, header.transactions = beacon, len(transactions)
        header.gas = sum(receipt.gas for receipt in self.receipts)
        header.transaction_root = list_root(transaction.encode() for transaction in transactions)
        header.receipt_root = list_root(receipt.encode() for receipt in self.receipts)
        header.state_root = commitment.root(self.world.state.entries)
        return header.encode()

    # The state outside of transactions

    def integer_at(self, key):
        return read_integer(self.world.state.get(key) or b"\x00")

    def add(self, key, amount):
        """Changes a supply or balance; what comes to 0 is not stored."""
        if amount != 0:
            total = self.integer_at(key) + amount
            self.world.state.put(key, integer(total) if total != 0 else None)

    # Blocks

    def apply(self, header, transactions):
        """Executes a block; its header must be what its transactions lead to."""
        require(header.parent == self.head.hash, "another parent")
        require(self.head.height < header.height <= LATEST, "a height that cannot follow")
        require(self.head.time <= header.time <= LATEST, "a time that cannot follow")
        beacons = self.world.block.beacons
        for height in range(self.head.height + 1, header.height):
            beacons[height] = derived_beacon(self.head.hash, height)
        self.world.block = Block(self.genesis.chain, header.height, header.time, beacons)
        self.receipts, self.bytes = [], 0
        for transaction in transactions:
            self.receipts.append(self.execute(transaction))
            self.bytes += len(transaction.encode())
        made = self.header(header.height, self.head.hash, header.time, header.beacon, transactions)
        require(made == header.encode(), "a header that is not what the transactions lead to")
        beacons[header.height] = header.beacon
        self.head = header

    # Transactions

    def admission(self, signed):
        return (gas.signature(SIGNATURE_SCHEMES[signed.scheme], signed.message)
                + gas.STORED_WRITE(len(signed.encode())))

    def admit(self, signed):
        """Refuses what does not get into the block; gives the gas of admission and what all gas costs."""
        genesis, size = self.genesis, len(signed.encode())
        require(size <= genesis.size and signed.verifies(genesis.chain, genesis.is_development), "not of this chain")
        require(signed.nonce == self.integer_at(b"\x0b" + signed.address) < 2**64 - 1, "another nonce")
        admission = self.admission(signed)
        require(admission <= signed.gas_limit <= genesis.gas, "too little or too much gas")
        reserve = signed.gas_limit * signed.gas_price
        if genesis.fees:
            require(signed.gas_price >= genesis.fees[2], "too low a price")
            require(self.integer_at(balance_key(genesis.fee_asset, signed.address)) >= reserve, "fees cannot be paid")
        else:
            require(signed.gas_price == 0, "no fees")
        if signed.action == DEPLOY:
            try:
                verify(signed.content)
            except (Malformed, RefusedModule) as reason:
                raise Refused("the module") from reason
        used = sum(receipt.gas for receipt in self.receipts)
        require(used + signed.gas_limit <= genesis.gas and self.bytes + size <= genesis.size
                and len(self.receipts) < MOST_TRANSACTIONS, "a full block")
        return admission, reserve

    def execute(self, signed):
        admission, reserve = self.admit(signed)
        before = dict(self.world.state.entries)
        self.world.state.put(b"\x0b" + signed.address, integer(signed.nonce + 1))
        asset, fee = self.genesis.fee_asset, 0
        self.pay(asset, signed.address, -reserve)
        outcome = self.act(signed, signed.gas_limit - admission)
        used = admission + outcome.gas
        if self.genesis.fees:
            fee = used * signed.gas_price
            self.pay(asset, signed.address, reserve - fee)
            self.pay(asset, self.genesis.fees[1], fee)
        events = [(event.contract, event.code_hash, event.index, event.fields) for event in outcome.events]
        return ChainReceipt(signed.id, self.genesis.rules, used, fee,
                            None if outcome.failure else list(outcome.results), outcome.failure, events,
                            self.balances(before))

    def pay(self, asset, holder, amount):
        if amount != 0:
            self.add(balance_key(asset, holder), amount)

    def balances(self, before):
        """Every balance that is another now, by asset and holder."""
        now = self.world.state.entries
        keys = sorted(key for key in before.keys() | now.keys() if key[0] == 0x08 and before.get(key) != now.get(key))
        return [(key[1:33], key[33:], *(read_integer(entries.get(key, b"\x00")) for entries in (before, now)))
                for key in keys]

    def act(self, signed, limit):
        content, by = signed.content, signed.address
        if signed.action == DEPLOY:
            return self.deploy(content, limit)
        if signed.action == CREATE:
            return self.create(content, by, limit)
        if signed.action == CALL:
            return self.world.call(content.target, content.name, content.parameters, content.results,
                                   content.arguments, content.payments, by, limit)
        asset, amount, receiver = content
        return self.world.send(asset, amount, by, receiver, limit)

    def deploy(self, module, limit):
        cost = (VERIFICATION_PER_BYTE * len(module) + gas.NEW_KEY + gas.STORED_WRITE(len(module) + 33))
        if cost > limit:
            return Receipt(limit, failure=trap("OutOfGas"))
        return Receipt(cost, [self.world.deploy(module)])

    def create(self, creation, by, limit):
        module = self.world.module(creation.code_hash)
        if module:
            init = module.export_named("init")
            kinds = [kind.text for kind in init.parameters] if init else []
            if kinds != [kind.text for kind in creation.parameters]:
                return Receipt(0, failure=trap("NoSuchFunction"))
        return self.world.create(creation.code_hash, creation.arguments, creation.payments, by, limit)
