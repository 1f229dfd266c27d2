"""Keccak-256, Ed25519 and ECDSA: FIPS 202's permutation, RFC 8032 and FIPS 186, as the pages bind them."""
import hashlib

MASK = 2**64 - 1


# Keccak-256

def round_constants():
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << (1 << j) - 1
            register = register << 1 ^ (register >> 7) * 0x171
        constants.append(constant)
    return constants


ROUNDS = round_constants()


def rotated(lane, by):
    by %= 64
    return (lane << by | lane >> 64 - by) & MASK


def keccak_f(lanes):
    """On 25 lanes, lane (x, y) at x + 5 y."""
    for constant in ROUNDS:
        parity = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        lanes = [lanes[i] ^ parity[(i + 4) % 5] ^ rotated(parity[(i + 1) % 5], 1) for i in range(25)]
        x, y, lane = 1, 0, lanes[1]
        for t in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            lane, lanes[x + 5 * y] = lanes[x + 5 * y], rotated(lane, (t + 1) * (t + 2) // 2)
        lanes = [lanes[i] ^ ~lanes[i // 5 * 5 + (i + 1) % 5] & lanes[i // 5 * 5 + (i + 2) % 5] for i in range(25)]
        lanes[0] ^= constant
    return lanes


def keccak256(data):
    rate = 136
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % rate))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for block in range(0, len(padded), rate):
        for i in range(rate // 8):
            lanes[i] ^= int.from_bytes(padded[block + 8 * i : block + 8 * i + 8], "little")
        lanes = keccak_f(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


# Ed25519

P = 2**255 - 19
D = -121_665 * pow(121_666, -1, P) % P
ORDER = 2**252 + 27_742_317_777_372_353_535_851_937_790_883_648_493
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def edwards_add(p, q):
    """In extended coordinates."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def edwards_times(scalar, point):
    total = 0, 1, 1, 0
    while scalar > 0:
        if scalar & 1:
            total = edwards_add(total, point)
        point = edwards_add(point, point)
        scalar >>= 1
    return total


def edwards_point(data):
    """The point of 32 bytes, or `None`. y is taken modulo P; the top bit may be set though x is 0."""
    value = int.from_bytes(data, "little")
    y = value % 2**255 % P
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * ROOT_OF_MINUS_1 % P
    if x * x % P != square:
        return None
    if x & 1 != value >> 255:
        x = -x % P
    return x, y, 1, x * y % P


BASE = edwards_point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def verify_ed25519(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    point = edwards_point(key)
    if s >= ORDER or point is None:
        return False
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % ORDER
    minus = -point[0] % P, point[1], 1, -point[3] % P
    x, y, z, _ = edwards_add(edwards_times(s, BASE), edwards_times(h, minus))
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == r


# ECDSA

class Curve:
    """y^2 = x^3 - 3 x + b modulo p, with a generator of prime order."""

    def __init__(self, hash_name, p, b, order, x, y):
        self.hash, self.p, self.b, self.order, self.generator = hash_name, p, b, order, (x, y)
        self.length = (p.bit_length() + 7) // 8

    def right_side(self, x):
        return (x * x * x - 3 * x + self.b) % self.p

    def add(self, a, b):
        """Points are pairs; `None` is the neutral one."""
        if a is None or b is None:
            return a or b
        p = self.p
        if a[0] == b[0]:
            if (a[1] + b[1]) % p == 0:
                return None
            slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, p)
        else:
            slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
        x = (slope * slope - a[0] - b[0]) % p
        return x, (slope * (a[0] - x) - a[1]) % p

    def times(self, scalar, point):
        total = None
        while scalar > 0:
            if scalar & 1:
                total = self.add(total, point)
            point = self.add(point, point)
            scalar >>= 1
        return total

    def point(self, data):
        n, form = self.length, data[:1]
        x = int.from_bytes(data[1 : n + 1], "big")
        if len(data) == n + 1 and form in (b"\x02", b"\x03") and x < self.p:
            y = pow(self.right_side(x), (self.p + 1) // 4, self.p)  # both p are 3 modulo 4
            y = y if y & 1 == form[0] & 1 else self.p - y
        elif len(data) == 2 * n + 1 and form == b"\x04":
            y = int.from_bytes(data[n + 1 :], "big")
        else:
            return None
        on_curve = x < self.p and y < self.p and y * y % self.p == self.right_side(x)
        return (x, y) if on_curve else None

    def verify(self, key, message, signature):
        point = self.point(key)
        if point is None or len(signature) != 2 * self.length:
            return False
        r, s = (int.from_bytes(half, "big") for half in (signature[: self.length], signature[self.length :]))
        if not (1 <= r < self.order and 1 <= s < self.order):
            return False
        digest = int.from_bytes(hashlib.new(self.hash, message).digest(), "big")  # as long as the order
        w = pow(s, -1, self.order)
        found = self.add(self.times(digest * w % self.order, self.generator), self.times(r * w % self.order, point))
        return found is not None and found[0] % self.order == r


P256 = Curve(
    "sha256", 2**256 - 2**224 + 2**192 + 2**96 - 1,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
P384 = Curve(
    "sha384", 2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
    0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F)


def verify(scheme, key, message, signature):
    return (verify_ed25519, P256.verify, P384.verify)[scheme](key, message, signature)
