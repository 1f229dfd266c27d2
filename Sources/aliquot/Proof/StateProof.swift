import Bytecode
import Chain
import Commitment
import Execution
import Ledger

/// A proof of what a ledger holds under a key, by name.
struct StateProof {
  /// What can be checked.
  let document: ProofDocument
  private let place: StoragePlace
  private let states: StateText

  /// Proves what stands under a key after the last block or an earlier one.
  init(_ key: StateKey, in ledger: Ledger, names: NamedWorld, at height: Int?) throws {
    let snapshot = try ledger.snapshot(at: height)
    document = ProofDocument(
      key: key.bytes, value: try snapshot.entry(for: key.bytes)?.value,
      proof: try snapshot.proof(for: key.bytes), header: snapshot.header)
    guard document.shows(inStateWithRoot: snapshot.header.stateRoot) else {
      throw LedgerError.damaged(
        "the value under the key \(Hexadecimal.encode(key.bytes)) is not what block "
          + "\(snapshot.height) commits to")
    }
    place = StoragePlace(key: key)
    states = StateText(names: names)
  }

  private var path: String { states.path(of: place) }

  /// The proof for people; `file` is where it has been written, if it has.
  func text(file: String?, paint: Paint) -> String {
    let header = document.header
    var table = Table(["", ""])
    table.add("key", "0x\(Hexadecimal.encode(document.key))")
    table.add("value", document.value.map { "0x\(Hexadecimal.encode($0))" } ?? "nothing")
    table.add("block", "\(header.height)  0x\(header.hash)")
    table.add("state", "0x\(header.stateRoot)")
    table.add("proof", "0x\(Hexadecimal.encode(document.proof.encoded()))")
    var text = paint.bold("\(path) = \(states.text(document.value, at: place))") + "\n"
    text += table.text(indentation: 2)
    text += paint.faint("whoever knows the state root checks it without this ledger:") + "\n"
    if file == nil {
      text += "  aliquot state \(path.shellWord) --proof --at \(header.height) --out FILE\n"
    }
    return text
      + "  aliquot proof check \(file.map(\.shellWord) ?? "FILE") --root 0x\(header.stateRoot)\n"
  }

  /// The document, with what the ledger knows about it.
  var json: JSON {
    let header = document.header
    return [
      "path": .string(path), "text": .string(states.text(document.value, at: place)),
      "exists": .bool(document.value != nil), "height": .number(header.height),
      "time": .number(header.time), "block": .identifier(header.hash),
      "stateRoot": .identifier(header.stateRoot), "document": document.json,
    ]
  }
}
