import Integers

/// Where each instruction of a decoded module stands in its encoding, for errors about it.
public struct ModuleLayout: Sendable {
  /// Offset of each instruction, by function.
  public internal(set) var instructionOffsets: [[Int]] = []
  /// Offset of each function.
  public internal(set) var functionOffsets: [Int] = []
}

extension Module {
  /// Reads a module from its encoding.
  ///
  /// Only the canonical encoding is read: what is accepted encodes to the same bytes. Work and memory
  /// are proportional to the number of bytes. Whether the code may run is for the verifier to say.
  public static func decode(
    _ bytes: [UInt8]
  ) throws(Refusal) -> (module: Module, layout: ModuleLayout) {
    guard bytes.count <= Limits.moduleLength else {
      throw Refusal(
        offset: Limits.moduleLength,
        reason: "a module has at most \(Limits.moduleLength) bytes, not \(bytes.count)")
    }
    var reader = ModuleReader(bytes: ByteReader(bytes))
    let module = try reader.module()
    return (module, reader.layout)
  }
}

private struct ModuleReader {
  var bytes: ByteReader
  var layout = ModuleLayout()
  var instructionCount = 0

  mutating func module() throws(Refusal) -> Module {
    let magic = try bytes.read(count: 4, "the magic bytes of a module")
    guard magic == moduleMagic else { throw bytes.failure("not a module: no magic bytes", at: 0) }
    let version = try bytes.readByte("the version")
    guard version == Module.formatVersion else {
      throw bytes.failure(
        "version \(version) of the module format is not known; this is \(Module.formatVersion)",
        at: 4)
    }
    var module = Module(name: try name("the contract's name"))
    module.enums = try many("enums", Limits.declarations) { reader throws(Refusal) in
      EnumDeclaration(
        name: try reader.name("an enum's name"),
        cases: try reader.many("cases", Limits.enumCases) { reader throws(Refusal) in
          try reader.name("a case's name")
        })
    }
    module.fields = try many("fields", Limits.declarations) { r throws(Refusal) in try r.field() }
    module.classes = try many("classes", Limits.declarations) { r throws(Refusal) in
      try r.assetClass()
    }
    module.events = try declarations("events")
    module.errors = try declarations("errors")
    module.messages = try declarations("messages")
    module.acceptance = try acceptance()
    module.integers = try many("integers", Limits.constants) { r throws(Refusal) in
      try r.integer()
    }
    module.strings = try many("strings", Limits.constants) { r throws(Refusal) in
      try r.bytes.readBytes("a string constant", atMost: Limits.bytesLength)
    }
    module.imports = try many("imported signatures", Limits.imports) { r throws(Refusal) in
      ImportedSignature(
        name: try r.name("a function's name"), parameters: try r.kinds("parameters"),
        results: try r.kinds("results"), isView: try r.bytes.readFlag("the view flag"))
    }
    module.exports = try many("exports", Limits.functions) { r throws(Refusal) in
      try r.export()
    }
    module.hooks = try many("hooks", Limits.declarations) { r throws(Refusal) in
      Hook(name: try r.name("a hook's name"), function: try r.functionIndex())
    }
    module.invariants = try many("invariants", Limits.declarations) { r throws(Refusal) in
      Invariant(
        title: try r.bytes.readText("an invariant's title", atMost: Limits.titleLength),
        function: try r.functionIndex(), isEnforced: try r.bytes.readFlag("the enforced flag"))
    }
    module.functions = try many("functions", Limits.functions) { r throws(Refusal) in
      try r.function()
    }
    try bytes.finish("the module")
    return module
  }

  mutating func many<Item>(
    _ what: String, _ limit: Int,
    _ read: (inout ModuleReader) throws(Refusal) -> Item
  ) throws(Refusal) -> [Item] {
    let count = try bytes.readCount("the number of \(what)", atMost: limit)
    var items: [Item] = []
    items.reserveCapacity(min(count, bytes.remaining))
    for _ in 0..<count { items.append(try read(&self)) }
    return items
  }

  mutating func name(_ what: String) throws(Refusal) -> String {
    try bytes.readText(what, atMost: Limits.nameLength)
  }

  mutating func functionIndex() throws(Refusal) -> Int {
    try bytes.readCount("the index of a function", atMost: Limits.functions)
  }

  mutating func kind() throws(Refusal) -> Kind {
    let start = bytes.offset
    switch try bytes.readByte("a kind") {
    case 0: return .int
    case 1: return .bool
    case 2: return .enumeration(try bytes.readByte("the index of an enum"))
    case 3: return .bytes
    case 4: return .text
    case 5: return .address
    case 6: return .asset
    case 7: return .call
    case 8: return .addresses
    case 9: return .assets
    case 10: return .list
    case let tag: throw bytes.failure("\(tag) is not a kind", at: start)
    }
  }

