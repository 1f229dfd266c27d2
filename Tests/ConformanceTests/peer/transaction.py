"""The world and its transactions: Execution.md, *Transactions*."""
import calls
import gas
import integers, lists, storage, strings  # for their rules
from assets import BURNABLE, Record, balance_key, move, supply_key
from failure import Failure, trap
from machine import Machine
from module import Module
from pages import LIMITS
from state import State
from values import ZERO, asset_identifier, integer, signature
from verifier import verify


class Block:
    def __init__(self, chain, height, time, beacons):
        self.chain, self.height, self.time, self.beacons = chain, height, time, beacons


class Receipt:
    def __init__(self, gas, results=(), failure=None, events=(), balances=()):
        self.gas, self.results, self.failure, self.events, self.balances = gas, results, failure, events, balances


class World:
    def __init__(self, block):
        self.state, self.block, self.modules = State(), block, {}

    def module(self, code_hash):
        """The module of deployed code, or `None`."""
        if code_hash not in self.modules:
            data = self.state.get(b"\x03" + code_hash)
            if data is None:
                return None
            self.modules[code_hash] = Module(data)
        return self.modules[code_hash]

    def deploy(self, data):
        code_hash = verify(data).code_hash
        self.state.put(b"\x03" + code_hash, data)
        return code_hash

    def genesis_asset(self, name, decimals, supply, holder):
        asset = asset_identifier(ZERO, name, b"")
        self.state.put(b"\x06" + asset, Record(ZERO, name, b"", decimals, BURNABLE, []).encode())
        self.state.put(supply_key(asset), integer(supply))
        if supply != 0:
            self.state.put(balance_key(asset, holder), integer(supply))
        return asset

    # Entry points

    def create(self, code_hash, arguments, payments, by, limit):
        def body(m):
            module = self.module(code_hash)
            if module is None:
                raise trap("CodeNotDeployed")
            init = module.export_named("init")
            kinds = init.parameters if init else []
            charge_arguments(m, kinds, arguments)
            return [calls.make_contract(m, code_hash, signature("init", kinds, []), arguments, payments, by)]
        return self.transact(limit, body)

    def call(self, contract, name, kinds, results, arguments, payments, by, limit, view=False):
        def body(m):
            charge_arguments(m, kinds, arguments)
            return calls.call(m, contract, signature(name, kinds, results), view, arguments, payments, by)
        return self.transact(limit, body, keep=not view)

    def send(self, asset, amount, sender, receiver, limit):
        return self.transact(limit, lambda m: move(m, amount, asset, sender, receiver, payment=False) or [])

    def check(self, contract, index, limit):
        def body(m):
            module = m.look_up(contract)
            if module is None:
                raise trap("NoSuchContract")
            return m.run(contract, module, module.invariants[index].function, m.gas, [], ZERO)
        return self.transact(limit, body, keep=False)

    def transact(self, limit, body, keep=True):
        limit = min(limit, LIMITS.gas)
        self.state.journal.clear()
        m = Machine(self, self.block, limit)
        try:
            results = body(m)
            changes = self.state.before()
            check_invariants(m, changes)
        except Failure as failure:
            failure.locate(ZERO)
            self.state.undo(0)
            return Receipt(limit - m.gas, failure=failure)
        if not keep:
            self.state.undo(0)
        balances = [(key[1:33], key[33:], m.integer_in(old), m.integer_at(key))
                    for key, old in changes.items() if key[0] == 0x08]
        return Receipt(limit - m.gas, results, events=m.events, balances=balances)


def charge_arguments(m, kinds, arguments):
    if len(arguments) != len(kinds):
        raise trap("NoSuchFunction")
    m.charge(gas.TRANSACTION(sum(map(gas.size, arguments))))


def touched(key):
    """The address that a change of the key touches, or `None`."""
    if key[0] in (0x01, 0x04, 0x05):
        return key[1:33]
    return key[33:] if key[0] == 0x08 else None


def check_invariants(m, changes):
    """The end of a transaction."""
    for address in sorted({touched(key) for key in changes} - {None}):
        module = m.module_at(address)
        for invariant in module.invariants if module else []:
            if invariant.enforced:
                m.look_up(address)
                if m.run(address, module, invariant.function, m.gas, [], ZERO) != [1]:
                    broken = trap("InvariantBroken")
                    broken.locate(address, (module.code_hash, invariant.function, 0))
                    raise broken
