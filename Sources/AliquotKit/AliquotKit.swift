/// Everything an embedding program needs, under one import: integers, assembler, verifier, machine,
/// transactions, ledger and keys.
@_exported public import Assembly
@_exported public import Bytecode
@_exported public import Chain
@_exported public import Commitment
@_exported public import Execution
@_exported public import Hosting
@_exported public import Integers
@_exported public import Keystore
@_exported public import Ledger
@_exported public import State
@_exported public import Transactions
@_exported public import Verification
