"""Instructions on the contract's own state: InstructionSemantics.md, *Storage*."""
import gas
from failure import trap
from integers import limited
from machine import rule
from pages import LIMITS
from values import Reader, component, decode_all, encode_all, read_component

FIRST, LAST, AFTER, BEFORE, FROM, UPTO = range(6)


def field_key(address, field):
    return b"\x04" + address + bytes([field.index])


def total_key(m, field):
    return b"\x05" + m.running.address + bytes([field.index])


def make_key(m, field, ints, strings, components=None):
    kinds = field.key[:components]
    key = field_key(m.running.address, field)
    for kind, value in zip(kinds, m.window_values(kinds, ints, strings)):
        if kind.name in ("bytes", "text"):
            m.charge(gas.kind_check(kind.name, len(value)))
        if not kind.holds(value):
            raise trap("KindMismatch")
        if kind.bank == "int" and gas.size(value) > 127:
            raise trap("KeyTooLong")
        part = component(kind, value)
        if len(key) + len(part) > LIMITS.keyLength:
            raise trap("KeyTooLong")
        key += part
    m.charge(gas.KEY(len(kinds), len(key) - len(field_key(m.running.address, field))))
    return key


def find(m, index, ints, strings):
    """The field, the key made and warmed, and what is stored under it."""
    field = m.frame.module.fields[index]
    key = make_key(m, field, ints, strings)
    m.warm_key(key)
    return field, key, m.state.get(key)


def pay(m, key, count, kinds, values):
    """Pay for so many bytes, and for looking at the values that are new in them."""
    if count > LIMITS.valueLength:
        raise trap("ValueTooLong")
    checks = sum(gas.kind_check(kind.name, gas.size(value)) for kind, value in zip(kinds, values))
    m.charge(gas.STORED_WRITE(len(key) + count) + (gas.NEW_KEY if m.state.get(key) is None else 0) + checks)


def remove(m, key):
    m.charge(gas.STORED_WRITE(len(key)))
    m.state.put(key, None)


def add_to_total(m, field, key, value):
    if field.summed:
        old = m.integer_at(key)
        m.warm_key(total_key(m, field))
        m.set_integer(total_key(m, field), limited(m.integer_at(total_key(m, field)) + value - old))


@rule("load_int", "load_bytes")
def load(m, d, field, component_index, ints, strings):
    field, key, entry = find(m, field, ints, strings)
    if entry is None:
        if field.record:
            raise trap("EntryMissing")
        value = field.kinds[0].zero
    else:
        m.charge(gas.STORED_READ(len(entry)))
        value = decode_all(field.kinds, entry)[component_index]
    m.give(d, value)


@rule("store_int", "store_bytes")
def store(m, field, component_index, ints, strings, value):
    field, key, entry = find(m, field, ints, strings)
    if field.record:
        if entry is None:
            raise trap("EntryMissing")
        values = decode_all(field.kinds, entry)
        values[component_index] = value
    elif value == field.kinds[0].zero:
        add_to_total(m, field, key, 0)
        remove(m, key)
        return
    else:
        values = [value]
    data = encode_all(field.kinds, values)
    pay(m, key, len(data), field.kinds[component_index:], [value])
    m.require_kinds(field.kinds[component_index:], [value])
    if not field.record:
        add_to_total(m, field, key, value)
    m.state.put(key, data)


@rule("put_record")
def put_record(m, field, ints, strings, values, texts):
    field, key, _ = find(m, field, ints, strings)
    values = m.window_values(field.kinds, values, texts)
    data = encode_all(field.kinds, values)
    pay(m, key, len(data), field.kinds, values)
    m.require_kinds(field.kinds, values)
    m.state.put(key, data)


@rule("exists")
def exists(m, d, field, ints, strings):
    _, _, entry = find(m, field, ints, strings)
    m.set_int(d, int(entry is not None))


@rule("delete")
def delete(m, field, ints, strings):
    field, key, entry = find(m, field, ints, strings)
    if entry is not None:
        add_to_total(m, field, key, 0)
        remove(m, key)


@rule("total")
def total(m, d, field):
    key = total_key(m, m.frame.module.fields[field])
    m.warm_key(key)
    entry = m.state.get(key)
    if entry is not None:
        m.charge(gas.STORED_READ(len(entry)))
    m.give(d, m.integer_at(key))


@rule("seek")
def seek(m, d, field, prefix, mode, ints, strings):
    field = m.frame.module.fields[field]
    begin = key = make_key(m, field, ints, strings, prefix)
    if mode not in (FIRST, LAST):
        key = make_key(m, field, ints, strings)
    own = field_key(m.running.address, field)
    m.charge(gas.SEEK(len(key) - len(own)))
    if mode == FIRST:
        found = m.state.lowest(begin, above=False)
    elif mode == LAST:
        found = m.state.last(begin)
    else:
        search = m.state.lowest if mode in (AFTER, FROM) else m.state.highest
        found = search(key, mode in (AFTER, BEFORE))
    if found is None or not found.startswith(begin):
        m.set_int(d, 0)
        return
    m.warm_key(found)
    m.charge(gas.KEY(len(field.key) - prefix, len(found) - len(begin)))
    reader = Reader(found[len(own) :])
    values = [read_component(kind, reader) for kind in field.key]
    for place, (kind, register) in enumerate(m.window(field.key, ints, strings)):
        if place >= prefix:
            m.give(register, values[place])
    m.set_int(d, 1)
