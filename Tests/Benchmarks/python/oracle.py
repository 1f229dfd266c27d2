"""The right answers: oracle.py ROW:N ... prints for each row its name, n, and the value modulo 2^61 - 1."""

import sys

from rows import value

for row in sys.argv[1:]:
    name, n = row.split(":")
    print(name, n, value(name, int(n)) % (2**61 - 1), flush=True)
