import Bytecode
import EngineTesting
import Execution
import Integers

/// Vectors for branches, frames, moves, and what a contract knows of its surroundings.
enum ControlVectors {
  private static let ret = Instruction(.ret, 0, 0, 0)

  private static func branches() -> [BytesVectors.Table] {
    let edges: [Integer] = [
      0, 1, -1, 5, -5, 32_767, -32_768, .power(of: 126, minus: 1), .power(of: 126, minus: 0),
      Integer.power(of: 126, minus: 0).negated(), Integer.power(of: 200, minus: 0).negated(),
    ]
    let pairs = edges.flatMap { a in edges.map { [Value.int(a), .int($0)] } }
    var tables: [BytesVectors.Table] = []
    for opcode: Opcode in [.jumpEqual, .jumpNotEqual, .jumpLess, .jumpLessEqual] {
      tables.append(
        BytesVectors.Table(
          name: opcode.row.mnemonic, parameters: [.int, .int], results: [.int],
          code: [
            Instruction(.intSmall, 2, 1), Instruction(opcode, 0, 1, 3),
            Instruction(.intSmall, 2, 0), Instruction(.intMove, 0, 2),
          ], rows: pairs))
    }
    for opcode: Opcode in [
      .jumpEqualSmall, .jumpNotEqualSmall, .jumpLessSmall, .jumpLessEqualSmall, .jumpGreaterSmall,
      .jumpGreaterEqualSmall,
    ] {
      for immediate in [-32_768, 0, 5] {
        let suffix = immediate < 0 ? "minus_\(-immediate)" : "\(immediate)"
        tables.append(
          BytesVectors.Table(
            name: "\(opcode.row.mnemonic)_\(suffix)", parameters: [.int], results: [.int],
            code: [
              Instruction(.intSmall, 1, 1),
              Instruction(opcode, 0, Instruction.immediate(immediate), 3),
              Instruction(.intSmall, 1, 0), Instruction(.intMove, 0, 1),
            ], rows: edges.map { [.int($0)] }))
      }
    }
    for opcode: Opcode in [.jumpSame, .jumpDifferent] {
      let strings: [[UInt8]] = [
        [], [0], [0, 0], [1], [UInt8](repeating: 3, count: 64), [UInt8](repeating: 3, count: 65),
      ]
      tables.append(
        BytesVectors.Table(
          name: opcode.row.mnemonic, parameters: [.bytes, .bytes], results: [.int],
          code: [
            Instruction(.intSmall, 0, 1), Instruction(opcode, 0, 1, 3),
            Instruction(.intSmall, 0, 0),
          ], rows: strings.flatMap { a in strings.map { [.bytes(a), .bytes($0)] } }))
    }
    tables.append(
      BytesVectors.Table(
        name: "loop_less", parameters: [.int, .int], results: [.int, .int],
        code: [Instruction(.addSmall, 1, 1, 0), Instruction(.loopLess, 0, 1, 0)],
        rows: [
          [0, 10], [10, 10], [11, 10], [-3, 3],
          [Integer.power(of: 126, minus: 1), .power(of: 126, minus: 0)],
          [Integer.power(of: 16_384, minus: 1), 0],
        ].map { $0.map { .int($0) } }))
    tables.append(
      BytesVectors.Table(
        name: "jump", parameters: [.int], results: [.int],
        code: [Instruction(.jump, 1), Instruction(.add, 0, 0, 0)],
        rows: [[.int(4)]]))
    return tables
  }

