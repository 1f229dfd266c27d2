import Bytecode

/// What calls need to know of a program, in memory that is read without counting references.
struct ProgramInterface {
  typealias Place = UnsafeMutablePointer<ProgramInterface>

  /// What a function takes and gives, in the form of calls: an enum has its last case for an index.
  struct Signature {
    let parameters: UnsafeBufferPointer<Kind>
    let results: UnsafeBufferPointer<Kind>
  }

  /// A function that can be called from outside.
  struct Entry {
    let function: Int
    let payments: Int
    let isView: Bool
    let isInitializer: Bool
    /// The declared parameters and the results.
    let signature: Signature
  }

  /// A function of other contracts, and where one was found the last time.
  struct Import {
    let signature: Signature
    let isView: Bool
    /// The interface in which it was found: programs are dropped all at once, this one with them.
    var found: Place?
    var entry = 0
  }

  let functions: UnsafeBufferPointer<Signature>
  let entries: UnsafeBufferPointer<Entry>
  let imports: UnsafeMutableBufferPointer<Import>
  /// Whether there is an invariant that the machine enforces.
  let hasEnforcedInvariants: Bool
  private let entryNames: NameTable
  /// The name by which an export was found the last time, and where: most calls are of the same one.
  private var lastName = ""
  private var lastPlace: Int?
  private let importNames: NameTable

  init(_ module: Module) {
    functions = Self.buffer(
      module.functions.map { Signature($0.parameters, $0.results, in: module) })
    entries = Self.buffer(
      module.exports.map { export in
        Entry(
          function: export.function, payments: export.payments.count, isView: export.isView,
          isInitializer: export.name == "init",
          signature: Signature(
            export.parameters.map(\.kind), export.results.map(\.kind), in: module))
      })
    imports = UnsafeMutableBufferPointer(
      mutating: Self.buffer(
        module.imports.map { imported in
          Import(
            signature: Signature(imported.parameters, imported.results, in: module),
            isView: imported.isView)
        }))
    hasEnforcedInvariants = module.invariants.contains { $0.isEnforced }
    entryNames = NameTable(module.exports.map { Array($0.name.utf8) }, isSearched: true)
    importNames = NameTable(module.imports.map { Array($0.name.utf8) }, isSearched: false)
  }

  func deallocate() {
    for signature in functions { signature.deallocate() }
    for entry in entries { entry.signature.deallocate() }
    for imported in imports { imported.signature.deallocate() }
    functions.deallocate()
    entries.deallocate()
    imports.deallocate()
    entryNames.deallocate()
    importNames.deallocate()
  }

  fileprivate static func buffer<Element>(_ array: [Element]) -> UnsafeBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: array.count)
    _ = buffer.initialize(from: array)
    return UnsafeBufferPointer(buffer)
  }

  /// The index of the export that a call means, by its name and the kinds of what it takes and gives.
  mutating func entry(of call: ContractCall) -> Int? {
    guard let place = place(of: call.name),
      isSame(call.parameters, entries[place].signature.parameters),
      isSame(call.results, entries[place].signature.results)
    else { return nil }
    return place
  }

  private mutating func place(of name: String) -> Int? {
    // Equal strings may have other bytes, but not as many if one is all ASCII.
    if let lastPlace, name == lastName, name.utf8.count == lastName.utf8.count {
      return lastPlace
    }
    let place =
      name.utf8.withContiguousStorageIfAvailable {
        entryNames.index(of: UnsafeRawBufferPointer($0))
      } ?? Array(name.utf8).withUnsafeBytes { entryNames.index(of: $0) }
    if place != nil {
      lastName = name
      lastPlace = place
    }
    return place
  }

  /// The index of the export of another program that an import of this one means.
  func entry(ofImport index: Int, in interface: ProgramInterface.Place) -> Int? {
    if imports[index].found == interface { return imports[index].entry }
    guard let place = interface.pointee.entryNames.index(of: importNames.name(index)) else {
      return nil
    }
    let signature = interface.pointee.entries[place].signature
    guard signature.parameters.elementsEqual(imports[index].signature.parameters),
      signature.results.elementsEqual(imports[index].signature.results)
    else { return nil }
    imports[index].found = interface
    imports[index].entry = place
    return place
  }

  private func isSame(_ wires: [WireKind], _ kinds: UnsafeBufferPointer<Kind>) -> Bool {
    guard wires.count == kinds.count else { return false }
    for index in 0..<kinds.count where wires[index].kind != kinds[index] { return false }
    return true
  }
}

