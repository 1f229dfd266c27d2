"""Instructions on lists: InstructionSemantics.md, *Lists*. A list is Python's, so that registers can share it."""
import gas
from failure import trap
from integers import limited
from machine import rule
from pages import LIMITS
from strings import in_range, require_index, require_range


def new_list(m, d, elements):
    m.meter(gas.memory(elements))
    m.set_list(d, elements)


def own_list(m, register):
    """The list of a register; a new empty one where there is none."""
    if m.get_list(register) is None:
        new_list(m, register, [])
    return m.get_list(register)


def fill(m, d, elements):
    """A new list in d that holds zeros, then one made element after another."""
    made = [0] * len(elements)
    new_list(m, d, made)
    for place, element in enumerate(elements):
        m.meter(gas.memory(element))
        made[place] = element


@rule("list_copy")
def list_copy(m, d, a):
    elements = m.elements(a)
    m.charge(gas.LIST_RESULT(len(elements)))
    new_list(m, d, list(elements))


@rule("list_share")
def list_share(m, d, a):
    m.set_list(d, own_list(m, a))


@rule("list_new")
def list_new(m, d, count):
    if not in_range(count):
        raise trap("IndexOutOfRange")
    if count > LIMITS.listCount:
        raise trap("ListTooLong")
    m.charge(gas.LIST_RESULT(count))
    new_list(m, d, [0] * count)


@rule("list_get")
def list_get(m, d, a, index):
    require_index(index, len(m.elements(a)))
    m.set_int(d, m.get_list(a)[index])


@rule("list_set")
def list_set(m, a, index, value):
    require_index(index, len(m.elements(a)))
    m.get_list(a)[index] = value


@rule("list_push")
def list_push(m, a, value):
    elements = own_list(m, a)
    if len(elements) == LIMITS.listCount:
        raise trap("ListTooLong")
    m.meter(32)
    elements.append(value)


@rule("list_count")
def list_count(m, d, a):
    m.set_int(d, len(m.elements(a)))


@rule("list_slice")
def list_slice(m, d, a, start, count):
    elements = m.elements(a)
    require_range(start, count, len(elements))
    m.charge(gas.LIST_RESULT(count))
    new_list(m, d, elements[start : start + count])


@rule("list_sort")
def list_sort(m, a):
    elements = m.elements(a)
    m.charge(gas.list_sort(len(elements), gas.words_of_wide(elements)))
    elements.sort()


@rule("list_sort_by")
def list_sort_by(m, a, keys):
    elements, keys = m.elements(a), m.elements(keys)
    if len(elements) != len(keys):
        raise trap("IndexOutOfRange")
    m.charge(gas.list_sort(len(keys), gas.words_of_wide(keys)))
    elements[:] = [elements[index] for index in sorted(range(len(keys)), key=keys.__getitem__)]


@rule("list_sum")
def list_sum(m, d, a):
    elements = m.elements(a)
    m.charge(gas.list_sum(elements))
    m.give(d, limited(sum(elements)))


@rule("list_dot")
def list_dot(m, d, a, b):
    a, b = m.elements(a), m.elements(b)
    if len(a) != len(b):
        raise trap("IndexOutOfRange")
    m.charge(gas.list_dot(a, b))
    m.give(d, limited(sum(x * y for x, y in zip(a, b))))


@rule("list_to_bytes")
def list_to_bytes(m, d, a, width):
    elements = m.elements(a)
    if len(elements) * width > LIMITS.bytesLength:
        raise trap("BytesTooLong")
    m.charge(gas.LIST_BYTES(len(elements), width))
    m.meter(gas.memory(bytes(len(elements) * width)))
    for element in elements:
        if element < 0 or gas.size(element) > width:
            raise trap("DoesNotFit")
    m.set_bytes(d, b"".join(element.to_bytes(width, "big") for element in elements))


@rule("bytes_to_list")
def bytes_to_list(m, d, a, width):
    if len(a) % width != 0:
        raise trap("IndexOutOfRange")
    m.charge(gas.LIST_BYTES(len(a) // width, width))
    fill(m, d, [int.from_bytes(a[at : at + width], "big") for at in range(0, len(a), width)])


@rule("split")
def split(m, d, total, weights):
    weights = m.elements(weights)
    m.charge(gas.split(total, weights))
    if total < 0 or any(weight < 0 for weight in weights):
        raise trap("InvalidWeights")
    whole = limited(sum(weights))
    if whole == 0:
        raise trap("InvalidWeights")
    parts = [total * weight // whole for weight in weights]
    left = total - sum(parts)
    order = sorted(range(len(weights)), key=lambda index: -(total * weights[index] % whole))
    for index in order[:left]:
        parts[index] += 1
    fill(m, d, parts)
