import Assembly
import Bytecode
import Execution
import Hosting
import Integers
import State

/// Gathers what moved in a transaction.
final class MoveObserver: ExecutionObserver {
  /// An amount that went from one holder to another; the zero address stands for minting and burning.
  struct Move: Hashable {
    let asset: Identifier
    let from: Identifier
    let to: Identifier
    let amount: Integer
  }

  private(set) var moves: [Move] = []
  /// How many there were when the tries began that are under way.
  private var tries: [Int] = []

  func willMove(_ asset: Identifier, amount: Integer, from: Identifier, to: Identifier) {
    moves.append(Move(asset: asset, from: from, to: to, amount: amount))
  }

  func willTry() { tries.append(moves.count) }

  func didTry() { _ = tries.popLast() }

  func didUndo(_ failure: Failure) {
    if let count = tries.popLast() { moves.removeSubrange(min(count, moves.count)...) }
  }
}
