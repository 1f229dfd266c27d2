"""The ordered map that is the state, with a way back."""
import bisect


class State:
    def __init__(self):
        self.entries, self.keys, self.journal = {}, [], []

    def get(self, key):
        return self.entries.get(key)

    def put(self, key, value):
        """Stores bytes, or removes the entry if the value is `None`."""
        old = self.entries.get(key)
        if old == value:
            return
        self.journal.append((key, old))
        self._write(key, value)

    def _write(self, key, value):
        if value is None:
            del self.entries[key]
            del self.keys[bisect.bisect_left(self.keys, key)]
        else:
            if key not in self.entries:
                bisect.insort(self.keys, key)
            self.entries[key] = value

    def undo(self, mark):
        """Takes back every change since the journal had this length."""
        while len(self.journal) > mark:
            self._write(*self.journal.pop())

    def before(self):
        """What every key held when the journal began, for the keys written since that hold something else now."""
        first = {}
        for key, old in self.journal:
            first.setdefault(key, old)
        return {key: old for key, old in sorted(first.items()) if old != self.entries.get(key)}

    def lowest(self, key, above):
        """The lowest key at, or above, this one."""
        place = (bisect.bisect_right if above else bisect.bisect_left)(self.keys, key)
        return self.keys[place] if place < len(self.keys) else None

    def highest(self, key, below):
        """The highest key at, or below, this one."""
        place = (bisect.bisect_left if below else bisect.bisect_right)(self.keys, key)
        return self.keys[place - 1] if place > 0 else None

    def last(self, prefix):
        """The highest key that begins with the prefix, or lies below all that do."""
        after = prefix.rstrip(b"\xff")
        if not after:
            return self.keys[-1] if self.keys else None
        return self.highest(after[:-1] + bytes([after[-1] + 1]), below=True)
