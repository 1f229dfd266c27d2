"""An export: the page Archive.md."""
from chain import MOST_TRANSACTIONS, Genesis, Header
from signed import LONGEST, Signed
from values import Malformed, Reader, count, sha256, string

MAGIC = b"aliquot.archive\n\x01"
LONGEST_PART = 2**64 - 1


def read_transactions(data):
    reader = Reader(data)
    found = [reader.string(LONGEST + 64) for _ in range(reader.count(MOST_TRANSACTIONS))]
    reader.end()
    return list(map(Signed, found))


class Archive:
    """Genesis, blocks as pairs of header and transactions, snapshots, notes."""

    def __init__(self, data):
        reader = Reader(data)
        if reader.take(len(MAGIC)) != MAGIC:
            raise Malformed("no export, or another version")
        self.genesis = Genesis(reader.string(LONGEST_PART))
        self.blocks, self.snapshots, self.notes = [], [], []
        last = 0
        while part := reader.byte(3):
            if part < last:
                raise Malformed("parts in another order")
            last = part
            if part == 1:
                header = Header(reader.string(LONGEST_PART))
                self.blocks.append((header, read_transactions(reader.string(LONGEST_PART))))
            elif part == 2:
                self.snapshots.append((reader.text(LONGEST_PART), reader.count()))
            else:
                self.notes.append((reader.text(LONGEST_PART), reader.string(LONGEST_PART), reader.string(LONGEST_PART)))
        if reader.take(32) != sha256(data[: reader.at - 32]):
            raise Malformed("the hash is not that of the bytes")
        reader.end()
        self.check_order()

    def check_order(self):
        heights = [header.height for header, _ in self.blocks]
        names = [name for name, _ in self.snapshots]
        marks = [(height, name.encode()) for name, height in self.snapshots]
        notes = [(kind.encode(), name) for kind, name, _ in self.notes]
        if not all(sorted(set(part)) == part for part in (heights, marks, notes)) or len(set(names)) != len(names):
            raise Malformed("parts in another order, or twice")
        if not {height for height, _ in marks} <= {0, *heights}:
            raise Malformed("a snapshot of no block")

    def encode(self):
        out = MAGIC + string(self.genesis.encode())
        for header, transactions in self.blocks:
            signed = b"".join(string(transaction.encode()) for transaction in transactions)
            out += b"\x01" + string(header.encode()) + string(count(len(transactions)) + signed)
        for name, height in self.snapshots:
            out += b"\x02" + string(name.encode()) + count(height)
        for kind, name, contents in self.notes:
            out += b"\x03" + string(kind.encode()) + string(name) + string(contents)
        return out + b"\x00" + sha256(out + b"\x00")
