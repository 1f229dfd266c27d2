import ArgumentParser
import Bytecode
import Chain
import Execution

/// What is done with proofs, without a ledger.
struct ProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "proof",
    abstract: "Check what somebody proves of a ledger, without the ledger.",
    discussion: """
      `aliquot state PATH --proof --out FILE` makes a proof: a JSON object with "format", "key", "value" (null \
      for nothing), "proof" and "header", each 0x and hexadecimal digits. The pages of the modules Commitment \
      and Chain tell what the bytes are, for whoever wants to check them with a program of their own.
      """,
    subcommands: [ProofCheck.self])
}

/// Checks a proof.
struct ProofCheck: AliquotCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a proof with nothing but a state root or the hash of a block.",
    discussion: """
      The root or the hash must come from somebody you trust, and not from whoever gave you the proof: \
      `aliquot chain status` shows those of the last block.

      Examples:
        aliquot proof check job.proof --root 0x5f0c…
        aliquot proof check job.proof --block 0x9b1e…
      """)

  @Argument(help: "The file of the proof.") var file: String
  @Option(help: ArgumentHelp("The state root that you know.", valueName: "hash"))
  var root: String?
  @Option(help: ArgumentHelp("The hash of the block that you know.", valueName: "hash"))
  var block: String?
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    guard (root == nil) != (block == nil) else {
      throw ValidationError("Give what you know: either --root or --block.")
    }
  }

  func perform() throws -> Outcome {
    let known = try (root ?? block).map(Self.hash)
    let document = try ProofDocument(reading: FileSystem.read(file), of: file)
    let header = document.header
    guard (block == nil ? header.stateRoot : header.hash) == known else {
      throw CommandFailure(
        .unproven,
        block == nil
          ? "the proof is for the state root 0x\(header.stateRoot)"
          : "the proof is for the block 0x\(header.hash)",
        help: "what it shows there says nothing about the one that you know")
    }
    guard document.shows(inStateWithRoot: header.stateRoot) else {
      throw CommandFailure(
        .unproven, "the proof does not lead to the state root",
        help: "the key, the value or the proof is not what was proven")
    }
    return outcome(document)
  }

  private static func hash(_ text: String) throws(CommandFailure) -> Identifier {
    guard let hash = NameBook.identifier(text) else {
      throw CommandFailure(
        .usage, "\"\(text)\" is not a hash", help: "it is 64 hexadecimal digits")
    }
    return hash
  }

  /// What is certain now: of the block only its root, unless its hash is what is known.
  private func outcome(_ document: ProofDocument) -> Outcome {
    let header = document.header
    let states = StateText(names: NamedWorld(world: World()), isWhole: true)
    let about = states.text(StateKey(document.key), inside: nil)
    var table = Table(["", ""])
    table.add("proven", document.value == nil ? "nothing stands here" : "this stands here")
    table.add("key", "0x\(Hexadecimal.encode(document.key))")
    table.add("about", about)
    if let value = document.value { table.add("value", "0x\(Hexadecimal.encode(value))") }
    table.add("state", "0x\(header.stateRoot)")
    if block != nil {
      table.add("block", "0x\(header.hash)")
      table.add("height", String(header.height))
      table.add("time", "\(header.time)  (\(Calendar.text(header.time)))")
      table.add("chain", "0x\(header.chain)")
    }
    let covered: JSON =
      block == nil
      ? [:]
      : [
        "block": .identifier(header.hash), "height": .number(header.height),
        "time": .number(header.time), "chain": .identifier(header.chain),
      ]
    return Outcome(
      text: table.text(),
      result: [
        "exists": .bool(document.value != nil), "key": .bytes(document.key),
        "about": .string(about), "value": document.value.map(JSON.bytes) ?? .null,
        "stateRoot": .identifier(header.stateRoot),
      ] + covered)
  }
}
