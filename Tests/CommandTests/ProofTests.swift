import Bytecode
import Chain
import Foundation
import Testing

@testable import aliquot

/// Proofs that need nothing but a root.
@Suite struct ProofTests {
  private let town: Town

  init() throws { town = try Town.shared.get() }

  private static let paths = [
    "rig.received", "rig.owed[grace]", "escrow.jobs[1].status", Town.lien, "balance(USD, alice)",
    "balance(USD, mallory)", "supply(rig.Share)", "holder(\(Town.passport))", "nonce(bob)",
    "contract(rig)", "key(0x)",
  ]

  private func prove(_ path: String, at height: Int) throws -> (proven: Row, file: Data) {
    let answer = try town.ask("state", path, "--proof", "--at", "\(height)")
    let proven = Row(answer)
    return (proven, try proven.row("document").data)
  }

  private func isShown(_ file: Data, _ root: String) -> Bool {
    guard let document = try? ProofDocument(reading: Array(file), of: "x") else { return false }
    return "0x\(document.header.stateRoot)" == root
      && document.shows(inStateWithRoot: document.header.stateRoot)
  }

  @Test(arguments: paths) func showsWhatStands(path: String) throws {
    let head = try town.head()
    for height in [1, 5, 12, 20, head] {
      let (proven, file) = try prove(path, at: height)
      #expect(isShown(file, proven.text("stateRoot")))
      let stands = try proven.row("document")["value"] != nil
      #expect(proven["exists"] as? Bool == stands)
      // The proof says what the state of the height says.
      let rows = try? Row.list(town.ask("state", path, "--at", "\(height)")["rows"])
      if let row = rows?.first, rows?.count == 1, row["record"] == nil, !path.contains("status") {
        #expect(row.text("text") == proven.text("text"), "\(path) at \(height)")
      }
    }
  }

  /// Whatever is changed in the key, the value or the proof, it shows nothing any more.
  @Test(arguments: ["rig.received", "rig.owed[grace]", Town.lien]) func refusesMutations(
    path: String
  ) throws {
    let (proven, file) = try prove(path, at: 25)
    let root = proven.text("stateRoot")
    let document = try proven.row("document")
    for name in ["key", "value", "proof", "header"] {
      guard let text = document[name] as? String else { continue }
      // That another key holds nothing either may be just as true.
      if name == "key", document["value"] == nil { continue }
      let digits = Array(text.utf8)
      // In the header, only the state root is held against what is known.
      let first = name == "header" ? digits.count - 64 : 2
      for place in first..<digits.count {
        var bytes = digits
        bytes[place] = bytes[place] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
        let other = document.with(name, String(decoding: bytes, as: UTF8.self)).data
        #expect(!isShown(other, root), "\(name) at \(place)")
      }
      for other in ["0x", text + "00", String(text.dropLast(2)), text.uppercased(), "", "0"]
      where other != text {
        #expect(!isShown(document.with(name, other).data, root), "\(name): \(other.prefix(20))")
      }
      #expect(!isShown(document.with(name, NSNull()).data, root))
    }
    if document["value"] == nil {
      #expect(!isShown(document.with("value", "0x00").data, root))
      #expect(!isShown(document.with("value", "0x").data, root))
    }
    #expect(!isShown(document.with("format", "aliquot.proof/2").data, root))
    #expect(!isShown(document.with("more", "0x").data, root))
    #expect(isShown(file, root))
    // Another block's proof is not this one's.
    let (earlier, _) = try prove(path, at: 1)
    #expect(!isShown(file, earlier.text("stateRoot")))
  }

  /// The proof of one key is no proof of another.
  @Test func refusesOtherKeys() throws {
    let documents = try Self.paths.map { try prove($0, at: 25).proven }
    for one in documents {
      for other in documents where other != one {
        let file = try one.row("document").with("proof", other.row("document").text("proof")).data
        // An absent key may end at another one's entry, and then their ways are the same.
        let isSame =
          try one.row("document").text("proof") == other.row("document").text("proof")
        #expect(isShown(file, one.text("stateRoot")) == isSame)
      }
    }
  }

  // MARK: - Through the binary

  @Test func travelsAsAFile() throws {
    let place = try LedgerPlace()
    let file = place.file("job.proof")
    let made = try town.tool(
      ["state", "escrow.jobs[1].status", "--proof", "--at", "11", "--out", file])
    #expect(made.status == 0 && made.error.contains("wrote \(file)"))
    #expect(made.output.contains("escrow.jobs[1] = Job(payer: alice"))
    let block = try town.ask("state", "--at", "11")
    #expect(block["height"] as? Int == 11)
    let proven = try prove("escrow.jobs[1]", at: 11).proven
    let (root, hash) = (proven.text("stateRoot"), proven.text("block"))
    // The directory holds the file and no ledger.
    for known in [["--root", root], ["--root", "\(root.dropFirst(2))"], ["--block", hash]] {
      let run = try place.tool(["proof", "check", "job.proof"] + known)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("this stands here"))
      // Only the hash of the block vouches for its height.
      #expect(run.output.contains("height") == (known[0] == "--block"))
    }
    #expect(made.output.contains("aliquot proof check \(file) --root \(root)"))
    let json = try place.tool(["proof", "check", "job.proof", "--block", hash, "--json"])
    let result = try #require(try json.document()["result"] as? [String: Any])
    #expect(result["height"] as? Int == 11 && result["exists"] as? Bool == true)
    #expect(result["value"] as? String == (try proven.row("document").text("value")))

    let other = "0x" + String(repeating: "0", count: 64)
    for (status, message, arguments) in [
      (12, "is for the state root", ["job.proof", "--root", other]),
      (12, "is for the state root", ["job.proof", "--root", hash]),
      (12, "is for the block", ["job.proof", "--block", root]),
      (64, "either --root or --block", ["job.proof"]),
      (64, "either --root or --block", ["job.proof", "--root", root, "--block", hash]),
      (64, "is not a hash", ["job.proof", "--root", "12"]),
      (40, "there is no file", ["other.proof", "--root", root]),
    ] as [(Int32, String, [String])] {
      let run = try place.tool(["proof", "check"] + arguments)
      #expect(run.status == status && run.output.isEmpty, "\(arguments): \(run.error)")
      #expect(run.error.contains(message), "\(arguments): \(run.error)")
    }
  }

  @Test(arguments: [
    "", "{", "[]", "null", "{\"format\": 5}", "{\"format\":\"aliquot.proof/1\"}",
    String(repeating: "[", count: 100_000), "\u{0}\u{1}",
    "{\"format\":\"aliquot.proof/1\",\"key\":\"0x\",\"value\":null,\"proof\":\"0x00\",\"header\":\"0x\"}",
  ]) func refusesOtherFiles(text: String) throws {
    let place = try LedgerPlace()
    try place.write("x.proof", Data(text.utf8))
    let root = String(repeating: "0", count: 64)
    let run = try place.tool(["proof", "check", "x.proof", "--root", root])
    #expect(run.status == 12 && run.output.isEmpty)
    #expect(run.error.contains("is no proof"))
  }
}
