"""Instructions on strings, and on the block: InstructionSemantics.md, *Bytes* and *The contract and its block*."""
import gas
from failure import trap
from machine import rule
from pages import INSTRUCTIONS, LIMITS
from signatures import keccak256, verify
from values import kind_named, sha256

CHECKED = [kind_named(word) for word in dict(
    next(entry for entry in INSTRUCTIONS.values() if entry.name == "check_bytes").operands)["kind"].split(", ")]


def in_range(value):
    return 0 <= value < 2**63


def require_index(index, length):
    if not (in_range(index) and index < length):
        raise trap("IndexOutOfRange")


def require_range(start, count, length):
    if not (in_range(start) and in_range(count) and start <= length and count <= length - start):
        raise trap("IndexOutOfRange")


@rule("bytes_const")
def bytes_const(m, d, constant):
    m.set_bytes(d, m.frame.module.strings[constant])


@rule("bytes_move")
def bytes_move(m, d, a):
    m.set_bytes(d, a)


@rule("concat")
def concat(m, d, a, b):
    if len(a) + len(b) > LIMITS.bytesLength:
        raise trap("BytesTooLong")
    m.charge(gas.BYTES_RESULT(len(a) + len(b)))
    if a and b:
        m.give(d, a + b)
    else:
        m.set_bytes(d, a or b)


@rule("slice")
def cut(m, d, a, start, count):
    require_range(start, count, len(a))
    m.charge(gas.BYTES_RESULT(count))
    m.give(d, a[start : start + count])


@rule("length")
def length(m, d, a):
    m.set_int(d, len(a))


@rule("byte_at")
def byte_at(m, d, a, index):
    require_index(index, len(a))
    m.set_int(d, a[index])


@rule("element")
def element(m, d, a, index):
    require_index(index, len(a) // 32)
    m.charge(gas.BYTES_RESULT(32))
    m.give(d, a[32 * index : 32 * index + 32])


@rule("same")
def same(m, d, a, b):
    m.set_int(d, int(compare(m, a, b)))


@rule("jump_same")
def jump_same(m, a, b, target):
    if compare(m, a, b):
        m.jump(target)


@rule("jump_different")
def jump_different(m, a, b, target):
    if not compare(m, a, b):
        m.jump(target)


def compare(m, a, b):
    m.charge(gas.BYTES_COMPARISON(min(len(a), len(b))))
    return a == b


@rule("bytes_to_int")
def bytes_to_int(m, d, a):
    m.charge(gas.BYTES_TO_INT(len(a)))
    value = int.from_bytes(a, "big")
    if gas.bits(value) > LIMITS.integerBits:
        raise trap("IntegerTooLarge")
    m.give(d, value)


@rule("int_to_bytes")
def int_to_bytes(m, d, a, width):
    if not in_range(width) or a < 0:
        raise trap("DoesNotFit")
    if width > LIMITS.bytesLength:
        raise trap("BytesTooLong")
    m.charge(gas.INT_TO_BYTES(width, gas.words(a)))
    m.meter(gas.memory(bytes(width)))
    if gas.size(a) > width:
        raise trap("DoesNotFit")
    m.set_bytes(d, a.to_bytes(width, "big"))


@rule("sha256")
def hash_sha256(m, d, a):
    m.charge(gas.SHA256(len(a)))
    m.give(d, sha256(a))


@rule("keccak256")
def hash_keccak256(m, d, a):
    m.charge(gas.KECCAK256(len(a)))
    m.give(d, keccak256(a))


@rule("check_int")
def check_int(m, a, kind):
    if not CHECKED[kind].holds(a):
        raise trap("KindMismatch")


@rule("check_enum")
def check_enum(m, a, immediate):
    if not 0 <= a < immediate % 65_536:
        raise trap("KindMismatch")


@rule("check_bytes")
def check_bytes(m, a, kind):
    m.charge(gas.kind_check(CHECKED[kind].name, len(a)))
    if not CHECKED[kind].holds(a):
        raise trap("KindMismatch")


@rule("verify_merkle")
def verify_merkle(m, d, root, leaf, path, index):
    if len(path) % 32 != 0 or len(path) > LIMITS.merkleDepth * 32 or len(root) != 32:
        raise trap("MalformedProof")
    levels = len(path) // 32
    m.charge(gas.merkle(levels, leaf))
    if index < 0 or gas.bits(index) > levels:
        m.set_int(d, 0)
        return
    node = sha256(b"\x00" + leaf)
    for level in range(levels):
        sibling = path[32 * level : 32 * level + 32]
        node = sha256(b"\x01" + (sibling + node if index >> level & 1 else node + sibling))
    m.set_int(d, int(node == root))


@rule("verify_signature")
def verify_signature(m, d, scheme, key, message, signature):
    m.charge(gas.signature(scheme, message))
    m.set_int(d, int(verify(scheme, key, message, signature)))


# The contract and its block

@rule("self_address")
def self_address(m, d):
    m.give(d, m.running.address)


@rule("caller")
def caller(m, d):
    m.give(d, m.running.caller)


@rule("chain_id")
def chain_id(m, d):
    m.give(d, m.block.chain)


@rule("height")
def height(m, d):
    m.set_int(d, m.block.height)


@rule("time")
def time(m, d):
    m.set_int(d, m.block.time)


@rule("beacon")
def beacon(m, d, height):
    found = m.block.beacons.get(height) if m.block.height - LIMITS.beaconWindow <= height < m.block.height else None
    if found is None:
        raise trap("BeaconUnavailable")
    m.give(d, found)
