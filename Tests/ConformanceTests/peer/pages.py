"""Reads the specification's tables: instructions, traps, limits and prices are taken from the pages themselves."""
import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parents[3] / "Sources"


def page(name):
    target, title = name.split("/")
    return (SOURCES / target / f"{target}.docc" / f"{title}.md").read_text()


def tables(text):
    """Every table of a page, as (header, rows)."""
    found, inside = [], False
    for line in text.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            found.append((cells, []))
            inside = True
        elif not re.fullmatch(r"[-: ]+", "".join(cells)):
            found[-1][1].append(cells)
    return found


def rows(text, *header):
    """The rows of all tables that have this header."""
    return [row for head, body in tables(text) if tuple(head[: len(header)]) == header for row in body]


def number(text):
    return int(text.replace(",", ""))


class Limits:
    def __init__(self):
        for name, value, _ in rows(page("Bytecode/Limits"), "limit", "value", "of"):
            setattr(self, name.strip("`"), number(value))


class Instruction:
    """A row of the instruction table: its code, name, base price, and what each operand is."""

    def __init__(self, code, name, base, operands):
        self.code, self.name, self.base, self.operands = code, name, base, operands
        kinds = {"int register": "int", "bytes register": "bytes"}
        self.reads = [kinds.get(what) for _, what in operands]


def instructions():
    text = page("Bytecode/Instructions")
    operands = {}
    for name, cell in rows(text, "instruction", "operands"):
        operands[name.strip("`")] = [tuple(part.split(": ", 1)) for part in cell.split("; ")]
    found = {}
    for code, usage, _, gas, *_ in rows(text, "code", "instruction", "what it does", "gas"):
        name, *listed = usage.strip("`").replace(",", "").split(" ")
        if listed != [operand for operand, _ in operands[name]]:
            raise ValueError(f"the two tables give {name} different operands")
        base = number(gas.split(" + ")[0])
        found[int(code, 16)] = Instruction(int(code, 16), name, base, operands[name])
    return found


def traps():
    """The number of every trap by name, and the names of those that `try` does not catch."""
    table = rows(page("Bytecode/Instructions"), "number", "trap")
    return {row[1]: int(row[0]) for row in table}, {row[1] for row in table if row[3] == "no"}


LIMITS = Limits()
INSTRUCTIONS = instructions()
TRAPS, FATAL = traps()
