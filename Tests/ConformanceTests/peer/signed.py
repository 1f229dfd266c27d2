"""Accounts, transactions and their signatures: the page Transactions.md."""
import signatures
from pages import LIMITS
from values import Call, Kind, Malformed, Reader, count, decode_call, encode_all, integer, kind_bytes, sha256, string

ED25519, P256, DEVELOPMENT = range(3)
DEPLOY, CREATE, CALL, TRANSFER = range(4)
LONGEST = LIMITS.moduleLength + 512
SMALL_ORDER = [0, 1, signatures.P - 1] + [
    int.from_bytes(bytes.fromhex(key), "little") % 2**255 for key in (
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]


def address(scheme, key):
    return sha256(b"aliquot.account" + bytes([scheme]) + key)


def is_key(scheme, key):
    if scheme == P256:
        return signatures.P256.point(key) is not None
    y = int.from_bytes(key, "little") % 2**255
    return y < signatures.P and y not in SMALL_ORDER


class Creation:
    """A contract to be made: code, arguments and payments."""

    def __init__(self, code_hash, parameters, arguments, payments):
        self.code_hash, self.parameters, self.arguments, self.payments = code_hash, parameters, arguments, payments

    @classmethod
    def read(cls, reader):
        start = reader.at
        code_hash = reader.take(32)
        # Behind the code hash it is a call without a name, results and target.
        parameters = []
        for _ in range(reader.count(LIMITS.parameters)):
            tag = reader.byte(9)
            parameters.append(Kind(tag, reader.byte() + 1 if tag == 2 else None))
        arguments = []
        for kind in parameters:
            arguments.append(reader.value(kind))
            if kind.name != "call" and not kind.holds(arguments[-1]):
                raise Malformed("an argument that is not of its kind")
        payments = [(reader.take(32), reader.integer()) for _ in range(reader.count(LIMITS.payments))]
        if reader.at - start > LIMITS.bytesLength:
            raise Malformed("a creation too long")
        return cls(code_hash, parameters, arguments, payments)

    def encode(self):
        payments = [asset + integer(amount) for asset, amount in self.payments]
        return (self.code_hash + count(len(self.parameters)) + b"".join(map(kind_bytes, self.parameters))
                + encode_all(self.parameters, self.arguments) + count(len(payments)) + b"".join(payments))


class Signed:
    """A signed transaction."""

    def __init__(self, data):
        reader = Reader(data)
        if reader.byte() != 1:
            raise Malformed("another version")
        self.chain, self.scheme = reader.take(32), reader.byte(2)
        self.key = reader.take(33 if self.scheme == P256 else 32)
        if not is_key(self.scheme, self.key):
            raise Malformed("no key")
        self.nonce, self.gas_limit, self.gas_price = reader.count(), reader.count(LIMITS.gas), reader.integer()
        if not 0 <= self.gas_price < 2**256:
            raise Malformed("no price")
        self.action = reader.byte(3)
        self.content = getattr(self, ("read_module", "read_creation", "read_call", "read_transfer")[self.action])(reader)
        length = reader.at
        if length > LONGEST:
            raise Malformed("too long")
        self.signature = reader.take(64)
        reader.end()
        self.id = sha256(b"aliquot.transaction" + data[:length])
        self.address = address(self.scheme, self.key)

    def read_module(self, reader):
        return reader.string(LIMITS.moduleLength)

    def read_creation(self, reader):
        return Creation.read(reader)

    def read_call(self, reader):
        return decode_call(reader.string(LIMITS.bytesLength))

    def read_transfer(self, reader):
        content = reader.take(32), reader.integer(), reader.take(32)
        if content[1] < 0:
            raise Malformed("an amount below zero")
        return content

    def encode(self):
        content = self.content
        if self.action == CREATE:
            body = content.encode()
        elif self.action == TRANSFER:
            body = content[0] + integer(content[1]) + content[2]
        else:
            body = string(content.encode() if isinstance(content, Call) else content)
        return (b"\x01" + self.chain + bytes([self.scheme]) + self.key + count(self.nonce) + count(self.gas_limit)
                + integer(self.gas_price) + bytes([self.action]) + body + self.signature)

    @property
    def message(self):
        """What is signed."""
        return b"aliquot.signature" + self.id

    def verifies(self, chain, for_development):
        if self.chain != chain or self.scheme == DEVELOPMENT and not for_development:
            return False
        if self.scheme != P256:
            return signatures.verify_ed25519(self.key, self.message, self.signature)
        if int.from_bytes(self.signature[32:], "big") > signatures.P256.order // 2:
            return False
        return signatures.P256.verify(self.key, self.message, self.signature)
