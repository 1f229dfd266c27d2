"""Assets: how they are made, moved and counted. Execution.md, *Assets*."""
import gas
from failure import trap
from machine import rule
from pages import LIMITS
from storage import field_key
from values import ZERO, Reader, asset_identifier, count, string

SINGLE, BURNABLE, FORCEABLE = 1, 2, 4


class Record:
    """The record of an asset. Hooks are triples of contract, name and gas."""

    def __init__(self, issuer, class_name, identifier, decimals, flags, hooks):
        self.issuer, self.class_name, self.identifier = issuer, class_name, identifier
        self.decimals, self.flags, self.hooks = decimals, flags, hooks

    @property
    def single(self):
        return self.flags & SINGLE != 0

    def encode(self):
        hooks = [contract + string(name.encode()) + count(limit) for contract, name, limit in self.hooks]
        return (self.issuer + string(self.class_name.encode()) + string(self.identifier)
                + bytes([self.decimals, self.flags]) + count(len(hooks)) + b"".join(hooks))

    @classmethod
    def decode(cls, data):
        r = Reader(data)
        parts = r.take(32), r.string().decode(), r.string(), r.byte(), r.byte()
        return cls(*parts, [(r.take(32), r.string().decode(), r.count()) for _ in range(r.count())])


def supply_key(asset):
    return b"\x07" + asset


def balance_key(asset, holder):
    return b"\x08" + asset + holder


def holder_key(asset):
    return b"\x09" + asset


def read_record(m, asset):
    """The record, or `None`."""
    key = b"\x06" + asset
    m.warm_key(key)
    entry = m.state.get(key)
    if entry is None:
        return None
    m.charge(gas.ASSET_RECORD(len(entry)))
    return Record.decode(entry)


def require_record(m, asset):
    record = read_record(m, asset)
    if record is None:
        raise trap("NoSuchAsset")
    return record


def set_balance(m, asset, holder, change):
    """Warms the balance and changes it by so much."""
    key = balance_key(asset, holder)
    m.warm_key(key)
    m.set_integer(key, m.integer_at(key) + change)


def require_balance(m, asset, holder, amount):
    key = balance_key(asset, holder)
    m.warm_key(key)
    if m.integer_at(key) < amount:
        raise trap("InsufficientBalance")


def set_holder(m, asset, holder):
    m.warm_key(holder_key(asset))
    m.put_bytes(holder_key(asset), holder)


# Moving

def move(m, amount, asset, sender, receiver, payment):
    record = require_record(m, asset)
    if amount < 0:
        raise trap("NegativeAmount")
    if receiver == ZERO:
        raise trap("ZeroAddress")
    if amount == 0:
        return
    require_balance(m, asset, sender, amount)
    if not payment:
        require_acceptance(m, receiver, asset, record)
    run_hooks(m, asset, record, sender, receiver, amount)
    set_balance(m, asset, sender, -amount)
    set_balance(m, asset, receiver, amount)
    if record.single:
        set_holder(m, asset, receiver)


def require_acceptance(m, receiver, asset, record):
    if receiver == record.issuer:
        return
    module = m.look_up(receiver)
    if module is None or module.accepts is None:
        return
    for index in module.accepts:
        key = field_key(receiver, module.fields[index])
        m.warm_key(key)
        if m.state.get(key) == asset:
            return
    raise trap("NotAccepted")


def run_hooks(m, asset, record, sender, receiver, amount):
    operator = m.operator or sender
    for contract, name, limit in record.hooks:
        module = m.look_up(contract)
        hook = module and module.hook(name)
        if not hook:
            raise trap("NoSuchFunction")
        m.charge(gas.HOOK)
        if m.gas < limit:
            m.charge(limit)  # traps OutOfGas
        m.run(contract, module, hook.function, limit, [asset, sender, receiver, amount, operator], operator)


@rule("send")
def send(m, asset, amount, to):
    m.require_identifiers(asset)
    if amount < 0:
        raise trap("NegativeAmount")
    m.require_identifiers(to)
    move(m, amount, asset, m.running.address, to, payment=False)


@rule("force")
def force(m, asset, amount, sender, to):
    m.require_identifiers(asset)
    record = require_record(m, asset)
    if record.issuer != m.running.address:
        raise trap("NotIssuer")
    if not record.flags & FORCEABLE:
        raise trap("NotForceable")
    if amount < 0:
        raise trap("NegativeAmount")
    m.require_identifiers(sender, to)
    move(m, amount, asset, sender, to, payment=False)


