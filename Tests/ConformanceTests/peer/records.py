"""Checks of the vectors of a ledger: transactions, parts of a chain, commitments, an export that is executed."""
import json

from archive import Archive
from chain import ChainReceipt, Genesis, Header, derived_beacon, list_root, rules
from commitment import Proof, root
from comparison import Comparison, data, value
from replay import Refused, Replay
from signed import Signed, address, is_key
from values import ZERO, Malformed, asset_identifier, sha256


class Records(Comparison):
    """A file of vectors; every member of `checks` is a list in it, whose items a method of that name checks."""

    def __init__(self, path):
        super().__init__(path.name)
        self.content = json.loads(path.read_text())

    def run(self):
        for member in self.checks:
            for index, item in enumerate(self.content[member]):
                try:
                    getattr(self, member)(f"{member} {index}", item)
                except (Malformed, Refused) as reason:
                    self.compare(f"{member} {index}, refused: {reason}", False, True)

    def compare_refusal(self, where, read, is_read):
        """Compares whether something is read."""
        try:
            read()
            self.compare(where, True, is_read)
        except (Malformed, Refused) as reason:
            self.compare(f"{where}: {reason}", False, is_read)


def members(item, *names):
    """Members of an item as bytes or numbers."""
    return {name: data(item[name]) if isinstance(item[name], str) else item[name] for name in names}


class Transactions(Records):
    checks = "accounts", "accepted", "refused"

    def accounts(self, where, item):
        key = data(item["publicKey"])
        self.compare(where, (is_key(item["scheme"], key), address(item["scheme"], key)), (True, data(item["address"])))

    def accepted(self, where, item):
        encoded = data(item["transaction"]) + data(item["signature"])
        signed = Signed(encoded)
        given = signed.encode(), signed.id, signed.address, signed.verifies(data(self.content["chain"]), True)
        self.compare(where, given, (encoded, data(item["id"]), data(item["sender"]), True))

    def refused(self, where, item):
        def read():
            if not Signed(data(item["bytes"])).verifies(data(self.content["chain"]), True):
                raise Refused("the signature")
        self.compare_refusal(where, read, False)


