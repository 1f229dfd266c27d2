import Bytecode
import EngineTesting
import Integers
import Testing
import Verification

/// What the verifier refuses, and why.
@Suite struct RefusalTests {
  /// A module with one export that returns at once.
  static func builder(_ code: [Instruction] = [Instruction(.ret, 0, 0, 0)]) -> ModuleBuilder {
    var builder = ModuleBuilder()
    builder.function([], [], code)
    builder.export("f", 0)
    return builder
  }

  /// The reason of the refusal.
  static func refusal(_ module: Module) -> String? {
    do {
      _ = try Verifier.verify(module)
      return nil
    } catch { return error.reason }
  }

  func expect(_ module: Module, _ reason: String, _ location: SourceLocation = #_sourceLocation) {
    let refusal = Self.refusal(module)
    #expect(refusal?.contains(reason) == true, "\(refusal ?? "accepted")", sourceLocation: location)
  }

  /// Builds a module, changes it, and expects a refusal.
  func expect(
    _ reason: String, _ code: [Instruction] = [Instruction(.ret, 0, 0, 0)],
    _ location: SourceLocation = #_sourceLocation, change: (inout Module) -> Void
  ) {
    var module = Self.builder(code).finished()
    change(&module)
    expect(module, reason, location)
  }

  static let ret = Instruction(.ret, 0, 0, 0)

  @Test func acceptsTheLeast() throws {
    let verified = try Verifier.verify(Self.builder().finished())
    #expect(verified.export(signature: "f()->()") == 0)
    #expect(verified.export(signature: "g()->()") == nil)
    #expect(verified.verificationGas == UInt64(verified.encoded.count) * Verifier.gasPerByte)
    #expect(verified.effects[0].isPure)
  }

