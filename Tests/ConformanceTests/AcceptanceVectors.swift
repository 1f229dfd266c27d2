import Bytecode
import EngineTesting
import Execution
import Integers
import Verification

/// Vectors of what may be deployed: modules of random contracts with a few bytes changed, most of which
/// must be refused.
enum AcceptanceVectors {
  private static func spoil(_ module: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
    var bytes = module
    for _ in 0...random.below(2) {
      let place = random.below(bytes.count)
      switch random.below(5) {
      case 0: bytes[place] ^= 1 << UInt8(random.below(8))
      case 1: bytes[place] = UInt8(random.below(256))
      case 2: bytes[place] &+= 1
      case 3: bytes.remove(at: place)
      default: bytes.insert(UInt8(random.below(4)), at: place)
      }
    }
    return bytes
  }

  /// The file.
  static func file(engine: any ContractEngine) throws -> VectorFile {
    let recorder = VectorRecorder(
      "Modules that are refused, and some beside them that are not.", engine: engine)
    var random = SplitMix64(seed: 20)
    var count = 0
    for seed in 0..<UInt64(400) where count < 40 {
      for module in WorldVectors.scenario(seed).modules where module.encoded.count < 1_600 {
        count += 1
        try recorder.deploy(module.module)
        for _ in 0..<10 {
          let spoiled = spoil(module.encoded, &random)
          if let accepted = try? Verifier.verify(spoiled) {
            try recorder.deploy(accepted.module)
          } else {
            let vector = RefusalVector(module: ValueVector(.bytes(spoiled)))
            try recorder.add(StepVector(refuse: vector))
          }
        }
      }
    }
    return recorder.finished()
  }
}
