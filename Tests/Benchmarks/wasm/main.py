"""wasmtime's side, with fuel: main.py MODULE ROUNDS ROW:N ... prints for each row its name, n, the median
nanoseconds of processor time for one operation, and the value in hexadecimal."""

import ctypes
import statistics
import sys
import time

from wasmtime import Config, Engine, Instance, Module, Store

FUEL = 2**63


class Work:
    def __init__(self, path):
        config = Config()
        config.consume_fuel = True
        engine = Engine(config)
        self.store = Store(engine)
        self.store.set_fuel(FUEL)
        exports = Instance(self.store, Module.from_file(engine, path), []).exports(self.store)
        self.memory = exports["memory"]
        self.call = lambda name, *arguments: exports[name](self.store, *arguments)
        self.rows = {}
        while name := self.call("row_name", len(self.rows)):
            self.rows[self.text(name)] = len(self.rows)

    def text(self, place):
        return ctypes.string_at(ctypes.addressof(self.memory.data_ptr(self.store).contents) + place).decode()

    def value(self, row):
        place = self.call("row_value", row)
        return int.from_bytes(
            self.memory.read(self.store, place, place + self.call("row_value_length")), "big")


def main(path, rounds, rows):
    work = Work(path)
    for row in rows:
        name, n = row.split(":")
        n = int(n)
        index = work.rows.get(name)
        # A transaction for each operation would measure the binding to Python, not the machine.
        if index is None or name == "assets" or name.startswith("top-"):
            continue
        times = []
        for _ in range(rounds):
            work.call("row_prepare", index, n)
            work.store.set_fuel(FUEL)
            start = time.thread_time_ns()
            work.call("row_run", index, n)
            times.append(time.thread_time_ns() - start)
        print(name, n, statistics.median(times) / n, f"{work.value(index):x}", flush=True)


main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