  @Test func refusesToWorkWithoutGas() {
    let bytes = Self.builder().finished().encoded()
    #expect(throws: Refusal.self) { try Verifier.verify(bytes, gas: 10) }
    #expect(throws: Never.self) {
      try Verifier.verify(bytes, gas: UInt64(bytes.count) * Verifier.gasPerByte)
    }
  }

  @Test func refusesNames() {
    for name in ["", "1a", "_", "_a", "a b", "ä", "a..b", ".a", "a.", "a-b", "a._b"] {
      expect("is not a name") { $0.name = name }
      expect("is not a name") { $0.exports[0].name = name }
    }
    // Only what a library can declare has a prefix.
    expect("is not a name") { $0.name = "roles.Role" }
    for name in ["a", "a_", "a1", "roles.grant", "A_b.C9"] {
      var module = Self.builder().finished()
      module.exports[0].name = name
      #expect(Self.refusal(module) == nil)
    }
  }

  @Test func refusesNamesWithTwoMeanings() {
    expect("names a kind") { $0.enums = [EnumDeclaration(name: "address", cases: ["a"])] }
    expect("two lists of components") {
      $0.fields = ["a", "b"].map {
        Field(name: $0, value: .record(name: "R", components: [Parameter($0, .int)]))
      }
    }
    expect("both an enum and a record") {
      $0.enums = [EnumDeclaration(name: "R", cases: ["a"])]
      $0.fields = [Field(name: "f", value: .record(name: "R", components: [Parameter("a", .int)]))]
    }
  }

  @Test func refusesDeclarations() {
    expect("has no cases") { $0.enums = [EnumDeclaration(name: "E", cases: [])] }
    expect("there are two of the enum") {
      $0.enums = [
        EnumDeclaration(name: "E", cases: ["a"]), EnumDeclaration(name: "E", cases: ["a"]),
      ]
    }
    expect("two of the case") { $0.enums = [EnumDeclaration(name: "E", cases: ["a", "a"])] }
    expect("two of the event") {
      $0.events = [
        Declaration(name: "E", parameters: []), Declaration(name: "E", parameters: []),
      ]
    }
    expect("cannot leave a contract") {
      $0.events = [Declaration(name: "E", parameters: [Parameter("l", .list)])]
    }
    expect("enum 0, which is not there") {
      $0.errors = [Declaration(name: "E", parameters: [Parameter("l", .enumeration(0))])]
    }
    expect("two of the parameter") {
      $0.messages = [
        Declaration(name: "E", parameters: [Parameter("l", .int), Parameter("l", .int)])
      ]
    }
  }

  @Test func refusesFields() {
    func field(_ key: [Kind], _ value: FieldValue, summed: Bool = false) -> Field {
      Field(
        name: "f", key: key.enumerated().map { Parameter("k\($0.offset)", $0.element) },
        value: value, isSummed: summed)
    }
    expect("two of the field") { $0.fields = [field([], .plain(.int)), field([], .plain(.int))] }
    for kind: Kind in [.call, .addresses, .assets] {
      expect("cannot be part of a key") { $0.fields = [field([kind], .plain(.int))] }
    }
    expect("cannot leave") { $0.fields = [field([.list], .plain(.int))] }
    expect("cannot be stored") { $0.fields = [field([], .plain(.list))] }
    expect("is summed") { $0.fields = [field([], .plain(.int), summed: true)] }
    expect("is summed") { $0.fields = [field([.int], .plain(.text), summed: true)] }
    expect("has no components") {
      $0.fields = [field([], .record(name: "R", components: []))]
    }
  }

  @Test func refusesClasses() {
    func item(_ change: (inout AssetClass) -> Void) -> [AssetClass] {
      var item = AssetClass(name: "C", title: "t", decimals: 0)
      change(&item)
      return [item]
    }
    expect("two of the class") { $0.classes = item { _ in } + item { _ in } }
    expect("too many decimals") { $0.classes = item { $0.decimals = 78 } }
    expect("is single, but has decimals") {
      $0.classes = item {
        $0.decimals = 1
        $0.isSingle = true
      }
    }
    expect("control character") { $0.classes = item { $0.title = "a\nb" } }
    expect("names the hook") {
      $0.classes = item { $0.hooks = [HookReference(name: "h", isForeign: false, gas: 1)] }
    }
    expect("above the limit") {
      $0.classes = item {
        $0.hooks = [HookReference(name: "h", isForeign: true, gas: Limits.gas + 1)]
      }
    }
  }

  @Test func refusesExports() {
    expect("two of the export") { $0.exports.append($0.exports[0]) }
    expect("is function 7") { $0.exports[0].function = 7 }
    expect("disagree about the parameters") { $0.exports[0].parameters = [Parameter("a", .int)] }
    expect("disagree about the results") { $0.exports[0].results = [Parameter("a", .int)] }
    expect("init gives no results and is no view") {
      $0.exports[0].name = "init"
      $0.exports[0].isView = true
    }
    var paid = ModuleBuilder()
    paid.function([.asset, .int], [], [Self.ret])
    paid.export("f", 0, payments: ["rent"])
    #expect(Self.refusal(paid.finished()) == nil)
    var view = paid.finished()
    view.exports[0].isView = true
    expect(view, "is a view that takes payments")
    expect("does not take what hooks take") { $0.hooks = [Hook(name: "h", function: 0)] }
    expect("must take nothing and give one bool") {
      $0.invariants = [Invariant(title: "t", function: 0, isEnforced: false)]
    }
    expect("nothing calls function 1") { $0.functions.append($0.functions[0]) }
  }

  @Test func refusesAcceptance() {
    expect("accepts the assets of no fields") { $0.acceptance = .fields([]) }
    expect("is not there") { $0.acceptance = .fields([0]) }
    expect("not a single asset") {
      $0.fields = [Field(name: "f", value: .plain(.address))]
      $0.acceptance = .fields([0])
    }
    expect("ascending") {
      $0.fields = [
        Field(name: "f", value: .plain(.asset)), Field(name: "g", value: .plain(.asset)),
      ]
      $0.acceptance = .fields([1, 0])
    }
  }

  @Test func refusesPools() {
    var builder = Self.builder([
      Instruction(.intConst, 0, 0), Instruction(.intConst, 0, 1), Self.ret,
    ])
    builder.module.integers = [5, 6]
    let module = builder.finished()
    #expect(Self.refusal(module) == nil)
    var swapped = module
    swapped.functions[0].code.swapAt(0, 1)
    expect(swapped, "not in the order of their first use")
    var extra = module
    extra.integers.append(9)
    expect(extra, "never used")
    var twice = module
    twice.integers[1] = 5
    expect(twice, "in the pool twice")
    var missing = module
    missing.integers.removeLast()
    expect(missing, "names constant 1, but there are 1")
    expect("never used") { $0.strings = [[]] }
    expect("never used") {
      $0.imports = [ImportedSignature(name: "f", parameters: [], results: [], isView: false)]
    }
  }

  @Test func refusesRegisters() {
    expect("registers, but uses") { $0.functions[0].registers.int = 1 }
    var builder = ModuleBuilder()
    builder.function([.int, .bytes, .list], [], [Self.ret])
    builder.function([], [], [Instruction(.call, 0, 3, 4, 5), Self.ret])
    builder.export("f", 1)
    let module = builder.finished()
    #expect(Self.refusal(module) == nil)
    var short = module
    short.functions[0].registers.list = 0
    expect(short, "registers, but uses")
    var far = module
    far.functions[1].code[0].operands[1] = 255
    far.functions[1].registers = ModuleBuilder.registers(far.functions[1], in: far)
    #expect(Self.refusal(far) == nil)
    far.functions[0].parameters = [.int, .int]
    far.functions[0].registers = ModuleBuilder.registers(far.functions[0], in: far)
    expect(far, "passes the last register")
    // The frame of a callee begins where its caller's registers end at the latest.
    var empty = ModuleBuilder()
    empty.function([], [], [Self.ret])
    empty.function([], [], [Instruction(.call, 0, 7, 8, 9), Self.ret])
    empty.export("f", 1)
    #expect(empty.finished().functions[1].registers.bytes == 8)
    #expect(Self.refusal(empty.finished()) == nil)
    // Other windows that hold nothing begin at register 0.
    var emitting = Self.builder([Instruction(.emit, 0, 1, 0), Self.ret])
    emitting.module.events = [Declaration(name: "E", parameters: [])]
    expect(emitting.finished(), "for a window that holds nothing")
  }

  @Test func refusesCode() {
    expect("has no instructions") { $0.functions[0].code = [] }
    expect("runs off its end", [Instruction(.jumpEqual, 0, 0, 0)]) { _ in }
    expect("cannot be reached", [Self.ret, Self.ret]) { _ in }
    expect("cannot be reached", [Instruction(.jump, 2), Self.ret, Self.ret]) { _ in }
    expect("names target 9", [Instruction(.jump, 9), Self.ret]) { _ in }
    expect("exists names field 3", [Instruction(.exists, 0, 3, 0, 0), Self.ret]) { _ in }
    expect("names rounding 5", [Instruction(.div, 0, 0, 0, 5), Self.ret]) { _ in }
    expect(
      "names scheme 3", [Instruction(.verifySignature, 0, 3, 0, 0, 0), Self.ret]
    ) { _ in }
    expect("a width of zero", [Instruction(.bytesToList, 0, 0, 0), Self.ret]) { _ in }
    expect("requires a kind of bytes", [Instruction(.checkInt, 0, 1), Self.ret]) { _ in }
    expect("requires a kind of int", [Instruction(.checkBytes, 0, 0), Self.ret]) { _ in }
    for cases: UInt16 in [0, 257, 65_535] {
      expect("no or too many cases", [Instruction(.checkEnum, 0, cases), Self.ret]) { _ in }
    }
    expect("names class 0", [Instruction(.assetOf, 0, 0, 0), Self.ret]) { _ in }
    var enumerated = ModuleBuilder()
    enumerated.function([.enumeration(3)], [], [Self.ret])
    enumerated.function([], [], [Instruction(.call, 0, 0, 0, 0), Self.ret])
    enumerated.export("f", 1)
    expect(enumerated.finished(), "uses enum 3")
  }

  @Test func refusesStorageOfAnotherSort() {
    let fields = [
      Field(name: "plain", value: .plain(.int)),
      Field(name: "map", key: [Parameter("k", .int)], value: .plain(.text)),
      Field(name: "record", value: .record(name: "R", components: [Parameter("a", .bytes)])),
    ]
    func refuses(_ reason: String, _ instruction: Instruction) {
      var builder = Self.builder([instruction, Self.ret])
      builder.module.fields = fields
      expect(builder.finished(), reason)
    }
    refuses("wrong bank", Instruction(.loadBytes, 0, 0, 0, 0, 0))
    refuses("wrong bank", Instruction(.storeInt, 2, 0, 0, 0, 0))
    refuses("names component 1", Instruction(.loadBytes, 0, 2, 1, 0, 0))
    refuses("without records", Instruction(.putRecord, 0, 0, 0, 0, 0))
    refuses("names prefix 0", Instruction(.seek, 0, 0, 0, 0, 0, 0))
    refuses("names prefix 1", Instruction(.seek, 0, 1, 1, 0, 0, 0))
    refuses("names mode 6", Instruction(.seek, 0, 1, 0, 6, 0, 0))
    refuses("not summed", Instruction(.total, 0, 1))
  }

  @Test func refusesCalls() {
    func module(_ instruction: Instruction, _ imported: ImportedSignature) -> Module {
      var builder = Self.builder([instruction, Self.ret])
      builder.module.imports = [imported]
      return builder.finished()
    }
    let initialiser = ImportedSignature(name: "init", parameters: [], results: [], isView: false)
    let other = ImportedSignature(name: "f", parameters: [], results: [], isView: false)
    expect(module(Instruction(.invoke, 0, 0, 0, 0, 0), initialiser), "of an initialiser")
    expect(module(Instruction(.encodeCall, 0, 0, 0, 0, 0, 0), initialiser), "of an initialiser")
    expect(module(Instruction(.create, 0, 0, 0, 0, 0, 0), other), "no initialiser's")
    expect(module(Instruction(.invoke, 0, 0, 0, 0, 5), other), "names payments 5")
    #expect(Self.refusal(module(Instruction(.invoke, 0, 0, 0, 0, 4), other)) == nil)
    expect("names function 9", [Self.ret]) {
      $0.functions[0].code.insert(Instruction(.call, 9, 0, 0, 0), at: 0)
    }
  }

  @Test func refusesTries() {
    let tries = Instruction(.tryNext, 0, 1, 0, 1, 2)
    expect("cannot be tried", [tries, Self.ret]) { _ in }
    expect("cannot be tried", [tries, Instruction(.add, 0, 0, 0), Self.ret]) { _ in }
    expect(
      "between try_next and what it tries",
      [tries, Instruction(.send, 0, 0, 0), Instruction(.jump, 1)]
    ) { _ in }
    var builder = ModuleBuilder()
    builder.function([.list], [], [Self.ret])
    builder.function([], [], [tries, Instruction(.call, 0, 3, 2, 0), Self.ret])
    builder.export("f", 1)
    expect(builder.finished(), "takes or gives a list")
  }

  @Test func refusesWhatChangesInAView() {
    let changes: [Instruction] = [
      Instruction(.storeInt, 0, 0, 0, 0, 0), Instruction(.delete, 0, 0, 0),
      Instruction(.emit, 0, 0, 0), Instruction(.mint, 0, 0, 0), Instruction(.burn, 0, 0),
      Instruction(.send, 0, 0, 0), Instruction(.force, 0, 0, 0, 0), Instruction(.admit, 0),
      Instruction(.dismiss, 0), Instruction(.invoke, 0, 0, 0, 0, 0), Instruction(.perform, 0, 0),
      Instruction(.createAsset, 0, 0, 0, 0), Instruction(.create, 0, 0, 1, 0, 0, 0),
    ]
    for change in changes {
      for isNested in [false, true] {
        var builder = ModuleBuilder()
        builder.module.fields = [Field(name: "f", value: .plain(.int))]
        builder.module.events = [Declaration(name: "E", parameters: [])]
        builder.module.classes = [AssetClass(name: "C", title: "", decimals: 0)]
        builder.module.imports = [
          ImportedSignature(name: "f", parameters: [], results: [], isView: false),
          ImportedSignature(name: "init", parameters: [], results: [], isView: false),
        ]
        builder.function([], [], [change, Self.ret])
        if isNested { builder.function([], [], [Instruction(.call, 0, 0, 0, 0), Self.ret]) }
        builder.export("f", isNested ? 1 : 0)
        var module = builder.finished()
        #expect(Self.refusal(module) == nil, "\(change.row.mnemonic)")
        module.exports[0].isView = true
        expect(module, "writes, emits, moves assets or calls more than views")
      }
    }
    // A view may call views.
    var builder = Self.builder([Instruction(.invoke, 0, 0, 0, 0, 0), Self.ret])
    builder.module.imports = [
      ImportedSignature(name: "f", parameters: [], results: [], isView: true)
    ]
    builder.module.exports[0].isView = true
    #expect(Self.refusal(builder.finished()) == nil)
  }

  /// A module whose hook writes field 0, and a function with the given code.
  static func hooked(
    _ code: [Instruction], hook: [Instruction] = [Instruction(.storeInt, 0, 0, 0, 0, 0)],
    helpers: [[Instruction]] = []
  ) -> Module {
    var builder = ModuleBuilder()
    builder.module.fields = [
      Field(name: "f", value: .plain(.int)), Field(name: "g", value: .plain(.int)),
    ]
    builder.module.imports = [
      ImportedSignature(name: "look", parameters: [], results: [], isView: true),
      ImportedSignature(name: "act", parameters: [], results: [], isView: false),
    ]
    builder.function(Hook.parameters.map(\.kind), [], hook + [ret])
    builder.function([], [], code + [ret])
    for helper in helpers { builder.function([], [], helper + [ret]) }
    builder.module.hooks = [Hook(name: "h", function: 0)]
    builder.export("f", 1)
    return builder.finished()
  }

  @Test func refusesWritesBehindInteractions() {
    let write = Instruction(.storeInt, 0, 0, 0, 0, 0)
    let other = Instruction(.storeInt, 1, 0, 0, 0, 0)
    let send = Instruction(.send, 0, 0, 0)
    let reason = "is written after a call, send, mint or burn"
    #expect(Self.refusal(Self.hooked([write, send])) == nil)
    #expect(Self.refusal(Self.hooked([send, other])) == nil)
    for interaction in [
      send, Instruction(.mint, 0, 0, 0), Instruction(.burn, 0, 0), Instruction(.force, 0, 0, 0, 0),
      Instruction(.perform, 0, 0), Instruction(.invoke, 1, 0, 0, 0, 0),
    ] {
      expect(Self.hooked([interaction, write]), reason)
      expect(Self.hooked([interaction, Instruction(.delete, 0, 0, 0)]), reason)
    }
    // A view changes nothing.
    #expect(Self.refusal(Self.hooked([Instruction(.invoke, 0, 0, 0, 0, 0), write])) == nil)
    // Around a loop.
    expect(Self.hooked([write, send, Instruction(.jumpEqual, 0, 0, 0)]), reason)
    #expect(Self.refusal(Self.hooked([write, send, Instruction(.jumpEqual, 0, 0, 1)])) == nil)
    // On one path only.
    expect(Self.hooked([Instruction(.jumpEqual, 0, 0, 2), send, write]), reason)
    // Through calls.
    let call = { (function: UInt16) in Instruction(.call, function, 1, 1, 0) }
    expect(Self.hooked([call(2), write], helpers: [[send]]), reason)
    expect(Self.hooked([send, call(2)], helpers: [[write]]), reason)
    expect(
      Self.hooked([call(2), call(3)], helpers: [[call(4)], [call(5)], [send], [write]]), reason)
    #expect(
      Self.refusal(
        Self.hooked([call(3), call(2)], helpers: [[call(4)], [call(5)], [send], [write]]))
        == nil)
    expect(Self.hooked([write, send, call(1)]), reason)
  }

  @Test func refusesHooksThatReachOut() {
    for instruction in [
      Instruction(.send, 0, 0, 0), Instruction(.perform, 0, 0),
      Instruction(.invoke, 1, 0, 0, 0, 0),
    ] {
      let module = Self.hooked([Instruction(.invoke, 0, 0, 0, 0, 0)], hook: [instruction])
      expect(module, "moves assets or calls more than views")
    }
    let view = Instruction(.invoke, 0, 0, 0, 0, 0)
    #expect(Self.refusal(Self.hooked([view], hook: [view])) == nil)
  }

  /// A refusal says where.
  @Test func tellsTheOffset() throws {
    let module = Self.builder([
      Instruction(.add, 0, 0, 0), Instruction(.jump, 9), Self.ret,
    ]).finished()
    let (_, layout) = try Module.decode(module.encoded())
    do {
      _ = try Verifier.verify(module)
      Issue.record("accepted")
    } catch {
      #expect(error.offset == layout.instructionOffsets[0][1])
    }
  }
}
