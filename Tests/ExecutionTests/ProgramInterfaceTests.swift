import Bytecode
import EngineTesting
import Integers
import Testing
import Verification

@testable import Execution

/// Exports are found by name and kinds as they are by their signatures.
@Suite struct ProgramInterfaceTests {
  private static let names = ["a", "b", "K", "get", "transfer", "transferFrom", "a.b", "aaaaaaaa"]
  private static let kinds: [Kind] = [
    .int, .bool, .enumeration(0), .enumeration(1), .bytes, .text, .address, .asset, .call,
    .addresses, .assets,
  ]

  private static func someKinds(_ random: inout SplitMix64) -> [Kind] {
    (0..<random.below(3)).map { _ in random.pick(kinds) }
  }

  private static func module(_ random: inout SplitMix64) -> Module {
    var builder = ModuleBuilder("Random")
    builder.module.enums = [
      EnumDeclaration(name: "E", cases: ["x"]), EnumDeclaration(name: "F", cases: ["x", "y"]),
    ]
    for name in names where random.chance(70) {
      let function = builder.function(
        someKinds(&random), someKinds(&random), [Instruction(.ret, 0, 0, 0)])
      builder.export(name, function)
    }
    return builder.finished()
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func callsFindWhatTheirSignaturesFind(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let module = Self.module(&random)
    var bySignature: [String: Int] = [:]
    for (index, export) in module.exports.enumerated() {
      bySignature[module.signature(of: export)] = index
    }
    var interface = ProgramInterface(module)
    defer { interface.deallocate() }
    var found = 0
    for _ in 0..<200 {
      // The Kelvin sign is canonically equivalent to K, and not the same name.
      var name = random.pick(Self.names + ["\u{212A}", "", "unknown", "a(int)", "é"])
      var parameters = Self.someKinds(&random)
      var results = Self.someKinds(&random)
      if let export = random.some(of: module.exports), random.chance(60) {
        name = export.name
        if random.chance(80) { parameters = export.parameters.map(\.kind) }
        if random.chance(80) { results = export.results.map(\.kind) }
      }
      let call = ContractCall(
        target: .zero, name: name, parameters: parameters.map { WireKind($0, in: module) },
        results: results.map { WireKind($0, in: module) }, arguments: [])
      let isASCII = call.signature.utf8.allSatisfy { $0 < 0x80 }
      let expected = isASCII ? bySignature[call.signature] : nil
      #expect(interface.entry(of: call) == expected, "\(call.signature)")
      if expected != nil { found += 1 }
    }
    #expect(found > 0 || module.exports.isEmpty)
  }

  @Test(arguments: 0..<50 as Range<UInt64>)
  func importsFindWhatTheirSignaturesFind(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    let callee = Self.module(&random)
    var caller = Module(name: "Caller")
    // Another order of the enums: only the number of cases counts.
    caller.enums = [
      EnumDeclaration(name: "Two", cases: ["p", "q"]), EnumDeclaration(name: "One", cases: ["p"]),
    ]
    for _ in 0..<40 {
      let export = random.some(of: callee.exports)
      func turned(_ kinds: [Kind]) -> [Kind] {
        kinds.map { kind in
          if case .enumeration(let index) = kind { .enumeration(1 - index) } else { kind }
        }
      }
      let parameters =
        random.chance(80) ? turned(export?.parameters.map(\.kind) ?? []) : Self.someKinds(&random)
      caller.imports.append(
        ImportedSignature(
          name: random.chance(80) ? export?.name ?? "none" : random.pick(Self.names),
          parameters: parameters, results: turned(export?.results.map(\.kind) ?? []),
          isView: false))
    }
    let interface = ProgramInterface(caller)
    let place = ProgramInterface.Place.allocate(capacity: 1)
    place.initialize(to: ProgramInterface(callee))
    defer {
      interface.deallocate()
      place.pointee.deallocate()
      place.deinitialize(count: 1)
      place.deallocate()
    }
    for (index, imported) in caller.imports.enumerated() {
      let signature = caller.signature(of: imported)
      let expected = callee.exports.firstIndex { callee.signature(of: $0) == signature }
      #expect(interface.entry(ofImport: index, in: place) == expected)
      // And once more, from memory.
      #expect(interface.entry(ofImport: index, in: place) == expected)
    }
  }
}
