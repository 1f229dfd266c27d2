import Foundation
import Fuzzing

/// The target that `FUZZ_TARGET` names.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    fatalError("FUZZ_TARGET names one of \(names)")
  }
  return target
}()

/// What libFuzzer calls with every string of bytes that it makes.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  do {
    try target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
  } catch {
    fatalError("\(error)")
  }
  return 0
}

/// libFuzzer's own way to change bytes.
@_silgen_name("LLVMFuzzerMutate")
private func mutateBytes(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// How libFuzzer changes bytes: every other time a module is changed as a module.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(
  _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: CUnsignedInt
) -> Int {
  let buffer = UnsafeMutableBufferPointer(start: bytes, count: limit)
  guard target.corpus == "Modules", seed % 2 == 0,
    let changed = ModuleMutation.mutated(Array(buffer[..<count]), seed: UInt64(seed)),
    changed.count <= limit
  else { return mutateBytes(bytes, count, limit) }
  _ = buffer.update(fromContentsOf: changed)
  return changed.count
}
