"""CPython's side: main.py ROUNDS ROW:N ... prints for each row its name, n, the median nanoseconds of
processor time for one operation, and the value in hexadecimal."""

import gc
import statistics
import sys
import time

from rows import ROWS


def main(rounds, rows):
    gc.disable()
    for row in rows:
        name, n = row.split(":")
        n = int(n)
        # There are no assets and no ledger here.
        if name not in ROWS or name in ("assets", "top-assets", "ledger"):
            continue
        times = []
        for _ in range(rounds):
            work = ROWS[name](n)
            start = time.thread_time_ns()
            work.run(n)
            times.append(time.thread_time_ns() - start)
        print(name, n, statistics.median(times) / n, f"{work.value():x}", flush=True)
        del work
        gc.collect()


main(int(sys.argv[1]), sys.argv[2:])
