"""Values as the files write them, and what differs, for people."""
import re
import sys

SHOWN = 10


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


class Comparison:
    """Counts what is compared, and shows the first differences."""

    def __init__(self, name):
        self.name, self.checked, self.different = name, 0, 0

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
