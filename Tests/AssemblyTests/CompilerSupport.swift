import Bytecode
import Foundation
import Verification

@testable import Assembly

/// What the tests of the back half share.
enum Sources {
  /// The root of the repository.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Libraries that examples use.
  static let libraries = [
    "Roles.alq": """
    library Roles

    state
        members  map member address -> bool

    event Granted (member address)

    error NotAllowed (who address)

    fn only ()
        require @members[caller] else NotAllowed(caller)
    end

    export grant (member address)
        call only()
        @members[member] = true
        emit Granted(member)
    end

    """,
    "Loop.alq": "library Loop\n\nuse \"Loop.alq\" as again\n",
    "Market.alq": "contract Market\n",
    "Eager.alq": "library Eager\n\ninit ()\nend\n",
    "Outer.alq": """
    library Outer

    use "Roles.alq" as inner

    fn check ()
        call inner.only()
    end

    """,
  ]

  /// An assembler that knows the libraries.
  static let assembler = Assembler { path, _ in
    libraries[path].map { (path, Array($0.utf8)) }
  }

  /// Assembles a contract.
  static func assemble(_ text: String) -> Assembled {
    assembler.assemble(path: "demo.alq", text: text)
  }

  /// The rendered diagnostics of a source.
  static func diagnostics(_ text: String) -> String {
    let result = assemble(text)
    return DiagnosticRenderer().render(result.diagnostics, in: result.sources)
  }

  /// The contracts of the repository, by name.
  static func contracts() throws -> [(name: String, assembled: Assembled)] {
    let folder = root.appendingPathComponent("Contracts")
    let assembler = Assembler { path, _ in
      let file = folder.appendingPathComponent(path)
      return (try? Data(contentsOf: file)).map { (path, Array($0)) }
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.compactMap { name in
      guard name.hasSuffix(".alq") else { return nil }
      let text = try Data(contentsOf: folder.appendingPathComponent(name))
      guard text.starts(with: Array("contract".utf8)) else { return nil }
      return (name, assembler.assemble(path: name, text: Array(text)))
    }
  }

  /// A sample that stands beside the tests.
  static func sample(_ name: String) throws -> String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try String(
      contentsOf: folder.appendingPathComponent("Samples").appendingPathComponent(name),
      encoding: .utf8)
  }
}

/// The instructions of one function as text, one a line.
func code(of name: String, in text: String) -> String {
  let result = Sources.assemble(text)
  guard let artifact = result.artifact else {
    return DiagnosticRenderer().render(result.diagnostics, in: result.sources)
  }
  do {
    _ = try Verifier.verify(artifact.module)
  } catch {
    return "refused: \(error)"
  }
  guard let index = artifact.map.functions.firstIndex(where: { $0.name == name }) else {
    return "no function \(name)"
  }
  let writer = InstructionText(
    of: artifact.module, functionNames: artifact.map.functions.map(\.name))
  return artifact.module.functions[index].code
    .map { instruction in writer.text(of: instruction) { "\($0)" } }.joined(separator: "\n")
}

/// The instructions of a function whose body is given, in a contract with all sorts of declarations.
func code(_ body: String..., declaring more: String = "") -> String {
  code(of: "f", in: contract(body, more))
}

/// The instructions of a function whose body is given in lines.
func code(joined body: [String]) -> String { code(of: "f", in: contract(body, "")) }

/// The diagnostics of a function whose body is given.
func diagnostics(_ body: String..., declaring more: String = "") -> String {
  Sources.diagnostics(contract(body, more))
}

func contract(_ body: [String], _ more: String) -> String {
  """
  contract Demo

  enum Status (open, closed)

  record Job
      payer   address
      amount  int
      status  Status

  class Share "Share" decimals 0 forceable burnable
  class Pass "Pass" each single
  class Cut "Cut" each decimals 0 hook other rule gas 5_000

  state
      total   int
      owner   address
      token   asset
      status  Status
      paid    summed map holder address -> int
      jobs    map id int -> Job
      book    map model bytes, price int, id int -> address
      flags   map address, address -> bool

  event Moved (from address, amount int, to address)

  error Low (amount int)
  error Closed

  message Order (maker address, price int, note text)

  interface Market
      view price (thing asset) -> (amount int)
      export buy (id int) -> (thing asset, left int)
      export ping ()
      init (owner address)
      error Sold (id int)

  fn helper (a int, who address) -> (twice int)
      if who == zero_address
          return 0
      end
      return a * 2
  end

  fn pair (a int) -> (x int, who address, y int)
      return a, caller, a
  end

  fn fill (numbers list) -> (more list)
      push numbers, 1
      return numbers
  end

  fn nothing ()
  end

  export keep (n int, who address)
      _ = helper(n, who)
      _, _, _ = pair(n)
      l = fill([n])
      @total = length(l)
      call nothing()
  end
  \(more)
  export f (a int, b int, flag bool, who address, data bytes) payable (price)
  \(body.map { "    \($0)" }.joined(separator: "\n"))
  end

  """
}