extension ProgramInterface.Signature {
  fileprivate init(_ parameters: [Kind], _ results: [Kind], in module: Module) {
    self.parameters = ProgramInterface.buffer(parameters.map { WireKind($0, in: module).kind })
    self.results = ProgramInterface.buffer(results.map { WireKind($0, in: module).kind })
  }

  fileprivate func deallocate() {
    parameters.deallocate()
    results.deallocate()
  }
}

/// Names, each of which is there once, and where they are in their list: by open addressing.
///
/// The hash is seeded, because contracts choose the names; nothing that can be observed depends on it.
struct NameTable {
  /// The index of a name for each cell, -1 for none.
  private let cells: UnsafeMutableBufferPointer<Int32>
  /// Where each name begins, and the end of the last.
  private let starts: UnsafeMutableBufferPointer<Int>
  private let bytes: UnsafeMutableRawPointer
  private let seed = UInt64.random(in: .min ... .max) | 1

  init(_ names: [[UInt8]], isSearched: Bool) {
    var count = 1
    while isSearched, count <= names.count * 2 { count *= 2 }
    cells = .allocate(capacity: count)
    cells.initialize(repeating: -1)
    starts = .allocate(capacity: names.count + 1)
    starts.initialize(repeating: 0)
    bytes = .allocate(byteCount: max(1, names.reduce(0) { $0 + $1.count }), alignment: 8)
    for (index, name) in names.enumerated() {
      UnsafeMutableRawBufferPointer(start: bytes + starts[index], count: name.count)
        .copyBytes(from: name)
      starts[index + 1] = starts[index] + name.count
      guard isSearched else { continue }
      var cell = hash(self.name(index)) & (count - 1)
      while cells[cell] >= 0 { cell = (cell + 1) & (count - 1) }
      cells[cell] = Int32(index)
    }
  }

  func deallocate() {
    cells.deallocate()
    starts.deallocate()
    bytes.deallocate()
  }

  /// The name at a place of the list.
  func name(_ index: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: bytes + starts[index], count: starts[index + 1] - starts[index])
  }

  /// The place of a name.
  func index(of name: UnsafeRawBufferPointer) -> Int? {
    if name.count > Limits.nameLength { return nil }
    let mask = cells.count - 1
    var cell = hash(name) & mask
    while cells[cell] >= 0 {
      let index = Int(cells[cell])
      if isSame(self.name(index), name) { return index }
      cell = (cell + 1) & mask
    }
    return nil
  }

  private func isSame(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    guard one.count == other.count else { return false }
    var offset = 0
    while offset + 8 <= one.count {
      if one.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        != other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      {
        return false
      }
      offset += 8
    }
    while offset < one.count {
      if one[offset] != other[offset] { return false }
      offset += 1
    }
    return true
  }

  private func hash(_ name: UnsafeRawBufferPointer) -> Int {
    var state = seed ^ UInt64(name.count)
    var offset = 0
    while offset + 8 <= name.count {
      state = fold(state ^ name.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < name.count {
      tail = tail << 8 | UInt64(name[offset])
      offset += 1
    }
    return Int(truncatingIfNeeded: fold(state ^ tail))
  }

  private func fold(_ word: UInt64) -> UInt64 {
    let product = (word ^ 0x2D35_8DCC_AA6C_78A5).multipliedFullWidth(
      by: 0x8BB8_4B93_962E_ACC9 ^ seed)
    return product.high ^ product.low
  }
}

extension Unmanaged<Program> {
  /// What calls need to know of the program, whose owner keeps it.
  @inline(__always)
  var interface: ProgramInterface.Place { _withUnsafeGuaranteedRef { $0.interface } }

  @inline(__always)
  var codeHash: Identifier { _withUnsafeGuaranteedRef { $0.codeHash } }
}
