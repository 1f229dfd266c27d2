"""Runs the same work in every peer and prints one table; `Tests/bench` prepares what it needs.

Peers rotate within a round and medians are taken over the rounds. Times are processor time. Every value is
compared with the oracle's, so a peer that is wrong is shown as wrong and has no time.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE / "python"))
from rows import value  # noqa: E402

PRIME = 2**61 - 1
PEERS = ["native", "aliquot", "wasmtime", "revm", "lua", "cpython"]

# How many operations are measured, and by which peers fewer; then the mark to reach: times native, or
# nanoseconds.
ROWS = {
    "fib": (1_000_000, {}, "20x"),
    "sieve": (1_000_000, {"revm": 100_000}, "6x"),
    "muldiv": (100_000, {"lua": 5_000, "revm": 20_000}, "1.6x"),
    "modexp": (30, {"lua": 1, "cpython": 5}, "1.05x"),
    "mul4096": (20_000, {"lua": 200, "cpython": 2_000, "wasmtime": 2_000}, "1.1x"),
    "fact": (500, {"lua": 20, "cpython": 100}, "1.15x"),
    "sha256": (20_000, {"lua": 300, "wasmtime": 5_000}, ""),
    "keccak": (2_000, {"lua": 300, "cpython": 30}, ""),
    "transfer": (50_000, {"revm": 20_000}, "5x"),
    "assets": (50_000, {}, ""),
    "dividend": (50_000, {"lua": 10_000, "revm": 20_000}, "3x"),
    "lending": (20_000, {"lua": 1_000, "cpython": 5_000, "revm": 5_000, "wasmtime": 5_000}, "1.4x"),
    "escrow": (20_000, {"lua": 10_000, "revm": 5_000}, "4x"),
    "cross-call": (20_000, {"revm": 10_000}, ""),
    "top-noop": (20_000, {"revm": 10_000}, "150 ns"),
    "top-transfer": (20_000, {"revm": 10_000}, "600 ns"),
    "top-assets": (20_000, {}, ""),
    "top-claim": (20_000, {"lua": 10_000, "revm": 10_000}, ""),
    "top-lending": (20_000, {"lua": 1_000, "cpython": 5_000, "revm": 5_000}, ""),
    "top-escrow": (20_000, {"lua": 10_000, "revm": 5_000}, ""),
    "yuma": (1, {}, "250 ms"),
    "ledger": (50_000, {}, "12000 ns without signatures"),
    "scale": (1_000_000, {}, "1 GiB of memory"),
}
QUICK = {
    "fib": 1_000, "sieve": 10_000, "muldiv": 1_000, "modexp": 1, "mul4096": 50, "fact": 2, "sha256": 50,
    "keccak": 20, "lending": 100, "yuma-small": 1, "scale": 3_000,
}
# Rows that take long enough to be measured once in each round.
LONG = {"yuma", "ledger", "scale"}


def plain_rows(command):
    """A peer that prints a row's name, n, nanoseconds and value."""

    def run(row, n, times):
        output = subprocess.run(
            [*command, str(times), f"{row}:{n}"], capture_output=True, text=True, timeout=1200)
        if output.returncode != 0:
            return None, output.stderr.strip()[-200:], {}
        words = output.stdout.split()
        if not words:
            return None
        return float(words[2]), int(words[3], 16) % PRIME, {}

    return run


def aliquot_rows(command):
    def run(row, n, times):
        output = subprocess.run(
            [command, "bench", "work", row, "--operations", str(n), "--rounds", str(times), "--json"],
            capture_output=True, text=True, timeout=1200)
        if output.returncode != 0:
            return None, (output.stderr or output.stdout).strip()[-200:], {}
        found = json.loads(output.stdout)
        found = found.get("result", found)["rows"][0]
        return float(found["nanoseconds"]), int(found["checksum"]), found["figures"] | {"gas": found["gas"]}

    return run


def expected(row, n, known={}):
    if (row, n) not in known:
        known[row, n] = value(row, n) % PRIME
    return known[row, n]


