import Verification
import ArgumentParser
import Assembly
import Bytecode

/// Assembles contracts and writes what comes out.
struct Build: AliquotCommand {
  /// What can be written.
  enum Product: String, CaseIterable {
    case code, abi, map, list

    /// The ending of the file.
    var suffix: String {
      switch self {
      case .code: ".alqm"
      case .abi: ".abi.json"
      case .map: ".map.json"
      case .list: ".lst"
      }
    }
  }

  static let configuration = CommandConfiguration(
    commandName: "build",
    abstract: "Assemble contracts: code, interface, source map and listing.",
    discussion: """
      Writes NAME.alqm (the module that is hashed and deployed), NAME.abi.json, NAME.map.json and \
      NAME.lst, and prints one line per contract. Libraries are passed over.

      Examples:
        aliquot build
        aliquot build Shop.alq --out build --emit code,abi
      """)

  @Argument(help: "Sources, or directories of them; the present directory if there are none.")
  var files: [String] = []

  @Option(name: [.short, .long], help: "The directory to write to.")
  var out = "build"

  @Option(help: "What to write, with commas: code, abi, map, list.")
  var emit = "code,abi,map,list"

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    let products = try parsedProducts()
    var outcome = Outcome()
    var built: [ContractCode] = []
    for path in try ContractLoading.sources(files) {
      let text = try FileSystem.read(path)
      if ContractLoading.isLibrary(text) { continue }
      do throws(CommandFailure) {
        let loaded = try ContractLoading.loadSource(path, text)
        outcome.reports += loaded.reports
        if let other = built.first(where: { $0.module.name == loaded.code.module.name }) {
          throw CommandFailure(
            .diagnostics,
            "\"\(path)\" and \"\(other.path)\" are both named \(other.module.name)",
            help: "build them to different directories")
        }
        built.append(loaded.code)
      } catch {
        guard error.status == .diagnostics else { throw error }
        outcome.reports += error.allReports
        outcome.status = .diagnostics
      }
    }
    guard outcome.status == .success else { return outcome }
    var table = Table(
      ["contract", "code hash", "bytes", "functions"], right: ["bytes", "functions"])
    var results: [JSON] = []
    try FileSystem.makeDirectory(out)
    for code in built {
      let paths = try write(code, products)
      table.add(
        code.module.name, code.codeHash.description,
        Numbers.grouped(String(code.verified.encoded.count)),
        String(code.module.functions.count))
      results.append([
        "contract": .string(code.module.name), "source": .string(code.path),
        "codeHash": .identifier(code.codeHash), "size": .number(code.verified.encoded.count),
        "functions": .number(code.module.functions.count),
        "files": .array(paths.map { .string($0) }),
      ])
      outcome.remarks += global.verbose ? paths.map { "wrote \($0)" } : []
    }
    outcome.text = table.text(paint: global.paint(.output))
    outcome.result = ["contracts": .array(results)]
    outcome.remarks.append("built \(Words.count(built.count, "contract")) to \(out)")
    return outcome
  }

  private func parsedProducts() throws(CommandFailure) -> [Product] {
    var products: [Product] = []
    for word in emit.split(separator: ",") {
      guard let product = Product(rawValue: String(word)) else {
        throw .unknown(
          "product", String(word), among: Product.allCases.map(\.rawValue), status: .usage)
      }
      products.append(product)
    }
    return products
  }

  private func write(_ code: ContractCode, _ products: [Product]) throws -> [String] {
    var paths: [String] = []
    for product in products {
      let path = Path.join(out, code.module.name + product.suffix)
      let bytes: [UInt8] =
        switch product {
        case .code: code.verified.encoded
        case .abi: Array((Interface(code).json.prettyText + "\n").utf8)
        case .map: Array((SourceMapFile.json(of: code).text + "\n").utf8)
        case .list: Array(listing(of: code).utf8)
        }
      try FileSystem.write(bytes, to: path)
      paths.append(path)
    }
    return paths
  }

  private func listing(of code: ContractCode) -> String {
    code.artifact.map { Listing.text(of: $0, sources: code.sources) } ?? ""
  }
}
