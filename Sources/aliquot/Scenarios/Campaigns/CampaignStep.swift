import Bytecode
import Integers

/// A step that a campaign draws.
struct CampaignStep: Hashable, Sendable {
  /// What is done.
  enum Action: Hashable, Sendable {
    /// A call of an export, by its index in the module.
    case call(Identifier, export: Int, arguments: [Value], payments: [AttachedPayment])
    /// An asset goes from the actor to somebody.
    case send(Integer, of: Identifier, to: Identifier)
    /// So many seconds pass.
    case wait(Int)
  }

  /// Who does it; of no meaning where time passes.
  var actor: Identifier
  /// What is done.
  var action: Action

  /// Whether it is a transaction.
  var isTransaction: Bool {
    if case .wait = action { false } else { true }
  }

  /// The same step with two addresses in each other's place.
  func exchanging(_ a: Identifier, _ b: Identifier) -> CampaignStep {
    func other(_ address: Identifier) -> Identifier {
      address == a ? b : address == b ? a : address
    }
    var step = CampaignStep(actor: other(actor), action: action)
    switch action {
    case .wait: break
    case .send(let amount, let asset, let receiver):
      step.action = .send(amount, of: asset, to: other(receiver))
    case .call(let contract, let export, let arguments, let payments):
      let exchanged = arguments.map { argument in
        argument.identifier.map { Value(other($0)) } ?? argument
      }
      step.action = .call(contract, export: export, arguments: exchanged, payments: payments)
    }
    return step
  }
}

/// What must hold after every step, and does not.
enum CampaignBreak: Hashable, Sendable {
  /// An invariant of a contract.
  case invariant(contract: String, title: String)
  /// The balances of an asset are not its supply.
  case conservation(Identifier)

  /// What does not hold, in words.
  var title: String {
    switch self {
    case .invariant(let contract, let title): "\(title) (\(contract))"
    case .conservation: "the balances are the supply"
    }
  }
}

/// Who and what a campaign is about.
struct CampaignCast: Sendable {
  /// A function that can be called.
  struct Target: Hashable, Sendable {
    let contract: Identifier
    let name: String
    let export: Int
    let function: String
  }

  /// Everybody who acts.
  let actors: [Identifier]
  /// The contracts, in the order of the campaign.
  let contracts: [Identifier]
  /// The functions of the contracts that change something.
  let targets: [Target]
}
