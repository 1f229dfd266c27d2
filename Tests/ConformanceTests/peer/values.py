"""Kinds, encodings and identifiers: the page Values.md."""
import hashlib

from pages import LIMITS

ZERO = bytes(32)


class Malformed(Exception):
    """Bytes that are not the encoding of what they should be."""


# Kinds

class Kind:
    def __init__(self, tag, cases=None):
        self.tag, self.cases = tag, cases
        self.written = tag, None  # what a module writes: of an enum, a tag and an index
        self.name = ("int", "bool", "enum", "bytes", "text", "address", "asset", "call", "addresses", "assets",
                     "list")[tag]
        self.bank = "int" if tag <= 2 else "list" if tag == 10 else "bytes"
        self.text = f"enum{cases}" if self.name == "enum" else self.name
        self.zero = 0 if self.bank == "int" else ZERO if self.name in ("address", "asset") else b""

    def holds(self, value):
        """Whether a value is one of the kind. (Arguments of a transaction may be of the other bank.)"""
        name = self.name
        if isinstance(value, bytes) == (self.bank == "int"):
            return False
        if name == "bool":
            return value in (0, 1)
        if name == "enum":
            return 0 <= value < self.cases
        if name == "text":
            return is_text(value)
        if name in ("address", "asset"):
            return len(value) == 32
        if name == "call":
            return value == b"" or is_call(value)
        if name in ("addresses", "assets"):
            return len(value) % 32 == 0
        return True


INT, TEXT, ADDRESS, ASSET = Kind(0), Kind(4), Kind(5), Kind(6)


def kind_named(text):
    if text.startswith("enum"):
        return Kind(2, int(text[4:]))
    return next(kind for kind in (Kind(tag) for tag in range(11) if tag != 2) if kind.text == text)


def is_text(data):
    """Well-formed UTF-8, Unicode's table 3-7, which is what Python decodes."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def is_call(data):
    try:
        decode_call(data)
    except Malformed:
        return False
    return True


# Encodings

def count(value):
    out = bytearray()
    while value >= 128:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out) + bytes([value])


def magnitude(value):
    return abs(value).to_bytes((abs(value).bit_length() + 7) // 8, "big")


def integer(value):
    data = magnitude(value)
    return count(2 * len(data) + (value < 0)) + data


def string(data):
    return count(len(data)) + data


def encode(kind, value):
    """A value of a kind. (Of a wrong length, a string goes in as it is: its price is asked for before the trap.)"""
    if kind.bank == "int":
        return integer(value)
    return value if kind.name in ("address", "asset") else string(value)


def encode_all(kinds, values):
    return b"".join(map(encode, kinds, values))


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, length):
        if length > len(self.data) - self.at:
            raise Malformed("the bytes end early")
        self.at += length
        return self.data[self.at - length : self.at]

    def byte(self, most=255):
        value = self.take(1)[0]
        if value > most:
            raise Malformed(f"byte {value} above {most}")
        return value

    def word(self):
        return int.from_bytes(self.take(2), "big")

    def count(self, most=2**64 - 1):
        value = 0
        for place in range(10):
            byte = self.byte()
            value |= (byte & 127) << 7 * place
            if byte < 128:
                if byte == 0 and place > 0 or value > most:
                    raise Malformed(f"count {value} above {most}, or not in its shortest form")
                return value
        raise Malformed("a count of more than 10 bytes")

    def integer(self):
        header = self.count()
        length, negative = header >> 1, header & 1
        if length > LIMITS.integerBits // 8:
            raise Malformed("an integer too large")
        data = self.take(length)
        if data[:1] == b"\0" or negative and not data:
            raise Malformed("an integer not in its shortest form")
        value = int.from_bytes(data, "big")
        return -value if negative else value

    def string(self, most=LIMITS.bytesLength):
        return self.take(self.count(most))

    def text(self, most):
        data = self.string(most)
        if not is_text(data):
            raise Malformed("text that is not UTF-8")
        return data.decode()

    def value(self, kind):
        if kind.bank == "int":
            return self.integer()
        return self.take(32) if kind.name in ("address", "asset") else self.string()

    def end(self):
        if self.at != len(self.data):
            raise Malformed("bytes are left over")


def decode_all(kinds, data):
    """A stored value or record."""
    reader = Reader(data)
    return [reader.value(kind) for kind in kinds]


# Components of keys

def component(kind, value):
    if kind.bank == "int":
        data = magnitude(value)
        if value >= 0:
            return bytes([128 + len(data)]) + data
        return bytes([128 - len(data)]) + bytes(255 - byte for byte in data)
    if kind.name in ("address", "asset"):
        return value
    return value.replace(b"\0", b"\0\xff") + b"\0\0"


def read_component(kind, reader):
    if kind.bank == "int":
        length = reader.byte() - 128
        if length >= 0:
            return int.from_bytes(reader.take(length), "big")
        return -int.from_bytes(bytes(255 - byte for byte in reader.take(-length)), "big")
    if kind.name in ("address", "asset"):
        return reader.take(32)
    value = bytearray()
    while True:
        byte = reader.byte()
        if byte == 0 and reader.byte() == 0:
            return bytes(value)
        value.append(byte)


# Identifiers, signatures, error numbers

def sha256(data):
    return hashlib.sha256(data).digest()


def contract_address(creator, made):
    return sha256(b"aliquot.contract" + creator + integer(made))


def asset_identifier(issuer, class_name, identifier):
    return sha256(b"aliquot.asset" + issuer + string(class_name.encode()) + identifier)


def message_digest(chain, contract, signature, fields):
    return sha256(b"aliquot.message" + chain + contract + string(signature.encode()) + fields)


def kinds_text(kinds):
    return "(" + ",".join(kind.text for kind in kinds) + ")"


def signature(name, parameters, results):
    return name + kinds_text(parameters) + "->" + kinds_text(results)


def error_number(signature_text):
    value = 2_166_136_261
    for byte in signature_text.encode():
        value = (value ^ byte) * 16_777_619 % 2**32
    return 65_536 + value


# Calls as values

class Call:
    def __init__(self, target, name, parameters, results, arguments, payments):
        self.target, self.name, self.parameters, self.results = target, name, parameters, results
        self.arguments, self.payments = arguments, payments
        self.signature = signature(name, parameters, results)

    def encode(self):
        kinds = [count(len(kinds)) + b"".join(map(kind_bytes, kinds)) for kinds in (self.parameters, self.results)]
        payments = [asset + integer(amount) for asset, amount in self.payments]
        return (self.target + string(self.name.encode()) + b"".join(kinds)
                + encode_all(self.parameters, self.arguments) + count(len(payments)) + b"".join(payments))


def kind_bytes(kind):
    return bytes([kind.tag, kind.cases - 1] if kind.name == "enum" else [kind.tag])


def decode_call(data):
    if len(data) > LIMITS.bytesLength:
        raise Malformed("a call too long")
    reader = Reader(data)
    target = reader.take(32)
    name = reader.text(LIMITS.nameLength)
    lists = []
    for _ in range(2):
        kinds = []
        for _ in range(reader.count(LIMITS.parameters)):
            tag = reader.byte(9)
            kinds.append(Kind(tag, reader.byte() + 1 if tag == 2 else None))
        lists.append(kinds)
    arguments = []
    for kind in lists[0]:
        arguments.append(reader.value(kind))
        if kind.name != "call" and not kind.holds(arguments[-1]):
            raise Malformed("an argument that is not of its kind")
    payments = [(reader.take(32), reader.integer()) for _ in range(reader.count(LIMITS.payments))]
    reader.end()
    return Call(target, name, *lists, arguments, payments)
