import Bytecode

/// Identifiers of assets by what they are a hash of, for those that were asked for lately.
///
/// What it remembers is a function of what it is remembered by: the issuer, the code that declares the
/// class, the class's place in it, and the id. So nothing can make it wrong.
struct AssetMemo: ~Copyable {
  private struct Entry {
    var issuer = Identifier.zero
    var code = Identifier.zero
    var classIndex = -1
    var idCount = 0
    var id = Identifier.zero
    var asset = Identifier.zero
  }

  private static let capacity = 64
  private static let longestID = 32
  private let entries: UnsafeMutablePointer<Entry>

  init() {
    entries = .allocate(capacity: Self.capacity)
    entries.initialize(repeating: Entry(), count: Self.capacity)
  }

  deinit { entries.deallocate() }

  /// The asset of the class with this index under an id, which `make` computes if it is not known.
  func asset(
    issuer: Identifier, code: Identifier, classIndex: Int, id bytes: UnsafeRawBufferPointer,
    make: () -> Identifier
  ) -> Identifier {
    guard bytes.count <= Self.longestID else { return make() }
    let id = Self.padded(bytes)
    let place =
      Int(issuer.byte(at: 31)) &+ 7 &* classIndex &+ 13 &* Int(id.byte(at: 0))
      &+ 31 &* Int(id.byte(at: max(0, bytes.count - 1)))
    let entry = entries + place % Self.capacity
    if entry.pointee.issuer == issuer, entry.pointee.code == code,
      entry.pointee.classIndex == classIndex, entry.pointee.idCount == bytes.count,
      entry.pointee.id == id
    {
      return entry.pointee.asset
    }
    let asset = make()
    entry.pointee = Entry(
      issuer: issuer, code: code, classIndex: classIndex, idCount: bytes.count, id: id,
      asset: asset)
    return asset
  }

  private static func padded(_ bytes: UnsafeRawBufferPointer) -> Identifier {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return .zero }
    return withUnsafeTemporaryAllocation(byteCount: longestID, alignment: 8) { room in
      room.initializeMemory(as: UInt8.self, repeating: 0)
      guard let start = room.baseAddress else { return .zero }
      start.copyMemory(from: base, byteCount: bytes.count)
      return Identifier(reading: start)
    }
  }
}