  /// Internal calls: windows, what a callee leaves behind, recursion up to the limit of frames.
  private static func frames() -> Module {
    var builder = ModuleBuilder("Frames")
    // 0: adds its parameters in a register that is zero at first, and leaves a 7 behind its result.
    builder.function(
      [.int, .int], [.int],
      [
        Instruction(.add, 2, 2, 0), Instruction(.add, 0, 2, 1), Instruction(.intSmall, 3, 7), ret,
      ])
    // 1: goes as deep as its parameter says, and counts on the way back.
    builder.function(
      [.int], [.int],
      [
        Instruction(.jumpLessEqualSmall, 0, 0, 4),
        Instruction(.addSmall, 1, 0, Instruction.immediate(-1)),
        Instruction(.call, 1, 1, 0, 0), Instruction(.addSmall, 0, 1, 1), ret,
      ])
    // 2: changes the list that it is given, and gives back two strings in the other order.
    builder.function(
      [.list, .bytes, .bytes], [.bytes, .bytes],
      [
        Instruction(.intSmall, 0, 5), Instruction(.listPush, 0, 0), Instruction(.bytesMove, 2, 0),
        Instruction(.ret, 0, 1, 0),
      ])
    builder.export(
      "overlay",
      builder.function(
        [.int, .int], [.int, .int, .int, .int],
        [
          Instruction(.intSmall, 2, 1), Instruction(.intSmall, 3, 2), Instruction(.intSmall, 4, 3),
          Instruction(.call, 0, 0, 0, 0), ret,
        ]), isView: true)
    builder.export(
      "depth", builder.function([.int], [.int], [Instruction(.call, 1, 0, 0, 0), ret]), isView: true
    )
    builder.export(
      "swap",
      builder.function(
        [.bytes, .bytes], [.bytes, .bytes, .int],
        [Instruction(.call, 2, 0, 0, 0), Instruction(.listCount, 0, 0), ret]), isView: true)
    builder.export(
      "constants",
      builder.function(
        [], [.int, .int, .bytes],
        [
          Instruction(.intConst, 0, builder.integer(.power(of: 300, minus: 1))),
          Instruction(.intSmall, 1, Instruction.immediate(-32_768)),
          Instruction(.bytesConst, 0, builder.string(Array("constant".utf8))), ret,
        ]), isView: true)
    builder.export(
      "around",
      builder.function(
        [.int], [.int, .int, .address, .address, .bytes, .bytes],
        [
          Instruction(.selfAddress, 0), Instruction(.caller, 1), Instruction(.chainID, 2),
          Instruction(.beacon, 3, 0), Instruction(.height, 0), Instruction(.time, 1), ret,
        ]), isView: true)
    // Holds one list and copies it over and over: three of them are live when a copy is made.
    builder.export(
      "memory",
      builder.function(
        [.int, .int], [],
        [
          Instruction(.listNew, 0, 0), Instruction(.intSmall, 2, 0), Instruction(.listCopy, 1, 0),
          Instruction(.loopLess, 2, 1, 2), ret,
        ]), isView: true)
    // Tries itself with 200 gas less than it was given, as deep as that goes.
    let next = UInt16(builder.module.functions.count)
    builder.export(
      "attempts",
      builder.function(
        [.int], [],
        [
          Instruction(.addSmall, 1, 0, Instruction.immediate(-200)), Instruction(.intMove, 4, 1),
          Instruction(.tryNext, 2, 3, 0, 1, 1), Instruction(.call, next, 4, 2, 0), ret,
        ]), isView: true)
    builder.module.errors = [
      Declaration(name: "Refused", parameters: [Parameter("n", .int), Parameter("why", .text)])
    ]
    builder.export(
      "refuse", builder.function([.int, .bytes], [], [Instruction(.fail, 0, 0, 0)]), isView: true)
    return builder.finished()
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder(
      "Branches, frames, moves, the block, and failing with a declared error.", engine: engine)
    try BytesVectors.record(branches(), named: "Branches", recorder)
    let contract = try recorder.contract(frames())
    try recorder.table(contract, "overlay(int,int)->(int,int,int,int)", [[.int(20), .int(22)]])
    try recorder.table(
      contract, "depth(int)->(int)",
      [0, 1, 100, 4_000, 4_090, 4_091, 4_092, 4_093, 4_094, 4_095, 4_096, 5_000].map {
        [.int(Integer($0))]
      })
    try recorder.table(
      contract, "swap(bytes,bytes)->(bytes,bytes,int)", [[.bytes([1]), .bytes([2, 3])]])
    try recorder.table(contract, "constants()->(int,int,bytes)", [[]])
    try recorder.table(
      contract, "around(int)->(int,int,address,address,bytes,bytes)",
      [43, 44, 45, 299, 300, 301, -1].map { [.int(Integer($0))] })
    try recorder.table(
      contract, "memory(int,int)->()",
      [[349_524, 8], [349_525, 8], [349_525, 4]].map { $0.map { .int(Integer($0)) } })
    try recorder.table(
      contract, "attempts(int)->()", [[.int(9_000)], [.int(50_000)], [.int(-1)]])
    try recorder.call(contract, "refuse(int,bytes)->()", [.int(-5), .bytes(Array("no".utf8))])
    try recorder.call(contract, "refuse(int,bytes)->()", [.int(-5), .bytes([0xFF])])
    try recorder.call(contract, "refuse(int,bytes)->()", [.int(-5), .bytes([0x41])], gas: 440)
    try recorder.call(contract, "missing()->()")
    try recorder.call(Fixture.bob, "missing()->()")
    return recorder.finished()
  }
}