  mutating func kinds(_ what: String) throws(Refusal) -> [Kind] {
    try many(what, Limits.parameters) { r throws(Refusal) in try r.kind() }
  }

  mutating func parameters(_ what: String) throws(Refusal) -> [Parameter] {
    try many(what, Limits.parameters) { r throws(Refusal) in
      Parameter(try r.name("a parameter's name"), try r.kind())
    }
  }

  mutating func declarations(_ what: String) throws(Refusal) -> [Declaration] {
    try many(what, Limits.declarations) { r throws(Refusal) in
      Declaration(name: try r.name("a name in \(what)"), parameters: try r.parameters("parameters"))
    }
  }

  mutating func field() throws(Refusal) -> Field {
    let name = try name("a field's name")
    let key = try parameters("key components")
    let start = bytes.offset
    switch try bytes.readByte("what the field stores") {
    case 0: return Field(name: name, key: key, value: .plain(try kind()))
    case 2: return Field(name: name, key: key, value: .plain(try kind()), isSummed: true)
    case 1:
      let record = try self.name("a record's name")
      return Field(
        name: name, key: key,
        value: .record(name: record, components: try parameters("record components")))
    case let tag: throw bytes.failure("\(tag) is not a way to store", at: start)
    }
  }

  mutating func assetClass() throws(Refusal) -> AssetClass {
    var item = AssetClass(
      name: try name("a class's name"),
      title: try bytes.readText("a class's title", atMost: Limits.titleLength),
      decimals: try bytes.readByte("the decimals"))
    let start = bytes.offset
    let flags = try bytes.readByte("the class's flags")
    guard flags < 16 else { throw bytes.failure("\(flags) is not a set of class flags", at: start) }
    item.isSingle = flags & 1 != 0
    item.isBurnable = flags & 2 != 0
    item.isForceable = flags & 4 != 0
    item.isKeyed = flags & 8 != 0
    item.hooks = try many("hooks", Limits.hooksPerClass) { r throws(Refusal) in
      HookReference(
        name: try r.name("a hook's name"), isForeign: try r.bytes.readFlag("the foreign flag"),
        gas: try r.bytes.readUnsigned("a hook's gas"))
    }
    return item
  }

  mutating func acceptance() throws(Refusal) -> Acceptance {
    let start = bytes.offset
    switch try bytes.readByte("what the contract accepts") {
    case 0: return .none
    case 1: return .any
    case 2: return .fields(try bytes.readBytes("accepted fields", atMost: Limits.declarations))
    case let tag: throw bytes.failure("\(tag) is not a way to accept assets", at: start)
    }
  }

  mutating func integer() throws(Refusal) -> Integer { try bytes.readInteger() }

  mutating func export() throws(Refusal) -> Export {
    Export(
      name: try name("an export's name"), function: try functionIndex(),
      parameters: try parameters("parameters"), results: try parameters("results"),
      payments: try many("payments", Limits.payments) { r throws(Refusal) in
        try r.name("a payment's name")
      },
      isView: try bytes.readFlag("the view flag"))
  }

  mutating func function() throws(Refusal) -> Function {
    layout.functionOffsets.append(bytes.offset)
    layout.instructionOffsets.append([])
    let parameters = try kinds("parameters")
    let results = try kinds("results")
    var registers = BankCounts()
    registers.int = try bytes.readCount("the int registers", atMost: Limits.registersPerBank)
    registers.bytes = try bytes.readCount("the bytes registers", atMost: Limits.registersPerBank)
    registers.list = try bytes.readCount("the list registers", atMost: Limits.registersPerBank)
    let code = try many("instructions", Limits.instructionsPerFunction) {
      r throws(Refusal) in try r.instruction()
    }
    return Function(parameters: parameters, results: results, registers: registers, code: code)
  }

  mutating func instruction() throws(Refusal) -> Instruction {
    let start = bytes.offset
    instructionCount += 1
    guard instructionCount <= Limits.instructions else {
      throw bytes.failure("a module has at most \(Limits.instructions) instructions", at: start)
    }
    let byte = try bytes.readByte("an instruction")
    guard let opcode = Opcode(rawValue: byte) else {
      throw bytes.failure("\(byte) is not an instruction", at: start)
    }
    layout.instructionOffsets[layout.instructionOffsets.count - 1].append(start)
    var operands = SIMD8<UInt16>()
    for (index, operand) in opcode.row.operands.enumerated() {
      operands[index] =
        operand.kind.length == 2
        ? try bytes.read16(operand.name) : UInt16(try bytes.readByte(operand.name))
    }
    return Instruction(opcode, vector: operands)
  }
}
