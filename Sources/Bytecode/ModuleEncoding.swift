import Integers

/// The bytes that begin every module.
let moduleMagic: [UInt8] = Array("ALQM".utf8)

extension Module {
  /// The module's encoding: the one string of bytes that stands for it, which is stored and hashed.
  public func encoded() -> [UInt8] {
    var writer = ModuleWriter()
    writer.write(self)
    return writer.bytes.bytes
  }
}

extension Kind {
  /// The byte that begins the kind's encoding.
  var tag: UInt8 {
    switch self {
    case .int: 0
    case .bool: 1
    case .enumeration: 2
    case .bytes: 3
    case .text: 4
    case .address: 5
    case .asset: 6
    case .call: 7
    case .addresses: 8
    case .assets: 9
    case .list: 10
    }
  }
}

private struct ModuleWriter {
  var bytes = ByteWriter()

  mutating func write(_ module: Module) {
    bytes.write(moduleMagic)
    bytes.write(Module.formatVersion)
    bytes.writeText(module.name)
    each(module.enums) { writer, item in
      writer.bytes.writeText(item.name)
      writer.each(item.cases) { $0.bytes.writeText($1) }
    }
    each(module.fields) { $0.write($1) }
    each(module.classes) { $0.write($1) }
    each(module.events) { $0.write($1) }
    each(module.errors) { $0.write($1) }
    each(module.messages) { $0.write($1) }
    write(module.acceptance)
    each(module.integers) { $0.bytes.write($1.encoded()) }
    each(module.strings) { $0.bytes.writeBytes($1) }
    each(module.imports) { writer, item in
      writer.bytes.writeText(item.name)
      writer.each(item.parameters) { $0.write($1) }
      writer.each(item.results) { $0.write($1) }
      writer.write(item.isView)
    }
    each(module.exports) { $0.write($1) }
    each(module.hooks) { writer, item in
      writer.bytes.writeText(item.name)
      writer.bytes.writeCount(item.function)
    }
    each(module.invariants) { writer, item in
      writer.bytes.writeText(item.title)
      writer.bytes.writeCount(item.function)
      writer.write(item.isEnforced)
    }
    each(module.functions) { $0.write($1) }
  }

  mutating func each<Item>(_ items: [Item], _ body: (inout ModuleWriter, Item) -> Void) {
    bytes.writeCount(items.count)
    for item in items { body(&self, item) }
  }

  mutating func write(_ flag: Bool) { bytes.write(flag ? 1 : 0) }

  mutating func write(_ kind: Kind) {
    bytes.write(kind.tag)
    if case .enumeration(let index) = kind { bytes.write(index) }
  }

  mutating func write(_ parameters: [Parameter]) {
    each(parameters) { writer, item in
      writer.bytes.writeText(item.name)
      writer.write(item.kind)
    }
  }

  mutating func write(_ field: Field) {
    bytes.writeText(field.name)
    write(field.key)
    switch field.value {
    case .plain(let kind):
      bytes.write(field.isSummed ? 2 : 0)
      write(kind)
    case .record(let name, let components):
      bytes.write(1)
      bytes.writeText(name)
      write(components)
    }
  }

  mutating func write(_ item: AssetClass) {
    bytes.writeText(item.name)
    bytes.writeText(item.title)
    bytes.write(item.decimals)
    let flags = [item.isSingle, item.isBurnable, item.isForceable, item.isKeyed]
    bytes.write(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
    each(item.hooks) { writer, hook in
      writer.bytes.writeText(hook.name)
      writer.write(hook.isForeign)
      writer.bytes.writeUnsigned(hook.gas)
    }
  }

  mutating func write(_ item: Declaration) {
    bytes.writeText(item.name)
    write(item.parameters)
  }

  mutating func write(_ acceptance: Acceptance) {
    switch acceptance {
    case .none: bytes.write(0)
    case .any: bytes.write(1)
    case .fields(let fields):
      bytes.write(2)
      bytes.writeBytes(fields)
    }
  }

  mutating func write(_ item: Export) {
    bytes.writeText(item.name)
    bytes.writeCount(item.function)
    write(item.parameters)
    write(item.results)
    each(item.payments) { $0.bytes.writeText($1) }
    write(item.isView)
  }

  mutating func write(_ function: Function) {
    each(function.parameters) { $0.write($1) }
    each(function.results) { $0.write($1) }
    bytes.writeCount(function.registers.int)
    bytes.writeCount(function.registers.bytes)
    bytes.writeCount(function.registers.list)
    each(function.code) { $0.write($1) }
  }

  mutating func write(_ instruction: Instruction) {
    bytes.write(instruction.opcode.rawValue)
    for (index, operand) in instruction.row.operands.enumerated() {
      if operand.kind.length == 2 {
        bytes.write16(instruction.operands[index])
      } else {
        bytes.write(UInt8(truncatingIfNeeded: instruction.operands[index]))
      }
    }
  }
}
