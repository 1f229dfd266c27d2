import Bytecode
import Chain
import Commitment

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A proof of what a block's state holds under a key, as a file that anybody can check who knows the state
/// root or the hash of the block.
///
/// It holds no names and nothing else that only whoever made it could vouch for.
struct ProofDocument: Hashable {
  /// The name and version of the form.
  static let format = "aliquot.proof/1"

  /// The key.
  let key: [UInt8]
  /// What stands there; nil for nothing.
  let value: [UInt8]?
  /// The way through the commitment.
  let proof: TrieProof
  /// The block.
  let header: BlockHeader

  /// Whether the value, or nothing, stands under the key in a state with this root.
  func shows(inStateWithRoot root: Identifier) -> Bool {
    proof.shows(value, under: key, inMapWithRoot: root)
  }

  /// The document.
  var json: JSON {
    [
      "format": .string(Self.format), "key": .bytes(key), "value": value.map(JSON.bytes) ?? .null,
      "proof": .bytes(proof.encoded()), "header": .bytes(header.encoded()),
    ]
  }

  /// Makes a document.
  init(key: [UInt8], value: [UInt8]?, proof: TrieProof, header: BlockHeader) {
    self.key = key
    self.value = value
    self.proof = proof
    self.header = header
  }

  // MARK: - Reading

  /// Reads the bytes of a file; `path` is for messages.
  init(reading bytes: [UInt8], of path: String) throws(CommandFailure) {
    func malformed(_ what: String) -> CommandFailure {
      CommandFailure(
        .unproven, "\"\(path)\" is no proof: \(what)",
        help: "`aliquot state PATH --proof --out FILE` writes one")
    }
    guard
      var fields = try? JSONDecoder().decode([String: String?].self, from: Data(bytes))
    else { throw malformed("it is not one JSON object of texts") }
    func take(_ name: String) throws(CommandFailure) -> String? {
      guard let field = fields.removeValue(forKey: name) else {
        throw malformed("\"\(name)\" is missing")
      }
      return field
    }
    /// Bytes in their one form: `0x` and two lower-case digits each.
    func takeBytes(_ name: String) throws(CommandFailure) -> [UInt8]? {
      guard let text = try take(name) else { return nil }
      guard text.hasPrefix("0x"), let bytes = Hexadecimal.decode(text.dropFirst(2)),
        text == "0x" + Hexadecimal.encode(bytes)
      else { throw malformed("\"\(name)\" is not 0x and lower-case hexadecimal digits") }
      return bytes
    }
    guard try take("format") == Self.format else {
      throw malformed("\"format\" is not \(Self.format)")
    }
    guard let key = try takeBytes("key") else { throw malformed("\"key\" is null") }
    self.key = key
    value = try takeBytes("value")
    guard let way = try takeBytes("proof"), let proof = TrieProof(decoding: way) else {
      throw malformed("\"proof\" is not the encoding of a proof")
    }
    self.proof = proof
    let encoded = try takeBytes("header") ?? []
    do throws(Refusal) { header = try BlockHeader(decoding: encoded) } catch {
      throw malformed("\"header\" is not the header of a block: at \(error)")
    }
    if let other = fields.keys.min() { throw malformed("\"\(other)\" is no part of a proof") }
  }
}
