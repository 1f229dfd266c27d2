/// Keccak-256 with the padding of the original submission, as Ethereum uses it.
enum Keccak256 {
  /// Bytes of a block.
  private static let rate = 136

  /// Writes the 32 bytes of the digest.
  static func hash(_ bytes: UnsafeRawBufferPointer, to digest: UnsafeMutableRawPointer) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 25 + rate / 8) { memory in
      memory.initialize(repeating: 0)
      guard let state = memory.baseAddress else { return }
      var offset = 0
      if let base = bytes.baseAddress {
        while bytes.count - offset >= rate {
          absorb(base + offset, into: state)
          offset += rate
        }
      }
      let last = UnsafeMutableRawBufferPointer(start: state + 25, count: rate)
      last.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset...]))
      last[bytes.count - offset] = 0x01
      last[rate - 1] |= 0x80
      absorb(UnsafeRawPointer(state + 25), into: state)
      for lane in 0..<4 {
        digest.storeBytes(
          of: state[lane].littleEndian, toByteOffset: 8 * lane, as: UInt64.self)
      }
    }
  }

  private static func absorb(_ block: UnsafeRawPointer, into state: UnsafeMutablePointer<UInt64>) {
    for lane in 0..<rate / 8 {
      state[lane] ^= UInt64(
        littleEndian: block.loadUnaligned(fromByteOffset: 8 * lane, as: UInt64.self))
    }
    permute(state)
  }

  private static let roundConstants: [UInt64] = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
    0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
  ]

  /// The permutation Keccak-f[1600] (FIPS 202, section 3.3), on lanes that stay in registers.
  private static func permute(_ state: UnsafeMutablePointer<UInt64>) {
    var p = Plane(state)
    var q = Plane(state + 5)
    var r = Plane(state + 10)
    var s = Plane(state + 15)
    var t = Plane(state + 20)
    for constant in roundConstants {
      // Theta.
      let sums = p ^ q ^ r ^ s ^ t
      let mixed = Plane(
        sums.u ^ turn(sums.e, 1), sums.a ^ turn(sums.i, 1), sums.e ^ turn(sums.o, 1),
        sums.i ^ turn(sums.u, 1), sums.o ^ turn(sums.a, 1))
      p = p ^ mixed
      q = q ^ mixed
      r = r ^ mixed
      s = s ^ mixed
      t = t ^ mixed
      // Rho turns each lane, pi moves it, and chi joins those of a plane.
      (p, q, r, s, t) = (
        chi(p.a, turn(q.e, 44), turn(r.i, 43), turn(s.o, 21), turn(t.u, 14)),
        chi(turn(p.o, 28), turn(q.u, 20), turn(r.a, 3), turn(s.e, 45), turn(t.i, 61)),
        chi(turn(p.e, 1), turn(q.i, 6), turn(r.o, 25), turn(s.u, 8), turn(t.a, 18)),
        chi(turn(p.u, 27), turn(q.a, 36), turn(r.e, 10), turn(s.i, 15), turn(t.o, 56)),
        chi(turn(p.i, 62), turn(q.o, 55), turn(r.u, 39), turn(s.a, 41), turn(t.e, 2))
      )
      // Iota.
      p.a ^= constant
    }
    p.store(to: state)
    q.store(to: state + 5)
    r.store(to: state + 10)
    s.store(to: state + 15)
    t.store(to: state + 20)
  }

  @inline(__always)
  private static func turn(_ lane: UInt64, _ places: UInt64) -> UInt64 {
    lane &<< places | lane &>> (64 &- places)
  }

  @inline(__always)
  private static func chi(
    _ a: UInt64, _ e: UInt64, _ i: UInt64, _ o: UInt64, _ u: UInt64
  ) -> Plane {
    Plane(a ^ (~e & i), e ^ (~i & o), i ^ (~o & u), o ^ (~u & a), u ^ (~a & e))
  }
}

/// The five lanes of Keccak's state with one y coordinate.
private struct Plane {
  var a, e, i, o, u: UInt64

  @inline(__always)
  init(_ a: UInt64, _ e: UInt64, _ i: UInt64, _ o: UInt64, _ u: UInt64) {
    self.a = a
    self.e = e
    self.i = i
    self.o = o
    self.u = u
  }

  @inline(__always)
  init(_ lanes: UnsafePointer<UInt64>) {
    self.init(lanes[0], lanes[1], lanes[2], lanes[3], lanes[4])
  }

  @inline(__always)
  func store(to lanes: UnsafeMutablePointer<UInt64>) {
    lanes[0] = a
    lanes[1] = e
    lanes[2] = i
    lanes[3] = o
    lanes[4] = u
  }

  @inline(__always)
  static func ^ (x: Plane, y: Plane) -> Plane {
    Plane(x.a ^ y.a, x.e ^ y.e, x.i ^ y.i, x.o ^ y.o, x.u ^ y.u)
  }
}
