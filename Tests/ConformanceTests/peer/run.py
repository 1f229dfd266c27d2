#!/usr/bin/env python3
"""Runs the vector files against this implementation, as the page Conformance.md describes them.

    run.py [FILES]        all files of vectors if none is named
"""
import json
import pathlib
import re
import sys

from comparison import SHOWN, Comparison, data, integer, plain, shown, value
from records import RECORDS
from transaction import Block, World
from values import Malformed, kind_named
from verifier import Refused, verify

# Receipts

def told(receipt):
    """A receipt with the members that the files give it."""
    failure = receipt.failure
    out = {"gas": receipt.gas}
    if failure:
        out["number"], out["origin"] = failure.number, failure.origin
        out.update({"trap": failure.trap} if failure.trap else {"error": failure.error})
        if failure.error is not None:
            out["arguments"] = list(failure.arguments)
        if failure.site:
            out["site"] = dict(zip(("codeHash", "function", "instruction"), failure.site))
    else:
        out["results"] = list(receipt.results)
    if receipt.events:
        out["events"] = [{"contract": event.contract, "event": event.index, "fields": list(event.fields)}
                         for event in receipt.events]
    if receipt.balances:
        out["balances"] = [dict(zip(("asset", "holder", "before", "after"), change)) for change in receipt.balances]
    return out


def parsed_signature(text):
    name, parameters, results = re.fullmatch(r"([^(]*)\(([^)]*)\)->\(([^)]*)\)", text).groups()
    return name, *([kind_named(kind) for kind in kinds.split(",") if kind] for kinds in (parameters, results))


def block(member):
    return Block(data(member["chain"]), member["height"], member["time"],
                 {int(height): data(beacon) for height, beacon in member["beacons"].items()})


class File(Comparison):
    def __init__(self, path):
        super().__init__(path.name)
        content = json.loads(path.read_text())
        if content["format"] != 1 or content["schedule"] != 1:
            raise SystemExit(f"{path}: unknown format or schedule")
        self.steps, self.entries = content["steps"], content["entries"]
        self.world = World(block(content["block"]))

    def run(self):
        for number, step in enumerate(self.steps):
            operation = next(name for name in step if name != "receipt")
            getattr(self, operation)(f"step {number}, {operation}", step[operation], step)
        state = {data(key): data(entry) for key, entry in self.entries.items()}
        for key in sorted(state.keys() | self.world.state.entries.keys()):
            self.compare(f"entry {shown(key)}", self.world.state.get(key), state.get(key))

    def receipt(self, where, receipt, step):
        self.compare(where, told(receipt), plain(step["receipt"]))

    # Steps

    def block(self, where, member, step):
        self.world.block = block(member)

    def deploy(self, where, member, step):
        try:
            verify(data(member["module"]))
        except (Malformed, Refused) as reason:
            self.compare(f"{where}, refused: {reason}", False, True)
            return
        self.compare(where, self.world.deploy(data(member["module"])), data(member["codeHash"]))

    def refuse(self, where, member, step):
        try:
            verify(data(member["module"]))
            refused = False
        except (Malformed, Refused):
            refused = True
        self.compare(where, refused, True)

    def genesisAsset(self, where, member, step):
        asset = self.world.genesis_asset(member["name"], member["decimals"], integer(str(member["supply"])),
                                         data(member["holder"]))
        self.compare(where, asset, data(member["asset"]))

    def create(self, where, member, step):
        receipt = self.world.create(data(member["codeHash"]), *self.attached(member), data(member["by"]),
                                    member["gas"])
        self.receipt(where, receipt, step)

    def call(self, where, member, step, view=False):
        receipt = self.world.call(data(member["contract"]), *parsed_signature(member["function"]),
                                  *self.attached(member), data(member["by"]), member["gas"], view)
        self.receipt(f"{where} {member['function']}", receipt, step)

    def view(self, where, member, step):
        self.call(where, member, step, view=True)

    def attached(self, member):
        payments = [(data(payment["asset"]), value(str(payment["amount"]))) for payment in member.get("payments", [])]
        return list(map(value, member["arguments"])), payments

    def send(self, where, member, step):
        receipt = self.world.send(data(member["asset"]), integer(str(member["amount"])), data(member["from"]),
                                  data(member["to"]), member["gas"])
        self.receipt(where, receipt, step)

    def check(self, where, member, step):
        self.receipt(where, self.world.check(data(member["contract"]), member["invariant"], member["gas"]), step)

    def table(self, where, member, step):
        contract, function = data(member["contract"]), parsed_signature(member["function"])
        for number, row in enumerate(member["rows"]):
            receipt = self.world.call(contract, *function, list(map(value, row["in"])), [], bytes(32),
                                      row.get("limit", member["limit"]), view=True)
            given = {"gas": receipt.gas}
            if receipt.failure:
                given["trap"] = receipt.failure.trap
            else:
                given["out"] = list(receipt.results)
            expected = {name: plain(row[name]) if name == "out" else row[name]
                        for name in row if name not in ("in", "limit")}
            self.compare(f"{where} {member['function']}, row {number}, in {shown(plain(row['in']))}", given, expected)


def opened(path):
    """The vectors of the machine are worlds; those of a ledger are records of some kind."""
    return RECORDS[path.name](path) if path.name in RECORDS else File(path)


def main(paths):
    files = list(map(opened, paths))
    for file in files:
        file.run()
        if file.different > SHOWN:
            print(f"{file.name}: {file.different - SHOWN:,} more")
    worlds, records = ([file for file in files if isinstance(file, File) == is_world] for is_world in (True, False))
    different = sum(file.different for file in files)
    print(f"{sum(file.checked for file in worlds):,} rows and steps in {len(worlds)} files, "
          f"{sum(file.checked for file in records):,} records of ledgers in {len(records)} files checked, "
          f"{different:,} differ")
    empty = [file.name for file in files if not file.checked]
    if empty:
        print("without anything to check: " + ", ".join(empty))
    return 1 if different or empty or not files else 0


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    sys.set_int_max_str_digits(0)
    tests = pathlib.Path(__file__).resolve().parents[2]
    folders = [tests / target / "Vectors" for target in ("ConformanceTests", "TransactionsTests", "LedgerTests")]
    every = [path for folder in folders for path in sorted(folder.rglob("*.json"))]
    sys.exit(main([pathlib.Path(name) for name in sys.argv[1:]] or every))
