import Bytecode
import EngineTesting
import Execution
import Integers

/// Vectors for the instructions on lists, which functions make of their arguments.
enum ListVectors {
  private typealias Table = BytesVectors.Table

  private static let maximum = Integer.power(of: 16_384, minus: 1)

  /// Pushes integer registers on list 0, which is empty at first.
  private static func pushing(_ registers: UInt16...) -> [Instruction] {
    registers.map { Instruction(.listPush, 0, $0) }
  }

  private static func ints(_ rows: [[Integer]]) -> [[Value]] { rows.map { $0.map { .int($0) } } }

  private static func three(_ values: [Integer]) -> [[Value]] {
    ints(values.flatMap { a in values.flatMap { b in values.map { [a, b, $0] } } })
  }

  private static var making: [Table] {
    [
      Table(
        name: "list_new", parameters: [.int], results: [.int, .int],
        code: [
          Instruction(.listNew, 0, 0), Instruction(.listCount, 0, 0), Instruction(.listSum, 1, 0),
        ],
        rows: ints([[0], [1], [5], [-1], [1_048_576], [1_048_577], [.power(of: 90, minus: 0)]])),
      Table(
        name: "list_push_limit", parameters: [.int, .int], results: [.int],
        code: [
          Instruction(.listNew, 0, 0), Instruction(.listPush, 0, 1), Instruction(.listCount, 0, 0),
        ],
        rows: ints([[0, 7], [1_048_575, 7], [1_048_576, 7]])),
      Table(
        name: "list_get", parameters: [.bytes, .int], results: [.int],
        code: [Instruction(.bytesToList, 0, 0, 1), Instruction(.listGet, 0, 0, 0)],
        rows: [-1, 0, 1, 2, 3, .power(of: 70, minus: 0)].map { [.bytes([5, 6, 7]), .int($0)] }),
      Table(
        name: "list_set", parameters: [.bytes, .int, .int], results: [.int, .int],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.listSet, 0, 0, 1),
          Instruction(.listSum, 0, 0), Instruction(.listCount, 1, 0),
        ],
        rows: [-1, 0, 1, 2, 3].flatMap { index in
          [-9, 0, maximum].map { [.bytes([5, 6, 7]), .int(Integer(index)), .int($0)] }
        }),
      Table(
        name: "list_slice", parameters: [.bytes, .int, .int], results: [.bytes],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.listSlice, 0, 0, 0, 1),
          Instruction(.listToBytes, 0, 0, 1),
        ],
        rows: (-1...4).flatMap { start in
          (-1...4).map { [.bytes([5, 6, 7]), .int(Integer(start)), .int(Integer($0))] }
        }),
      // A copy is another list; a shared list is the same one.
      Table(
        name: "list_copy", parameters: [.bytes, .int], results: [.int, .int],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.listCopy, 1, 0),
          Instruction(.listPush, 1, 0), Instruction(.listSum, 0, 0), Instruction(.listSum, 1, 1),
        ],
        rows: [[.bytes([]), .int(4)], [.bytes([1, 2]), .int(maximum)]]),
      Table(
        name: "list_share", parameters: [.bytes, .int], results: [.int, .int],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.listShare, 1, 0),
          Instruction(.listPush, 1, 0), Instruction(.listSum, 0, 0), Instruction(.listSum, 1, 1),
        ],
        rows: [[.bytes([]), .int(4)], [.bytes([1, 2]), .int(50)]]),
      Table(
        name: "list_share_of_none", parameters: [.int], results: [.int, .int],
        code: [
          Instruction(.listShare, 1, 0), Instruction(.listPush, 1, 0),
          Instruction(.listCount, 0, 0), Instruction(.listCount, 1, 1),
        ],
        rows: [[.int(4)]]),
    ]
  }

  private static var working: [Table] {
    let values: [Integer] = [
      0, -1, 5, .power(of: 126, minus: 0), .power(of: 64, minus: 0).negated(),
    ]
    let weights: [[UInt8]] = [
      [], [0], [1], [0, 0], [1, 1, 1], [1, 2, 3], [3, 2, 1], [0, 5, 0], [255, 1, 1],
      [7, 7, 7, 7, 7, 7, 7],
    ]
    return [
      Table(
        name: "list_sort", parameters: [.int, .int, .int], results: [.int, .int, .int],
        code: pushing(0, 1, 2) + [
          Instruction(.listSort, 0), Instruction(.intSmall, 3, 0), Instruction(.listGet, 0, 0, 3),
          Instruction(.intSmall, 3, 1), Instruction(.listGet, 1, 0, 3),
          Instruction(.intSmall, 3, 2), Instruction(.listGet, 2, 0, 3),
        ],
        rows: three(values)),
      Table(
        name: "list_sort_by", parameters: [.bytes, .bytes], results: [.bytes, .bytes],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.bytesToList, 1, 1, 1),
          Instruction(.listSortBy, 0, 1), Instruction(.listToBytes, 0, 0, 1),
          Instruction(.listToBytes, 1, 1, 1),
        ],
        rows: [
          ([], []), ([1], [9]), ([1, 2, 3, 4], [3, 1, 3, 1]), ([1, 2], [1]),
          ([9, 8, 7], [0, 0, 0]),
        ].map { (a: [UInt8], b: [UInt8]) in [.bytes(a), .bytes(b)] }),
      Table(
        name: "list_sum", parameters: [.int, .int, .int], results: [.int],
        code: pushing(0, 1, 2) + [Instruction(.listSum, 0, 0)],
        rows: three(values)
          + ints([[maximum, 1, -1], [maximum, 1, 0], [maximum, maximum, maximum.negated()]])),
      Table(
        name: "list_dot", parameters: [.int, .int, .int], results: [.int],
        code: pushing(0, 1, 2) + [
          Instruction(.listNew, 1, 3), Instruction(.listPush, 1, 2), Instruction(.listPush, 1, 1),
          Instruction(.listPush, 1, 0), Instruction(.listDot, 0, 0, 1),
        ],
        rows: three(values)
          + ints([[maximum, 1, 1], [maximum, 0, maximum], [maximum, 2, maximum.negated()]])),
      Table(
        name: "list_dot_uneven", parameters: [.bytes, .bytes], results: [.int],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.bytesToList, 1, 1, 1),
          Instruction(.listDot, 0, 0, 1),
        ],
        rows: [
          [.bytes([]), .bytes([])], [.bytes([1, 2]), .bytes([3, 4])], [.bytes([1]), .bytes([])],
        ]),
      Table(
        name: "list_to_bytes_2", parameters: [.int, .int], results: [.bytes],
        code: pushing(0, 1) + [Instruction(.listToBytes, 0, 0, 2)],
        rows: ints([
          [0, 1], [65_535, 256], [65_536, 0], [0, -1], [1, .power(of: 200, minus: 0)],
        ])),
      Table(
        name: "list_to_bytes_limit", parameters: [.int], results: [.int],
        code: [
          Instruction(.listNew, 0, 0), Instruction(.listToBytes, 0, 0, 32),
          Instruction(.length, 0, 0),
        ],
        rows: ints([[0], [2_048], [2_049]])),
      Table(
        name: "bytes_to_list_3", parameters: [.bytes], results: [.int, .int],
        code: [
          Instruction(.bytesToList, 0, 0, 3), Instruction(.listCount, 0, 0),
          Instruction(.listSum, 1, 0),
        ],
        rows: [0, 1, 2, 3, 6, 7].map { [.bytes([UInt8](repeating: 0xA0, count: $0))] }),
      Table(
        name: "bytes_to_list_255", parameters: [.bytes], results: [.int],
        code: [Instruction(.bytesToList, 0, 0, 255), Instruction(.listSum, 0, 0)],
        rows: [254, 255, 510].map { [.bytes([UInt8](repeating: 0xFF, count: $0))] }),
      Table(
        name: "split", parameters: [.int, .bytes], results: [.bytes],
        code: [
          Instruction(.bytesToList, 0, 0, 1), Instruction(.split, 0, 0, 0),
          Instruction(.listToBytes, 0, 0, 32),
        ],
        rows: weights.flatMap { weights in
          [0, 1, 2, 10, 100, -1, .power(of: 126, minus: 0), .power(of: 256, minus: 1)].map {
            [.int($0), .bytes(weights)]
          }
        }),
      Table(
        name: "split_wide", parameters: [.int, .int, .int], results: [.int, .int],
        code: pushing(1, 2) + [
          Instruction(.split, 0, 0, 0), Instruction(.intSmall, 3, 0),
          Instruction(.listGet, 0, 0, 3), Instruction(.intSmall, 3, 1),
          Instruction(.listGet, 1, 0, 3),
        ],
        rows: ints([
          [100, .power(of: 200, minus: 0), .power(of: 201, minus: 1)], [7, 1, -1], [7, -1, 8],
          [maximum, 1, 1], [maximum, maximum, maximum], [1, maximum, maximum],
        ])),
    ]
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder("Instructions on lists, one function each.", engine: engine)
    try BytesVectors.record(making + working, named: "Lists", recorder)
    return recorder.finished()
  }
}