def measure(peers, rows, rounds, is_quick):
    times, faults, figures = {}, {}, {}
    for round_number in range(rounds):
        for row in rows:
            order = PEERS[round_number % len(PEERS):] + PEERS[:round_number % len(PEERS)]
            for peer in order:
                if peer not in peers:
                    continue
                if is_quick:
                    n = QUICK.get(row, 500)
                else:
                    n = ROWS[row][1].get(peer, ROWS[row][0])
                # A modular power of Lua's alone takes a second.
                repeats = 1 if row in LONG or is_quick or n == 1 else 3
                found = peers[peer](row, n, repeats)
                if found is None:
                    continue
                nanoseconds, checksum, more = found
                if checksum != expected(row, n):
                    faults.setdefault((row, peer), f"{row} by {peer}: {checksum}, not {expected(row, n)}")
                    continue
                times.setdefault((row, peer), []).append(nanoseconds)
                figures.setdefault((row, peer), []).append(more)
            print(f"round {round_number + 1}: {row}", file=sys.stderr)
    return times, faults, figures


def in_words(nanoseconds):
    if nanoseconds >= 1e7:
        return f"{nanoseconds / 1e6:,.0f} ms"
    if nanoseconds >= 1e5:
        return f"{nanoseconds / 1e3:,.0f} us"
    return f"{nanoseconds:,.0f} ns" if nanoseconds >= 100 else f"{nanoseconds:.2f} ns"


def table(rows, times, faults, names):
    header = ["row", "native", "aliquot"] + [f"{name} x" for name in names if name != "native"] + ["mark"]
    lines = [header]
    for row in rows:
        medians = {peer: statistics.median(times[row, peer]) for peer in PEERS if (row, peer) in times}
        line = [row] + [in_words(medians[peer]) if peer in medians else "-" for peer in ("native", "aliquot")]
        for peer in names:
            if peer == "native":
                continue
            if (row, peer) in faults:
                line.append("WRONG")
            elif peer in medians and "native" in medians:
                ratio = medians[peer] / max(medians["native"], 1e-3)
                line.append(f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.1f}")
            else:
                line.append("-")
        lines.append(line + [ROWS.get(row, ("", "", ""))[2]])
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        print("  ".join(
            cell.ljust(width) if column in (0, len(header) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))).rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", help="rows to measure, all if none is named")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it is right")
    parser.add_argument("--peers", default=",".join(PEERS), help="some of " + ", ".join(PEERS))
    parser.add_argument("--json", help="write all measurements to this file")
    for tool in ("aliquot", "native", "wasm", "python"):
        parser.add_argument(f"--{tool}-path", required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    commands = {
        "native": plain_rows([options.native_path]),
        "aliquot": aliquot_rows(options.aliquot_path),
        "wasmtime": plain_rows([options.python_path, str(HERE / "wasm/main.py"), options.wasm_path]),
        "revm": plain_rows([options.python_path, str(HERE / "vyper/main.py")]),
        "lua": plain_rows(["lua5.4", str(HERE / "lua/main.lua")]),
        "cpython": plain_rows([sys.executable, str(HERE / "python/main.py")]),
    }
    names = [peer for peer in PEERS if peer in options.peers.split(",")]
    rows = options.rows or ["yuma-small" if options.quick and row == "yuma" else row for row in ROWS]
    unknown = [row for row in rows if row not in ROWS and row != "yuma-small"]
    if unknown:
        parser.error(f"there is no row {unknown[0]}; there are {', '.join(ROWS)}")
    times, faults, figures = measure(
        {name: commands[name] for name in names}, rows, options.rounds, options.quick)
    table(rows, times, faults, names)
    for row in rows:
        for more in figures.get((row, "aliquot"), [])[-1:]:
            parts = [f"{name} {float(part['value']):,.0f} {part['unit']}".strip()
                     for name, part in more.items() if name != "gas"]
            if parts:
                print(f"{row}: " + ", ".join(parts))
    if options.json:
        found = [{"row": row, "peer": peer, "nanoseconds": all_times,
                  "figures": figures[row, peer]} for (row, peer), all_times in times.items()]
        pathlib.Path(options.json).write_text(json.dumps(found, indent=1) + "\n")
    for fault in faults.values():
        print(f"wrong: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


main()
