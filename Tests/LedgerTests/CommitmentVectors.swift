import Bytecode
import Commitment
import EngineTesting
import Testing

/// Maps with their roots and with proofs of what they hold and what not, in hexadecimal.
struct CommitmentVectorFile: Codable, Equatable {
  struct Entry: Codable, Equatable {
    let key: String
    let value: String
  }

  /// The encoding of a proof, what it is said to show, and whether it does.
  struct Proof: Codable, Equatable {
    let key: String
    /// Nothing, if the key is said to hold nothing.
    let value: String?
    let bytes: String
    let isGood: Bool
  }

  struct Map: Codable, Equatable {
    let entries: [Entry]
    let root: String
    let proofs: [Proof]
  }

  let maps: [Map]
}

extension CommitmentVectorFile {
  /// No pages: a trie that is never stored.
  private struct NoPages: TriePageSource {
    func page(at path: TriePath) -> [UInt8]? { nil }
  }

  static func made() throws -> CommitmentVectorFile {
    var random = SplitMix64(seed: 7)
    return CommitmentVectorFile(
      maps: try [0, 1, 2, 3, 5, 30].map { try map(of: $0, &random) })
  }

  private static func map(of count: Int, _ random: inout SplitMix64) throws -> Map {
    var entries: [[UInt8]: [UInt8]] = [:]
    while entries.count < count {
      entries[random.bytes(random.below(40))] = random.bytes(random.pick([0, 1, 5, 70]))
    }
    var trie = try Trie(source: NoPages())
    let root = try trie.update(entries.map { (key: $0.key, value: $0.value) })
    let sorted = entries.keys.sorted { $0.lexicographicallyPrecedes($1) }
    var proofs: [Proof] = []
    func add(_ key: [UInt8], _ value: [UInt8]?, _ bytes: [UInt8]) {
      let proof = TrieProof(decoding: bytes)
      proofs.append(
        Proof(
          key: Hexadecimal.encode(key), value: value.map { Hexadecimal.encode($0) },
          bytes: Hexadecimal.encode(bytes),
          isGood: proof?.shows(value, under: key, inMapWithRoot: root) ?? false))
    }
    for key in sorted.prefix(8) + (0..<8).map({ _ in random.bytes(5) }) {
      let bytes = try trie.proof(for: key).encoded()
      let value = entries[key]
      add(key, value, bytes)
      add(key, value == nil ? [] : nil, bytes)
      add(key, [1, 2, 3], bytes)
      add(key + [0], value, bytes)
      for _ in 0..<2 { add(key, value, random.mangled(bytes)) }
    }
    return Map(
      entries: sorted.map {
        Entry(key: Hexadecimal.encode($0), value: Hexadecimal.encode(entries[$0] ?? []))
      }, root: root.description, proofs: proofs)
  }
}

@Suite struct CommitmentVectorTests {
  private static let file = RecordedFile<CommitmentVectorFile>("commitment")

  @Test func theFileIsWhatIsMade() throws { try Self.file.expect(CommitmentVectorFile.made()) }

  @Test func whatTheFileProvesIsShown() throws {
    let maps = try Self.file.content().maps
    for map in maps {
      let root = try #require(Identifier(hexadecimal: map.root))
      for vector in map.proofs {
        let proof = Hexadecimal.decode(vector.bytes).flatMap(TrieProof.init)
        let key = try #require(Hexadecimal.decode(vector.key))
        let value = vector.value.flatMap { Hexadecimal.decode($0) }
        #expect(
          (proof?.shows(value, under: key, inMapWithRoot: root) ?? false) == vector.isGood)
      }
    }
    // Presence and absence are shown, and refused.
    for isThere in [false, true] {
      let proofs = maps.flatMap(\.proofs).filter { ($0.value != nil) == isThere }
      #expect(proofs.contains(where: \.isGood) && !proofs.allSatisfy(\.isGood))
    }
  }
}