@rule("mint")
def mint(m, asset, amount, to):
    m.require_identifiers(asset, to)
    record = require_record(m, asset)
    if record.issuer != m.running.address:
        raise trap("NotIssuer")
    if to == ZERO:
        raise trap("ZeroAddress")
    if amount < 0:
        raise trap("NegativeAmount")
    if amount == 0:
        return
    m.warm_key(supply_key(asset))
    if record.single and (m.integer_at(supply_key(asset)) != 0 or amount != 1):
        raise trap("SingleSupply")
    require_acceptance(m, to, asset, record)
    run_hooks(m, asset, record, ZERO, to, amount)
    m.set_integer(supply_key(asset), m.integer_at(supply_key(asset)) + amount)
    set_balance(m, asset, to, amount)
    if record.single:
        set_holder(m, asset, to)


@rule("burn")
def burn(m, asset, amount):
    m.require_identifiers(asset)
    record = require_record(m, asset)
    own = m.running.address
    if record.issuer != own and not record.flags & BURNABLE:
        raise trap("NotBurnable")
    if amount < 0:
        raise trap("NegativeAmount")
    if amount == 0:
        return
    require_balance(m, asset, own, amount)
    run_hooks(m, asset, record, own, ZERO, amount)
    m.warm_key(supply_key(asset))
    m.set_integer(supply_key(asset), m.integer_at(supply_key(asset)) - amount)
    set_balance(m, asset, own, -amount)
    if record.single:
        m.warm_key(holder_key(asset))
        m.set_integer(holder_key(asset), 0)


# Making

def make_asset(m, own, declared, identifier, foreign):
    hooks, contracts = [], iter(foreign)
    for hook in declared.hooks:
        contract = own
        if hook.foreign:
            m.charge(gas.FOREIGN_HOOK)
            contract = next(contracts)
            key = b"\x0a" + contract + own
            m.warm_key(key)
            if m.state.get(key) is None:
                raise trap("HookNotAdmitted")
            module = m.look_up(contract)
            if module is None or module.hook(hook.name) is None:
                raise trap("NoSuchFunction")
        hooks.append((contract, hook.name, hook.gas))
    asset = asset_identifier(own, declared.name, identifier)
    key = b"\x06" + asset
    m.warm_key(key)
    if m.state.get(key) is not None:
        raise trap("AssetExists")
    m.put_bytes(key, Record(own, declared.name, identifier, declared.decimals, declared.flags & 7, hooks).encode())
    return asset


@rule("create_asset")
def create_asset(m, d, class_index, identifier, strings):
    declared = m.frame.module.classes[class_index]
    if len(identifier) > LIMITS.assetIDLength:
        raise trap("AssetIDTooLong")
    if identifier and not declared.keyed:
        raise trap("UnexpectedAssetID")
    foreign = [m.get_bytes(strings + k) for k in range(sum(hook.foreign for hook in declared.hooks))]
    m.require_identifiers(*foreign)
    m.give(d, make_asset(m, m.running.address, declared, identifier, foreign))


@rule("asset_of")
def asset_of(m, d, class_index, identifier):
    if len(identifier) > LIMITS.assetIDLength:
        raise trap("AssetIDTooLong")
    m.charge(gas.SHA256(len(identifier)))
    m.give(d, asset_identifier(m.running.address, m.frame.module.classes[class_index].name, identifier))


# Looking

def read_amount(m, key):
    m.warm_key(key)
    entry = m.state.get(key)
    if entry is not None:
        m.charge(gas.STORED_READ(len(entry)))
    return m.integer_at(key)


@rule("balance")
def balance(m, d, asset, holder):
    m.require_identifiers(asset, holder)
    m.give(d, read_amount(m, balance_key(asset, holder)))


@rule("supply")
def supply(m, d, asset):
    m.require_identifiers(asset)
    m.give(d, read_amount(m, supply_key(asset)))


@rule("holder")
def holder(m, d, asset):
    m.require_identifiers(asset)
    m.warm_key(holder_key(asset))
    entry = m.state.get(holder_key(asset))
    if entry is not None:
        m.charge(gas.STORED_READ(len(entry)))
    m.give(d, entry or ZERO)


@rule("issuer")
def issuer(m, d, asset):
    m.require_identifiers(asset)
    record = read_record(m, asset)
    m.give(d, record.issuer if record else ZERO)


@rule("class_name")
def class_name(m, d, asset):
    m.require_identifiers(asset)
    record = read_record(m, asset)
    m.give(d, record.class_name.encode() if record else b"")


@rule("asset_id")
def asset_id(m, d, asset):
    m.require_identifiers(asset)
    record = read_record(m, asset)
    m.give(d, record.identifier if record else b"")


@rule("admit")
def admit(m, issuer):
    m.require_identifiers(issuer)
    key = b"\x0a" + m.running.address + issuer
    m.warm_key(key)
    m.put_bytes(key, b"\x01")


@rule("dismiss")
def dismiss(m, issuer):
    m.require_identifiers(issuer)
    key = b"\x0a" + m.running.address + issuer
    m.warm_key(key)
    m.set_integer(key, 0)
