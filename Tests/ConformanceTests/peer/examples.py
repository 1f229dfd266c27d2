#!/usr/bin/env python3
"""Checks the examples that stand in the pages themselves: encodings, identifiers, numbers, the module byte by byte."""
import re

import values
from assets import Record
from module import Module
from pages import LIMITS, page, rows
from transaction import Block, World
from values import ADDRESS, INT, TEXT, Call, Kind

ONE, TWO, CHAIN = (bytes([byte]) * 32 for byte in (0x11, 0x22, 0xC0))
VALUES = page("Execution/Values")


def spelled(text):
    """`80 01`, `01`, 63 bytes `00`: the bytes that a cell of a table describes."""
    out = b""
    for times, digits in re.findall(r"(?:([\d,]+) bytes )?`([^`]*)`", text):
        out += bytes.fromhex(digits) * int((times or "1").replace(",", ""))
    return out


def calculated(text):
    return eval(text.replace(",", "").replace("^", "**"))


def checks():
    for number, encoding in rows(VALUES, "count", "bytes"):
        yield f"count {number}", values.count(calculated(number)), spelled(encoding)
    for number, encoding in rows(VALUES, "integer", "bytes"):
        yield f"integer {number}", values.integer(calculated(number)), spelled(encoding)
    for text, encoding in rows(VALUES, "component", "bytes"):
        if re.fullmatch(r"[-\d, ]+", text):
            parts = zip(text.split(", "), encoding.split(", "))
            for number, part in parts:
                yield f"component {number}", values.component(INT, int(number)), spelled(part)
        else:
            yield f"component {text}", values.component(TEXT, spelled(text)), spelled(encoding)
    for error, number in rows(VALUES, "error", "number"):
        yield error, values.error_number(error.strip("`")), int(number)
    identifiers = [
        values.contract_address(ONE, 0), values.contract_address(ONE, 1),
        values.asset_identifier(ONE, "Share", b""), values.asset_identifier(ONE, "Passport", b"\xab\xcd"),
        values.message_digest(CHAIN, ONE, "Order(address,int)", values.encode_all([ADDRESS, INT], [TWO, 500]))]
    for (text, expected), given in zip(rows(VALUES, "example", "identifier"), identifiers):
        yield text, given, spelled(expected)
    blocks = [re.sub(r"(11|22|c0)+…(\1)+", lambda found: found[1] * 32, block.replace(" ", "").replace("\n", ""))
              for block in re.findall(r"```\n([^`]*)```", VALUES)]
    encoded = [bytes.fromhex(block) for block in blocks if re.fullmatch(r"[0-9a-f]+", block)]
    key = (b"\x04" + ONE + b"\x03" + values.component(INT, -5) + values.component(ADDRESS, TWO)
           + values.component(Kind(3), b"A\0B"))
    record = Record(ONE, "Share", b"", 6, 6, [(ONE, "settle", 40_000)])
    call = Call(ONE, "pay", [INT, Kind(2, 3), TEXT], [Kind(1)], [1000, 1, "hé".encode()], [(TWO, 25)])
    yield "key", key, encoded[0]
    yield "record", record.encode(), encoded[1]
    yield "call", call.encode(), encoded[3]
    yield "call decoded", values.decode_call(encoded[3]).encode(), encoded[3]
    yield from module_checks()


def module_checks():
    text = page("Bytecode/ModuleFormat")
    data = bytes.fromhex("".join(re.findall(r"^[0-9a-f]{3}  +((?:[0-9a-f]{2} {1,2})+)", text, re.MULTILINE)))
    length, code_hash = re.search(r"has (\d+) bytes and the code hash `([0-9a-f]+)`", text).groups()
    yield "module's length", len(data), int(length)
    yield "module's code hash", Module(data).code_hash.hex(), code_hash
    together = next(gas for step, gas in rows(page("Execution/Gas"), "step", "gas") if step == "**together**")
    world = World(Block(CHAIN, 1, 1, {}))
    contract, = world.create(world.deploy(data), [], [], ONE, LIMITS.gas).results
    receipt = world.call(contract, "thank", [INT], [INT], [2 * 10**12], [], ONE, LIMITS.gas)
    yield "gas of thank", receipt.gas, int(together.strip("*"))
    yield "result of thank", receipt.results, [2 * 10**12]


checked = different = 0
for name, given, expected in checks():
    checked += 1
    if given != expected:
        different += 1
        print(f"{name}: {given}, expected {expected}")
print(f"{checked} examples of the pages checked, {different} differ")
raise SystemExit(1 if different else 0)
