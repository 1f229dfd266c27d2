import Bytecode
import Foundation
import Integers
import Testing
import Verification

@testable import Assembly

@Suite struct DisassemblerTests {
  /// Checks that a module survives disassembling, assembling and formatting.
  private func roundTrip(_ module: Module) throws {
    let text = Disassembler.text(of: module)
    let result = Sources.assemble(text)
    let rendered = DiagnosticRenderer().render(result.diagnostics, in: result.sources)
    let isSame = result.artifact?.module == module
    #expect(isSame, "\(rendered.prefix(4_000))\n\(text.prefix(4_000))")
    let formatted = try Formatter.format(SourceText(path: "d.alq", text: text)).get()
    let isSameFormatted = Sources.assemble(formatted).artifact?.module == module
    #expect(isSameFormatted, "\(formatted.prefix(4_000))")
  }

  @Test func contractsComeBack() throws {
    for (_, assembled) in try Sources.contracts() {
      try roundTrip(try #require(assembled.artifact?.module))
    }
  }

  @Test func everyCaseComesBack() throws {
    for (body, _) in CompilerTests.cases {
      let text = contract(body.components(separatedBy: "\n"), "")
      try roundTrip(try #require(Sources.assemble(text).artifact?.module))
    }
  }

  @Test func textIsPlain() throws {
    let text = """
      contract Till

      state
          total int

      export add (amount int)
          code 2 0 0
              load_int i1, @total, 0, i0, b0
              jump_less_small i0, 0, L4
              add i1, i1, i0
              store_int @total, 0, i0, b0, i1
          L4:
              ret i0, b0, l0
      end

      """
    let module = try #require(Sources.assemble(text).artifact?.module)
    #expect(Disassembler.text(of: module) == text)
  }

  /// A module whose exports share functions and stand in another order than these.
  @Test func sharedFunctionsComeBack() throws {
    var module = Module(name: "Odd")
    let ret = Instruction(.ret, 0, 0, 0)
    module.functions = [
      Function(parameters: [.int], results: [.int], registers: BankCounts([.int]), code: [ret]),
      Function(
        parameters: Hook.parameters.map(\.kind), results: [],
        registers: BankCounts(Hook.parameters.map(\.kind)), code: [ret]),
      Function(
        parameters: [], results: [.bool], registers: BankCounts([.bool]),
        code: [Instruction(.intSmall, 0, 1), ret]),
      Function(
        parameters: [], results: [], registers: BankCounts([.bool]),
        code: [Instruction(.call, 2, 0, 0, 0), Instruction(.ret, 0, 0, 0)]),
    ]
    let parameter = [Parameter("end", .int)]
    module.exports = [
      Export(name: "f3", function: 3, parameters: [], results: []),
      Export(
        name: "view", function: 0, parameters: parameter, results: [Parameter("export", .int)],
        isView: true),
      Export(
        name: "roles.state", function: 0, parameters: parameter, results: [Parameter("x", .int)]),
      Export(name: "quiet", function: 3, parameters: [], results: [], isView: true),
    ]
    module.hooks = [Hook(name: "view", function: 1), Hook(name: "hook", function: 1)]
    module.invariants = [
      Invariant(title: "a \"quoted\" \\ title €", function: 2, isEnforced: true),
      Invariant(title: "", function: 2, isEnforced: false),
    ]
    _ = try Verifier.verify(module)
    try roundTrip(module)
  }

  /// Names that are words of the language, dots of libraries, and all sorts of declarations.
  @Test func oddNamesComeBack() throws {
    var module = Module(name: "contract")
    module.enums = [
      EnumDeclaration(name: "map", cases: ["end", "map"]),
      EnumDeclaration(name: "roles.Role", cases: ["state"]),
    ]
    module.fields = [
      Field(name: "end", value: .plain(.int)),
      Field(name: "state", value: .plain(.enumeration(0))),
      Field(
        name: "roles.map", key: [Parameter("list", .bytes), Parameter("map", .enumeration(1))],
        value: .plain(.addresses)),
      Field(
        name: "record", key: [Parameter("summed", .int)],
        value: .record(
          name: "roles.end", components: [Parameter("end", .text), Parameter("code", .call)])),
      Field(name: "sum", key: [Parameter("k", .bool)], value: .plain(.int), isSummed: true),
    ]
    module.classes = [
      AssetClass(
        name: "class", title: "", decimals: 77, isBurnable: true, isForceable: true, isKeyed: true,
        hooks: [HookReference(name: "a.b.rule", isForeign: true, gas: 0)]),
      AssetClass(name: "each", title: "each", decimals: 0, isSingle: true),
    ]
    module.events = [Declaration(name: "error", parameters: [Parameter("paying", .list.element)])]
    module.errors = [
      Declaration(name: "error", parameters: []),
      Declaration(name: "roles.fail", parameters: [Parameter("map", .assets)]),
    ]
    module.messages = [Declaration(name: "message", parameters: [])]
    module.acceptance = .any
    module.integers = [try Integer(2).power(16_383), Integer(-40_000), Integer(3)]
    module.strings = [
      [], [0, 255], Array("a \"text\" \\".utf8), [UInt8](repeating: 7, count: 65_536),
    ]
    module.imports = [
      ImportedSignature(
        name: "roles.end", parameters: [.enumeration(1), .assets], results: [.enumeration(0)],
        isView: true)
    ]
    module.functions = [
      Function(
        parameters: [], results: [], registers: BankCounts([.int, .bytes, .bytes, .bytes, .list]),
        code: [
          Instruction(.intConst, 0, 0), Instruction(.intConst, 0, 1), Instruction(.intConst, 0, 2),
          Instruction(.bytesConst, 0, 0), Instruction(.bytesConst, 0, 1),
          Instruction(.bytesConst, 1, 2), Instruction(.bytesConst, 2, 3),
          Instruction(.invoke, 0, 2, 0, 0, 0), Instruction(.loadBytes, 2, 3, 1, 0, 0),
          Instruction(.storeBytes, 3, 0, 0, 0, 2), Instruction(.seek, 0, 2, 1, 3, 0, 0),
          Instruction(.checkEnum, 0, 256), Instruction(.checkBytes, 0, 6),
          Instruction(.total, 0, 4), Instruction(.createAsset, 0, 0, 1, 2),
          Instruction(.digest, 0, 0, 0, 0), Instruction(.emit, 0, 0, 0),
          Instruction(.jumpLessSmall, 0, UInt16(bitPattern: -32_768), 19),
          Instruction(.fail, 1, 0, 0), Instruction(.ret, 0, 0, 0),
        ])
    ]
    module.functions[0].registers.list = 0
    module.exports = [Export(name: "init", function: 0, parameters: [], results: [])]
    _ = try Verifier.verify(module)
    try roundTrip(module)
  }
}

extension Kind {
  /// Something that may stand in an event.
  fileprivate var element: Kind { .int }
}
