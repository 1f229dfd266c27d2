"""A registry of GPU passports: n of them are registered, then read and updated at random."""

from contracts_work import ADDRESSES, HOLDERS, splitmix


class Passports:
    def __init__(self, count):
        self.devices = {}
        for i in range(count):
            identifier = splitmix(i)
            holder = ADDRESSES[i % HOLDERS]
            # Owner, operator, model, memory, hours of work.
            self.devices[identifier] = [holder, holder, "H100 SXM", 80_000, 0]
        self.count = count
        self.sum = 0

    def run(self, n):
        x = 1
        for _ in range(n):
            x = (x * 1_103_515_245 + 12_345) % 2**31
            device = self.devices[splitmix(x % self.count)]
            hours = device[4] + x % 100
            device[4] = hours
            self.sum += hours

    def value(self):
        return self.sum
