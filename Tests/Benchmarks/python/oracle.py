"""The right answers: oracle.py ROW:N ... prints for each row its name, n, and the value modulo 2^61 - 1.
oracle.py --check FILE tells whether what it printed into a file once is still right."""

import sys

from rows import value


def line(name, n):
    return f"{name} {n} {value(name, int(n)) % (2**61 - 1)}"


def main(arguments):
    if arguments[:1] == ["--check"]:
        with open(arguments[1], encoding="utf-8") as file:
            wrong = [text for text in file.read().splitlines() if text != line(*text.split()[:2])]
        for text in wrong:
            print(f"wrong: {text}", file=sys.stderr)
        sys.exit(1 if wrong else 0)
    for row in arguments:
        print(line(*row.split(":")), flush=True)


main(sys.argv[1:])
