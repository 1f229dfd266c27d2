/// Everything an embedding program needs, under one import: assembler, verifier, machine, transactions, keys
/// and integers.
@_exported public import Assembly
@_exported public import Bytecode
@_exported public import Execution
@_exported public import Hosting
@_exported public import Integers
@_exported public import Keystore
@_exported public import State
@_exported public import Transactions
@_exported public import Verification
