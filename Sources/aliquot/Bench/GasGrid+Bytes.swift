import Bytecode
import Crypto
import Integers

extension GasGrid {
  func bytesCases(_ opcode: Opcode) -> [GasCase] {
    switch opcode {
    case .bytesConst:
      return [
        one(opcode, "32 bytes") { p in
          Body(code: [Instruction(opcode, p.reserve(.bytes), p.constant(p.randomBytes(32)))])
        }
      ]
    case .bytesMove:
      return [
        one(opcode, "32 bytes") { p in
          let x = p.bytes(count: 32)
          return Body(code: [Instruction(opcode, p.reserve(.bytes), x)])
        }
      ]
    case .concat:
      return lengths.flatMap { n in
        lengths.filter { n + $0 <= 65_536 }.map { m in
          one(opcode, "\(n) and \(m) bytes") { p in
            let (x, y) = (p.bytes(count: n), p.bytes(count: m))
            return Body(code: [Instruction(opcode, p.reserve(.bytes), x, y)])
          }
        }
      }
    case .slice:
      return lengths.map { n in
        one(opcode, "\(n) bytes") { p in
          let x = p.bytes(count: n)
          let (start, count) = (p.int(Integer(n / 2)), p.int(Integer(n - n / 2)))
          return Body(code: [Instruction(opcode, p.reserve(.bytes), x, start, count)])
        }
      }
    case .length, .sha256, .keccak256, .bytesToInt:
      return (lengths + [55, 135, 136, 2_048]).filter { opcode != .bytesToInt || $0 <= 2_048 }.map {
        n in
        one(opcode, "\(n) bytes", copies: n > 9_000 ? 2 : 32) { p in
          let x = p.bytes(count: n)
          return Body(
            code: [
              Instruction(
                opcode, p.reserve(opcode == .length || opcode == .bytesToInt ? .int : .bytes), x)
            ])
        }
      }
        + (opcode == .bytesToInt
          ? [
            one(opcode, "65536 zeros") { p in
              let x = p.bytes([UInt8](repeating: 0, count: 65_536))
              return Body(code: [Instruction(opcode, p.reserve(.int), x)])
            }
          ] : [])
    case .byteAt, .element:
      return [32, 65_536].map { n in
        one(opcode, "of \(n) bytes") { p in
          let (x, index) = (p.bytes(count: n), p.int(0))
          return Body(
            code: [Instruction(opcode, p.reserve(opcode == .byteAt ? .int : .bytes), x, index)])
        }
      }
    case .same:
      return lengths.map { count in
        one(opcode, "\(count) bytes same") { p in
          let x = p.bytes(count: count)
          let y = p.reserve(.bytes)
          if count > 1 {
            let (start, rest) = (p.int(0), p.int(1))
            let length = p.int(Integer(count - 1))
            let first = p.reserve(.bytes)
            p.once(.slice, first, x, start, rest)
            p.once(.slice, y, x, rest, length)
            p.once(.concat, y, first, y)
          }
          return Body(code: [Instruction(opcode, p.reserve(.int), x, y)])
        }
      }
    case .intToBytes:
      return [(1, 8), (1, 32), (1, 65_536), (4, 32), (32, 256), (256, 2_048), (256, 65_536)].map {
        n, width in
        one(opcode, "\(n)w to \(width) bytes") { p in
          let (x, count) = (p.int(bits: Self.bits(n)), p.int(Integer(width)))
          return Body(code: [Instruction(opcode, p.reserve(.bytes), x, count)])
        }
      }
    case .verifySignature: return signatureCases()
    case .verifyMerkle:
      return [0, 1, 4, 16, 32, 64].flatMap { depth in
        [32, 65_536].map { leaf in
          one(opcode, "\(depth) levels, leaf of \(leaf) bytes", copies: leaf > 32 ? 1 : 8) { p in
            let (root, path) = (p.bytes(count: 32), p.bytes(count: 32 * depth))
            let (data, index) = (p.bytes(count: leaf), p.int(0))
            return Body(code: [Instruction(opcode, p.reserve(.int), root, data, path, index)])
          }
        }
      }
    case .checkInt:
      return [one(opcode, "bool") { p in Body(code: [Instruction(opcode, p.int(1), 0)]) }]
    case .checkEnum:
      return [one(opcode, "of 9") { p in Body(code: [Instruction(opcode, p.int(1), 9)]) }]
    case .checkBytes:
      var all: [GasCase] = []
      for (index, kind) in Kind.checkable.enumerated() where kind.bank == .bytes {
        let samples: [(String, [UInt8])]
        switch kind {
        case .text:
          samples = [0, 32, 1_024, 65_536].flatMap { count in
            [
              ("ASCII", [UInt8](repeating: 0x61, count: count)),
              ("two-byte letters", Array(String(repeating: "ü", count: count / 2).utf8)),
              ("four-byte letters", Array(String(repeating: "\u{1F600}", count: count / 4).utf8)),
            ]
            .map { ("\($0.1.count) bytes of \($0.0)", $0.1) }
          }
        case .call: samples = callSamples()
        case .address, .asset: samples = [("32 bytes", [UInt8](repeating: 9, count: 32))]
        default: samples = [("65536 bytes", [UInt8](repeating: 9, count: 65_536))]
        }
        all += samples.map { label, bytes in
          one(opcode, "\(kind), \(label)", copies: bytes.count > 9_000 ? 2 : 32) { p in
            Body(code: [Instruction(opcode, p.bytes(bytes), UInt16(index))])
          }
        }
      }
      return all
    default: return []
    }
  }

