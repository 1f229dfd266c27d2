"""Calls between contracts, `try_next`, making contracts, events: Execution.md from *`try_next`* on."""
import gas
from assets import make_asset, move
from failure import Failure, trap
from machine import rule
from pages import LIMITS
from values import ZERO, Call, Malformed, contract_address, decode_call, encode_all, message_digest


# Calls

def call(m, target, signature, view, arguments, payments, caller):
    module = m.look_up(target)
    if module is None:
        raise trap("NoSuchContract")
    if any(running.address == target for running in m.stack):
        raise trap("ReentrantCall")
    require_depth(m)
    export = module.export(signature)
    if export is None or export.name == "init" or view and not export.view:
        raise trap("NoSuchFunction")
    return enter(m, target, module, export, arguments, payments, caller)


def require_depth(m):
    if m.depth == LIMITS.callDepth:
        raise trap("CallDepthExceeded")


def enter(m, address, module, export, arguments, payments, caller):
    m.require_kinds(export.parameters, arguments)
    if len(payments) > export.payments:
        raise trap("UnexpectedPayment")
    arrived = []
    for place in range(export.payments):
        asset, amount = payments[place] if place < len(payments) else (ZERO, 0)
        if place < len(payments):
            if any(asset == earlier for earlier, _ in payments[:place]):
                raise trap("UnexpectedPayment")
            move(m, amount, asset, caller, address, payment=True)
        arrived += [asset, amount]
    return m.run(address, module, export.function, m.gas, list(arguments) + arrived, caller)


def take_payments(m, kinds, ints, strings, count):
    ints += sum(kind.bank == "int" for kind in kinds)
    strings += sum(kind.bank == "bytes" for kind in kinds)
    payments = [(m.get_bytes(strings + j), m.get_int(ints + j)) for j in range(count)]
    m.require_identifiers(*(asset for asset, _ in payments))
    return payments


@rule("invoke")
def invoke(m, signature, target, ints, strings, payments):
    imported = m.frame.module.imports[signature]
    m.require_identifiers(target)
    arguments = m.take(imported.parameters, ints, strings, gas.VALUES, payments)
    payments = take_payments(m, imported.parameters, ints, strings, payments)
    results = call(m, target, imported.signature, imported.view, arguments, payments, m.running.address)
    m.give_window(imported.results, ints, strings, results)


@rule("encode_call")
def encode_call(m, d, signature, target, ints, strings, payments):
    imported = m.frame.module.imports[signature]
    m.require_identifiers(target)
    arguments = m.take(imported.parameters, ints, strings, gas.VALUES, payments)
    payments = take_payments(m, imported.parameters, ints, strings, payments)
    data = Call(target, imported.name, imported.parameters, imported.results, arguments, payments).encode()
    require_length(data)
    m.give(d, data)


def require_length(data):
    if len(data) > LIMITS.bytesLength:
        raise trap("BytesTooLong")


@rule("perform")
def perform(m, d, data):
    m.charge(gas.CALL(len(data)))
    try:
        made = decode_call(data)
    except Malformed:
        raise trap("MalformedCall") from None
    results = call(m, made.target, made.signature, False, made.arguments, made.payments, m.running.address)
    encoded = encode_all(made.results, results)
    require_length(encoded)
    m.give(d, encoded)


# Making contracts

@rule("create")
def create(m, d, code, signature, ints, strings, payments):
    imported = m.frame.module.imports[signature]
    arguments = m.take(imported.parameters, ints, strings, gas.VALUES, payments)
    payments = take_payments(m, imported.parameters, ints, strings, payments)
    m.require_identifiers(code)
    m.give(d, make_contract(m, code, imported.signature, arguments, payments, m.running.address))


def make_contract(m, code, signature, arguments, payments, creator):
    require_depth(m)
    module = m.world.module(code)
    if module is None:
        raise trap("CodeNotDeployed")
    key = b"\x02" + creator
    m.warm_key(key)
    made = m.integer_at(key)
    address = contract_address(creator, made)
    m.set_integer(key, made + 1)
    m.warm_key(b"\x01" + address)
    m.put_bytes(b"\x01" + address, code + creator)
    for declared in module.classes:
        if not declared.keyed and not any(hook.foreign for hook in declared.hooks):
            make_asset(m, address, declared, b"", [])
    export = module.export(signature)
    if export is not None:
        enter(m, address, module, export, arguments, payments, creator)
    elif module.export_named("init") or arguments:
        raise trap("NoSuchFunction")
    elif payments:
        raise trap("UnexpectedPayment")
    return address


# Trying

@rule("try_next")
def try_next(m, ok, code, origin, arguments, limit):
    require_depth(m)
    if limit < 0 or limit > m.gas:
        raise trap("InsufficientTryGas")
    outside, m.gas = m.gas - limit, limit
    m.depth += 1
    frames, journal, warm, events = len(m.frames), len(m.state.journal), len(m.warm), len(m.events)
    frame = m.frame
    place = frame.next
    tried, operands = frame.code[place]
    try:
        try:
            frame.tries = True
            m.step()
            m.execute(frames)
        finally:
            m.depth -= 1
            m.gas += outside
            frame.tries = False
    except Failure as failure:
        if failure.fatal:
            raise
        del m.frames[frames:]
        m.state.undo(journal)
        while len(m.warm) > warm:
            m.warm.popitem()
        del m.events[events:]
        clear_windows(m, tried.name, operands)
        frame.next = place + 1
        m.set_int(ok, 0)
        m.set_int(code, failure.number)
        m.give(origin, failure.origin)
        encoded = encode_all(failure.kinds, failure.arguments)
        m.give(arguments, encoded if len(encoded) <= LIMITS.bytesLength else b"")
    else:
        m.set_int(ok, 1)
        m.set_int(code, 0)
        m.set_bytes(origin, b"")
        m.set_bytes(arguments, b"")
        m.give(origin, ZERO)


def clear_windows(m, tried, operands):
    if tried == "call":
        for place, bank, window, count, zero in zip(
                m.frame.places, m.banks, operands[1:], m.frame.function.registers, (0, b"", None)):
            bank[place + window : place + count] = [zero] * (count - window)
    elif tried == "invoke":
        signature, _, ints, strings, payments = operands
        imported = m.frame.module.imports[signature]
        for place, bank, window, name, zero in zip(
                m.frame.places, m.banks, (ints, strings), ("int", "bytes"), (0, b"")):
            parameters, results = (sum(kind.bank == name for kind in kinds)
                                   for kinds in (imported.parameters, imported.results))
            spanned = max(parameters + payments, results)
            bank[place + window : place + window + spanned] = [zero] * spanned


# Records

class Event:
    def __init__(self, contract, code_hash, index, fields):
        self.contract, self.code_hash, self.index, self.fields = contract, code_hash, index, fields


@rule("emit")
def emit(m, event, ints, strings):
    module = m.frame.module
    fields = m.take(module.events[event].kinds, ints, strings, gas.OUTPUT)
    m.events.append(Event(m.running.address, module.code_hash, event, fields))


@rule("digest")
def digest(m, d, message, ints, strings):
    declared = m.frame.module.messages[message]
    fields = m.take(declared.kinds, ints, strings, gas.DIGEST)
    m.give(d, message_digest(m.block.chain, m.running.address, declared.signature,
                             encode_all(declared.kinds, fields)))
