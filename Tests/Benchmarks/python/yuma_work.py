"""One epoch of Yuma consensus on integers: validators weigh miners, stake decides.

Weights are rows of 16-bit numbers; a row counts in proportion to its sum. The consensus of a miner is
the largest weight that the larger half of the stake gives it at least. What lies above is clipped.
"""

SCALE = 2**32
SHARES = 2**30
PARTS = 65_535
KAPPA = 32_767


def split(total, weights):
    """Parts of the total in proportion: largest remainders first, ties to the lowest index."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts


def weight(validator, miner):
    return (validator * 7_919 + miner * 10_473 + validator * miner * 31) % 65_536


def stake(validator):
    return (1_000 + validator * 7_919 % 5_000) * 10**9


class Yuma:
    def __init__(self, validators, miners):
        self.miners = range(miners)
        self.validators = range(validators)
        self.weights = [[weight(v, m) for m in self.miners] for v in self.validators]
        self.bonds = [[0] * miners for _ in self.validators]
        stakes = [stake(v) for v in self.validators]
        self.stakes = [s * SHARES // sum(stakes) for s in stakes]
        self.incentives, self.dividends = [], []

    def epoch(self):
        rows = []
        for row in self.weights:
            whole = sum(row)
            rows.append([w * SCALE // whole for w in row])
        needed = sum(self.stakes) * KAPPA
        ranks = []
        dividends = [0 for _ in self.validators]
        for m in self.miners:
            column = [rows[v][m] for v in self.validators]
            consensus, seen = 0, 0
            for w, s in sorted(zip(column, self.stakes), reverse=True):
                seen += s
                if seen * PARTS >= needed:
                    consensus = w
                    break
            clipped = [min(w, consensus) for w in column]
            rank = sum(s * w for s, w in zip(self.stakes, clipped))
            ranks.append(rank)
            for v in self.validators:
                earned = self.stakes[v] * clipped[v] * PARTS // max(1, rank)
                bond = (9 * self.bonds[v][m] + earned) // 10
                self.bonds[v][m] = bond
                dividends[v] += bond * rank
        self.incentives = split(PARTS, ranks)
        self.dividends = split(PARTS, dividends)

    def run(self, n):
        for _ in range(n):
            self.epoch()

    def value(self):
        return sum((j + 1) * part for j, part in enumerate(self.incentives)) + sum(
            (i + 1) * part for i, part in enumerate(self.dividends)
        ) * 2**64