  /// Encoded calls: small, with many arguments, with a large one.
  func callSamples() -> [(String, [UInt8])] {
    func call(_ name: String, _ parameters: [WireKind], _ arguments: [Value]) -> [UInt8] {
      ContractCall(
        target: world.target, name: name, parameters: parameters, results: [], arguments: arguments
      ).encoded()
    }
    let plain = Module(name: "Call")
    func wire(_ kinds: [Kind]) -> [WireKind] { kinds.map { WireKind($0, in: plain) } }
    let samples = [
      ("nothing", call("nothing", [], [])),
      (
        "64 integers",
        call(
          "many", wire([Kind](repeating: .int, count: 64)), [Value](repeating: .int(5), count: 64))
      ),
      (
        "64 empty strings",
        call(
          "many", wire([Kind](repeating: .bytes, count: 64)),
          [Value](repeating: .bytes([]), count: 64))
      ),
      ("60000 bytes", call("echo", wire([.bytes]), [.bytes([UInt8](repeating: 1, count: 60_000))])),
      (
        "60000 bytes of text",
        call("echo", wire([.text]), [.bytes([UInt8](repeating: 0x61, count: 60_000))])
      ),
    ]
    return samples.map { ("\($0.0) in \($0.1.count) bytes", $0.1) }
  }

  private func signatureCases() -> [GasCase] {
    var all: [GasCase] = []
    for scheme in SignatureScheme.allCases {
      for count in [0, 32, 1_024, 65_536] {
        for isValid in [true, false] {
          var message = [UInt8](repeating: 7, count: count)
          guard let (key, signature) = Self.sign(scheme, message) else { continue }
          if !isValid { message.append(1) }
          if message.count > Limits.bytesLength { continue }
          let label = "\(scheme), \(count) bytes, \(isValid ? "valid" : "invalid")"
          all.append(
            one(.verifySignature, label, copies: 1, most: 8) { [message] p in
              Body(code: [
                Instruction(
                  .verifySignature, p.reserve(.int), UInt16(scheme.rawValue), p.bytes(key),
                  p.bytes(message), p.bytes(signature))
              ])
            })
        }
      }
      all.append(
        one(.verifySignature, "\(scheme), malformed key", copies: 1, most: 100) { p in
          let (key, rest) = (p.bytes([1, 2, 3]), p.bytes(count: 64))
          return Body(code: [
            Instruction(.verifySignature, p.reserve(.int), UInt16(scheme.rawValue), key, rest, rest)
          ])
        })
    }
    return all
  }

  private static func sign(
    _ scheme: SignatureScheme, _ message: [UInt8]
  ) -> (key: [UInt8], signature: [UInt8])? {
    let secret = [UInt8](repeating: 3, count: scheme == .p384 ? 48 : 32)
    switch scheme {
    case .ed25519:
      guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret),
        let signature = try? key.signature(for: message)
      else { return nil }
      return (Array(key.publicKey.rawRepresentation), Array(signature))
    case .p256:
      guard let key = try? P256.Signing.PrivateKey(rawRepresentation: secret),
        let signature = try? key.signature(for: message)
      else { return nil }
      return (Array(key.publicKey.compressedRepresentation), Array(signature.rawRepresentation))
    case .p384:
      guard let key = try? P384.Signing.PrivateKey(rawRepresentation: secret),
        let signature = try? key.signature(for: message)
      else { return nil }
      return (Array(key.publicKey.compressedRepresentation), Array(signature.rawRepresentation))
    }
  }
}
