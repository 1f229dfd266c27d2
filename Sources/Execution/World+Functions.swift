public import Bytecode
public import Hosting

/// What whoever tests a contract from inside asks.
extension World {
  /// Runs a function of a contract as a transaction of its own, whether or not it is exported; no transaction
  /// of a ledger can do that.
  ///
  /// The gas is that of the function alone. It fails with `NoSuchFunction` where there is no such function,
  /// where the number of arguments is another, and where it takes or gives a list; with `KindMismatch` where
  /// an argument is not of its kind.
  ///
  /// - Parameters:
  ///   - index: Its place among the functions of the module.
  ///   - contract: The contract whose state it works on.
  ///   - arguments: The arguments in the order of its parameters.
  ///   - caller: Who is the `caller` in it.
  ///   - gas: The most that it may use.
  /// - Returns: What became of it.
  public func run(
    function index: Int, of contract: Identifier, arguments: [Value], by caller: Identifier,
    gas: UInt64 = Limits.gas
  ) -> Receipt {
    transact(gas: gas) { machine throws(Halt) in
      guard let program = try machine.program(at: contract) else { throw Halt(.noSuchContract) }
      let functions = program.module.functions
      guard functions.indices.contains(index),
        functions[index].parameters.count == arguments.count,
        !(functions[index].parameters + functions[index].results).contains(.list)
      else { throw Halt(.noSuchFunction) }
      for (kind, argument) in zip(functions[index].parameters, arguments)
      where !WireKind(kind, in: program.module).admits(argument) {
        throw Halt(.kindMismatch)
      }
      return try machine.enter(
        contract, .passUnretained(program), index, gas: machine.context.gasLeft, caller: caller,
        arguments: arguments)
    }
  }
}
