import Assembly
import Bytecode

/// The files of a contract's source, as a ledger keeps them beside the code.
///
/// They are believed only if they assemble to code with the hash under which they are kept.
struct SourceBundle: Hashable, Sendable {
  /// A file.
  struct File: Hashable, Sendable {
    var path: String
    var text: [UInt8]
  }

  /// The files, that of the contract first.
  var files: [File]

  /// The sources of code; nil for code without.
  init?(_ code: ContractCode) {
    guard code.artifact != nil else { return nil }
    files = code.sources.files.map { File(path: $0.path, text: $0.bytes) }
  }

  /// The canonical encoding.
  func encoded() -> [UInt8] {
    var writer = ByteWriter()
    writer.writeCount(files.count)
    for file in files {
      writer.writeText(file.path)
      writer.writeBytes(file.text)
    }
    return writer.bytes
  }

  /// Reads what `encoded` wrote.
  init(decoding bytes: [UInt8]) throws(Refusal) {
    var reader = ByteReader(bytes)
    files = []
    for _ in 0..<(try reader.readCount("the number of files", atMost: 65_536)) {
      files.append(
        File(
          path: try reader.readText("the path of a file", atMost: 65_536),
          text: try reader.readBytes("a file", atMost: bytes.count)))
    }
    try reader.finish("the sources")
  }

  /// The code that the files assemble to, or nil if they do not.
  func code() -> ContractCode? {
    guard let main = files.first else { return nil }
    let texts = Dictionary(files.map { ($0.path, $0.text) }) { first, _ in first }
    let assembler = Assembler { wanted, from in
      let path = ContractLoading.path(of: wanted, from: from)
      return texts[path].map { (path, $0) }
    }
    return try? ContractLoading.loadSource(main.path, main.text, assembler: assembler).code
  }
}
