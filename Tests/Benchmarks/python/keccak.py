"""Keccak-256 as Ethereum uses it, which the standard library does not have."""

MASK = 2**64 - 1


def _constants():
    """The round constants, from the shift register of the specification."""
    state, constants = 1, []
    for _ in range(24):
        word = 0
        for bit in range(7):
            if state & 1:
                word |= 1 << ((1 << bit) - 1)
            state = (state << 1) ^ (0x171 if state & 0x80 else 0)
        constants.append(word)
    return constants


CONSTANTS = _constants()


def _permute(lanes):
    for constant in CONSTANTS:
        c = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        for x in range(5):
            right = c[(x + 1) % 5]
            d = c[(x + 4) % 5] ^ (right << 1 & MASK | right >> 63)
            for y in range(0, 25, 5):
                lanes[x + y] ^= d
        x, y, current, distance = 1, 0, lanes[1], 0
        for step in range(24):
            distance += step + 1
            x, y = y, (2 * x + 3 * y) % 5
            turn = distance % 64
            lanes[x + 5 * y], current = (current << turn & MASK | current >> (64 - turn)), lanes[x + 5 * y]
        for y in range(0, 25, 5):
            row = lanes[y : y + 5]
            for x in range(5):
                lanes[x + y] = row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5])
        lanes[0] ^= constant


def keccak256(message):
    rate = 136
    padded = bytearray(message)
    padded += bytes(rate - len(message) % rate)
    padded[len(message)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), rate):
        for index in range(rate // 8):
            lanes[index] ^= int.from_bytes(padded[start + 8 * index : start + 8 * index + 8], "little")
        _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
