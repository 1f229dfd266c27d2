import Bytecode
import Hosting

/// How a command ended, as the number that it leaves to the shell.
///
/// The numbers are part of the interface: `aliquot explain exit-codes` prints this table, and a test
/// runs the binary into every one of them.
enum ExitStatus: Int32, CaseIterable, Sendable {
  case success = 0
  case failure = 1
  case diagnostics = 10
  case format = 11
  case unproven = 12
  case testsFailed = 20
  case noTests = 21
  case gasChanged = 22
  case reverted = 30
  case outOfGas = 31
  case trapped = 32
  case refused = 33
  case notFound = 40
  case store = 41
  case invariantBroken = 42
  case usage = 64

  /// What it means, in a few words.
  var meaning: String {
    switch self {
    case .success: "the command did what it was asked"
    case .failure: "a file could not be read, written or unlocked, or the tool itself failed"
    case .diagnostics: "a source has errors, or bytes are not a module that may run"
    case .format: "`fmt --check` found a file that is not laid out as it should be"
    case .unproven: "a proof is malformed, or does not show what it says"
    case .testsFailed: "a scenario does not pass, or too little of the contracts is covered"
    case .noTests: "there is no scenario like this"
    case .gasChanged: "`gas diff` found calls that cost more or less than the snapshot says"
    case .reverted: "the contract failed with an error that it declares"
    case .outOfGas: "the contract reached its gas limit"
    case .trapped: "the machine stopped the contract"
    case .refused: "the ledger refuses the transaction, and nothing happened"
    case .invariantBroken: "the ledger is whole, but an invariant of a contract does not hold"
    case .store: "the ledger is damaged, locked, read-only or no ledger"
    case .notFound: "there is no file, function, account or name like this"
    case .usage: "the command line or an argument is not understood"
    }
  }
}

extension ExitStatus {
  /// How a command ends whose transaction failed.
  init(_ failure: Failure) {
    self =
      switch failure.reason {
      case .declared: .reverted
      case .trap(.outOfGas): .outOfGas
      case .trap: .trapped
      }
  }
}
