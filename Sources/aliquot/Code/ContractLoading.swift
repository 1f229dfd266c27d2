import Assembly
import Bytecode
import Verification

/// Reads contracts from files.
enum ContractLoading {
  /// What loading came to: a contract, and what there is to say about it.
  struct Loaded: Sendable {
    var code: ContractCode
    var reports: [Report]
  }

  /// The ending of sources.
  static let sourceSuffix = ".alq"
  /// The ending of modules.
  static let moduleSuffix = ".alqm"

  /// Finds libraries beside the file that uses them.
  static let assembler = Assembler { wanted, from in
    let path = path(of: wanted, from: from)
    guard let text = try? FileSystem.read(path) else { return nil }
    return (path, text)
  }

  /// The path of a library that a file names.
  static func path(of wanted: String, from file: String) -> String {
    wanted.hasPrefix("/")
      ? wanted : Path.normalized(Path.join(Path.directory(of: file), wanted))
  }

  /// Reads a contract, whether source or bytes.
  static func load(_ path: String) throws(CommandFailure) -> Loaded {
    let bytes = try FileSystem.read(path)
    return path.hasSuffix(moduleSuffix)
      ? try loadModule(path, bytes) : try loadSource(path, bytes)
  }

  /// Assembles a source, and verifies what comes out.
  static func loadSource(
    _ path: String, _ text: [UInt8], assembler: Assembler = assembler
  ) throws(CommandFailure) -> Loaded {
    try verify(assembler.assemble(path: path, text: text), of: path)
  }

  /// Assembles a library as a contract of its own, and verifies what comes out.
  static func loadLibrary(
    _ path: String, _ text: [UInt8], assembler: Assembler = assembler
  ) throws(CommandFailure) -> Loaded {
    var loaded = try verify(assembler.assembleLibrary(path: path, text: text), of: path)
    loaded.code.isLibrary = true
    return loaded
  }

  private static func verify(
    _ assembled: Assembled, of path: String
  ) throws(CommandFailure) -> Loaded {
    let reports = assembled.diagnostics.map { Report.source($0, assembled.sources) }
    guard let artifact = assembled.artifact else {
      throw CommandFailure(.diagnostics, "", reports: reports)
    }
    do {
      let verified = try Verifier.verify(artifact.module)
      return Loaded(
        code: ContractCode(
          path: path, verified: verified, artifact: artifact, sources: assembled.sources),
        reports: reports)
    } catch {
      throw CommandFailure(
        .diagnostics,
        "the verifier refuses what \"\(path)\" assembles to: \(error.reason)"
          + place(of: error, in: artifact, assembled.sources),
        help: "the verifier alone judges bodies of instructions, and writes after calls that "
          + "W0705 warns of; anything else is a fault of the assembler: please report it",
        reports: reports)
    }
  }

  /// The line of the instruction or function that the verifier refuses, if it speaks of one.
  private static func place(
    of refusal: Refusal, in artifact: Artifact, _ sources: SourceSet
  ) -> String {
    guard let layout = try? Module.decode(artifact.module.encoded()).layout else { return "" }
    for (index, map) in artifact.map.functions.enumerated() {
      let instruction = layout.instructionOffsets[index].firstIndex(of: refusal.offset)
      let isFunction = layout.functionOffsets[index] == refusal.offset
      guard let span = instruction.map({ map.spans[$0] }) ?? (isFunction ? map.declaration : nil)
      else { continue }
      let (path, location) = sources.location(of: span)
      return " (\(path):\(location.line):\(location.column))"
    }
    return ""
  }

  /// Verifies the bytes of a module.
  static func loadModule(_ path: String, _ bytes: [UInt8]) throws(CommandFailure) -> Loaded {
    do {
      let verified = try Verifier.verify(bytes)
      return Loaded(
        code: ContractCode(
          path: path, verified: verified, artifact: nil, sources: SourceSet()),
        reports: [])
    } catch {
      throw CommandFailure(
        .diagnostics,
        "\"\(path)\" is not a module that may run: offset \(error.offset): "
          + error.reason)
    }
  }

  /// The sources that the arguments name: files as they are, directories with all that is below.
  ///
  /// No arguments mean the present directory.
  static func sources(
    _ arguments: [String], withScenarios: Bool = false
  ) throws(CommandFailure) -> [String] {
    var paths: [String] = []
    for argument in arguments.isEmpty ? ["."] : arguments {
      if FileSystem.entry(at: argument) == .directory {
        var found = try FileSystem.files(below: argument, endingIn: sourceSuffix)
        if withScenarios {
          found += try FileSystem.files(below: argument, endingIn: ScenarioSuite.suffix)
          found.sort()
        }
        guard !found.isEmpty else {
          throw CommandFailure(
            .notFound, "there are no \(sourceSuffix) files in \"\(argument)\"",
            help: "`aliquot new NAME` makes a first one")
        }
        paths += found
      } else {
        paths.append(argument)
      }
    }
    return paths
  }

  /// Whether a source is a library, which stands for itself only in a contract.
  static func isLibrary(_ text: [UInt8]) -> Bool {
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let words = String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\t" }
      guard let word = words.first, !word.hasPrefix(";") else { continue }
      return word == "library"
    }
    return false
  }
}