class Chain(Records):
    checks = "geneses", "headers", "receipts", "lists", "changed"
    readers = {"genesis": Genesis, "header": Header, "receipt": ChainReceipt.decode}

    def geneses(self, where, item):
        genesis = Genesis(data(item["bytes"]))
        given = {
            "bytes": genesis.encode(), "chain": genesis.chain, "name": genesis.name,
            "isDevelopment": genesis.is_development, "time": genesis.time, "blockInterval": genesis.interval,
            "blockGasLimit": genesis.gas, "blockSizeLimit": genesis.size, "schedule": rules(), "fees": genesis.fees,
            "assets": [(name, decimals, asset_identifier(ZERO, name, b""), holdings)
                       for name, decimals, holdings in genesis.assets]}
        fees = item.get("fees")
        expected = members(item, "bytes", "chain", "isDevelopment", "time", "blockInterval", "blockGasLimit",
                           "blockSizeLimit", "schedule")
        expected.update(
            name=item["name"],
            assets=[(asset["name"], asset["decimals"], data(asset["identifier"]),
                     [(data(holding["holder"]), int(holding["amount"])) for holding in asset["holdings"]])
                    for asset in item["assets"]],
            fees=fees and (fees["asset"], data(fees["receiver"]), int(fees["minimumPrice"])))
        self.compare(where, given, expected)

    def headers(self, where, item):
        header = Header(data(item["bytes"]))
        given = {
            "bytes": header.encode(), "hash": header.hash, "chain": header.chain, "height": header.height,
            "parent": header.parent, "time": header.time, "beacon": header.beacon,
            "transactionCount": header.transactions, "gasUsed": header.gas,
            "transactionRoot": header.transaction_root, "receiptRoot": header.receipt_root,
            "stateRoot": header.state_root, "nextBeacon": derived_beacon(header.hash, header.height + 1)}
        self.compare(where, given, members(item, *given))

    def receipts(self, where, item):
        receipt = ChainReceipt.decode(data(item["bytes"]))
        failure = receipt.failure
        given = {"bytes": receipt.encode(), "transaction": receipt.transaction, "schedule": receipt.rules,
                 "gasUsed": receipt.gas, "fee": receipt.fee, "events": receipt.events, "balances": receipt.balances}
        if failure is None:
            given["results"] = receipt.results
        else:
            given["origin"], given["site"] = failure.origin, failure.site
            if failure.trap:
                given["trap"] = failure.number
            else:
                given.update(error=failure.error, number=failure.number, arguments=failure.arguments)
        self.compare(where, given, self.expected_receipt(item))

    def expected_receipt(self, item):
        expected = members(item, "bytes", "transaction", "schedule", "gasUsed")
        expected["fee"] = int(item["fee"])
        expected["events"] = [(data(event["contract"]), data(event["codeHash"]), event["event"],
                               list(map(value, event["fields"]))) for event in item["events"]]
        expected["balances"] = [(data(change["asset"]), data(change["holder"]), int(change["before"]),
                                 int(change["after"])) for change in item["balances"]]
        expected.update({name: list(map(value, item[name])) for name in ("results", "arguments") if name in item})
        expected.update({name: item[name] for name in ("trap", "error", "number") if name in item})
        if "origin" in item:
            site = item.get("site")
            expected["origin"] = data(item["origin"])
            expected["site"] = site and (data(site["codeHash"]), site["function"], site["instruction"])
        return expected

    def lists(self, where, item):
        items = list(map(data, item["items"]))
        self.compare(where, list_root(items), data(item["root"]))
        for entry, path in zip(items, item["paths"], strict=True):
            node, siblings = sha256(b"\x00" + entry), data(path["siblings"])
            for level in range(len(siblings) // 32):
                sibling = siblings[32 * level : 32 * level + 32]
                node = sha256(b"\x01" + (sibling + node if path["index"] >> level & 1 else node + sibling))
            self.compare(f"{where}, path", node, data(item["root"]))

    def changed(self, where, item):
        encoded = data(item["bytes"])

        def read():
            record = self.readers[item["kind"]](encoded)
            self.compare(f"{where}, written again", record.encode(), encoded)
        self.compare_refusal(f"{where}, {item['kind']}", read, item["isRead"])


class Commitments(Records):
    checks = "maps",

    def maps(self, where, item):
        entries = {data(entry["key"]): data(entry["value"]) for entry in item["entries"]}
        self.compare(where, root(entries), data(item["root"]))
        for index, proof in enumerate(item["proofs"]):
            shown = data(proof["value"]) if "value" in proof else None
            given = self.shows(data(proof["bytes"]), shown, data(proof["key"]), root(entries))
            self.compare(f"{where}, proof {index}", given, proof["isGood"])

    def shows(self, encoded, shown, key, root_hash):
        try:
            proof = Proof.decode(encoded)
        except Malformed:
            return False
        self.compare("a proof written again", proof.encode(), encoded)
        return proof.shows(shown, key, root_hash)


class Export(Records):
    """The chain of an export is executed from its genesis, and every figure of it computed."""

    def run(self):
        encoded = data(self.content["bytes"])
        archive = Archive(encoded)
        self.compare("the export written again", archive.encode(), encoded)
        for length in range(0, len(encoded), 97):
            self.compare_refusal(f"{length} bytes", lambda length=length: Archive(encoded[:length]), False)
        self.compare("rules", archive.genesis.rules, rules())
        self.compare("chain", archive.genesis.chain, data(self.content["chain"]))
        self.compare("snapshots", archive.snapshots,
                     [(mark["name"], mark["height"]) for mark in self.content["snapshots"]])
        self.compare("notes", archive.notes,
                     [(note["kind"], data(note["name"]), data(note["contents"])) for note in self.content["notes"]])
        self.replay(archive)

    def replay(self, archive):
        chain = Replay(archive.genesis)
        first, *rest = self.content["blocks"]
        self.block(chain, [], first)
        for (header, transactions), block in zip(archive.blocks, rest, strict=True):
            try:
                chain.apply(header, transactions)
            except Refused as reason:
                self.compare(f"block {header.height}, refused: {reason}", False, True)
            self.block(chain, transactions, block)
        entries = {data(key): data(entry) for key, entry in self.content["entries"].items()}
        self.compare("the state", chain.world.state.entries, entries)

    def block(self, chain, transactions, expected):
        where, head = f"block {expected['height']}", chain.head
        self.compare(where, (head.height, head.hash, head.state_root),
                     (expected["height"], data(expected["hash"]), data(expected["stateRoot"])))
        self.compare(f"{where}, transactions", [transaction.encode() for transaction in transactions],
                     list(map(data, expected["transactions"])))
        given = [receipt.encode() for receipt in chain.receipts]
        self.compare(f"{where}, receipts", len(given), len(expected["receipts"]))
        for index, (receipt, other) in enumerate(zip(given, map(data, expected["receipts"]))):
            self.compare(f"{where}, receipt {index}", receipt, other)


RECORDS = {"transactions.json": Transactions, "chain.json": Chain, "commitment.json": Commitments,
           "archive.json": Export}
