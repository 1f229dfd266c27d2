import Bytecode

/// The encoding of calls is canonical: there is one string of bytes for each.
func checkCall(_ input: [UInt8]) throws(Violation) {
  let call: ContractCall
  do { call = try ContractCall(decoding: input) } catch {
    try require((0...input.count).contains(error.offset), "\(error) lies outside of the call")
    return
  }
  try require(call.encoded() == input, "\(call.signature) encodes to other bytes")
  for (wire, argument) in zip(call.parameters, call.arguments) where wire.kind != .call {
    try require(wire.admits(argument), "\(argument) is not of kind \(wire.kind)")
  }
}
