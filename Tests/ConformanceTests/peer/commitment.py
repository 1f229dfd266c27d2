"""One hash for a state, and proofs: the page Commitment.md."""
from values import ZERO, Malformed, Reader, sha256


def bit(key_hash, place):
    """The most significant bit is the first."""
    return key_hash[place // 8] >> 7 - place % 8 & 1


def leaf(key_hash, value_hash):
    return sha256(b"\x00" + key_hash + value_hash)


def branch(zeros, ones):
    return sha256(b"\x01" + zeros + ones)


def root(entries):
    """The root of a map of strings."""
    return commitment([(sha256(key), sha256(value)) for key, value in entries.items()], 0)


def commitment(pairs, depth):
    if not pairs:
        return ZERO
    if len(pairs) == 1:
        return leaf(*pairs[0])
    return branch(*(commitment([pair for pair in pairs if bit(pair[0], depth) == side], depth + 1) for side in (0, 1)))


class Proof:
    """The hashes beside the way, the topmost first, and the entry it ends in, or `None`."""

    def __init__(self, siblings, entry):
        self.siblings, self.entry = siblings, entry

    @classmethod
    def decode(cls, data):
        reader = Reader(data)
        length = reader.word()
        if length > 256:
            raise Malformed("a way longer than a hash")
        siblings = [reader.take(32) for _ in range(length)]
        entry = (reader.take(32), reader.take(32)) if reader.byte(1) == 1 else None
        reader.end()
        return cls(siblings, entry)

    def encode(self):
        end = b"\x01" + b"".join(self.entry) if self.entry else b"\x00"
        return len(self.siblings).to_bytes(2, "big") + b"".join(self.siblings) + end

    def shows(self, value, key, root_hash):
        """Whether a map with the root holds the value under the key; `None` is nothing."""
        way = sha256(key)
        if self.entry is None:
            if value is not None:
                return False
            node = ZERO
        else:
            key_hash, value_hash = self.entry
            if any(bit(key_hash, depth) != bit(way, depth) for depth in range(len(self.siblings))):
                return False
            if (key_hash == way) != (value is not None) or value is not None and value_hash != sha256(value):
                return False
            node = leaf(key_hash, value_hash)
        for depth, sibling in reversed(list(enumerate(self.siblings))):
            node = branch(sibling, node) if bit(way, depth) else branch(node, sibling)
        return node == root_hash
