#!/usr/bin/env python3
"""Runs the vector files against this implementation, as the page Conformance.md describes them.

    run.py [FILES]        all files of ../Vectors if none is named
"""
import json
import pathlib
import re
import sys

from transaction import Block, World
from values import Malformed, kind_named
from verifier import Refused, verify

SHOWN = 10


# Values as the files write them

def data(text):
    return bytes.fromhex(text.removeprefix("0x"))


def integer(text):
    match = re.fullmatch(r"(-?)2\^(\d+)([+-]\d+)?", text)
    if match:
        return (-1 if match[1] else 1) * (1 << int(match[2])) + int(match[3] or 0)
    return int(text)


def value(text):
    return data(text) if text.startswith("0x") else integer(text)


def plain(item):
    """What can be compared: every value that the files write as text is read, wherever it stands."""
    if isinstance(item, dict):
        return {name: item[name] if name == "trap" else plain(item[name]) for name in item}
    if isinstance(item, list):
        return [plain(entry) for entry in item]
    return value(item) if isinstance(item, str) else item


def shown(item):
    if isinstance(item, dict):
        return "{" + ", ".join(f"{name}: {shown(entry)}" for name, entry in sorted(item.items())) + "}"
    if isinstance(item, list):
        return "[" + ", ".join(map(shown, item)) + "]"
    text = "0x" + item.hex() if isinstance(item, bytes) else str(item)
    return text if len(text) < 160 else f"{text[:100]}… ({len(text)} characters)"


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


class File:
    def __init__(self, path):
        self.name = path.name
        content = json.loads(path.read_text())
        if content["format"] != 1 or content["schedule"] != 1:
            raise SystemExit(f"{path}: unknown format or schedule")
        self.steps, self.entries = content["steps"], content["entries"]
        self.world = World(block(content["block"]))
        self.checked = self.different = 0

    def run(self):
        for number, step in enumerate(self.steps):
            operation = next(name for name in step if name != "receipt")
            getattr(self, operation)(f"step {number}, {operation}", step[operation], step)
        state = {data(key): data(entry) for key, entry in self.entries.items()}
        for key in sorted(state.keys() | self.world.state.entries.keys()):
            self.compare(f"entry {shown(key)}", self.world.state.get(key), state.get(key))

    def compare(self, where, given, expected):
        self.checked += 1
        if given == expected:
            return
        self.different += 1
        if self.different <= SHOWN:
            print(f"{self.name}: {where}")
            if isinstance(given, dict) and isinstance(expected, dict):
                for name in sorted(given.keys() | expected.keys()):
                    if given.get(name) != expected.get(name):
                        print(f"    {name}: {shown(given.get(name))}, expected {shown(expected.get(name))}")
            else:
                print(f"    {shown(given)}, expected {shown(expected)}")
            sys.stdout.flush()

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


def main(paths):
    files = [File(path) for path in paths]
    for file in files:
        file.run()
        if file.different > SHOWN:
            print(f"{file.name}: {file.different - SHOWN:,} more")
    checked, different = (sum(getattr(file, name) for file in files) for name in ("checked", "different"))
    print(f"{checked:,} rows and steps in {len(files)} files checked, {different:,} differ")
    empty = [file.name for file in files if not file.steps]
    if empty:
        print("without steps: " + ", ".join(empty))
    return 1 if different or empty or not files else 0


if __name__ == "__main__":
    sys.setrecursionlimit(20_000)
    sys.set_int_max_str_digits(0)
    vectors = pathlib.Path(__file__).resolve().parent.parent / "Vectors"
    sys.exit(main([pathlib.Path(name) for name in sys.argv[1:]] or sorted(vectors.rglob("*.json"))))
