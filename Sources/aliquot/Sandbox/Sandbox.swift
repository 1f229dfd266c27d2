import Bytecode
import Crypto
import Execution
import Integers

/// A fresh world in memory, with names for everything in it.
final class Sandbox {
  /// Seconds from one block to the next.
  static let blockInterval = 10

  /// The world and its names; the first contract is the one that need not be named.
  let names: NamedWorld
  /// Code by the name of the contract in its source.
  private(set) var codesByName: [String: ContractCode] = [:]

  /// The world.
  var world: World { names.world }

  /// Makes a sandbox at a height and a time.
  init(height: Int, time: Int) {
    let chain = Identifier(SHA256.hash(data: Array("aliquot.sandbox".utf8)).map(\.self)) ?? .zero
    names = NamedWorld(
      world: World(block: Block(chain: chain, height: height, time: time)), book: .development)
    fillBeacons()
  }

  // MARK: - Blocks

  /// Goes on to a later block.
  ///
  /// The beacon of a height is the hash of its number.
  func advance(blocks: Int, seconds: Int) {
    world.block.height += blocks
    world.block.time += seconds
    fillBeacons()
  }

  private func fillBeacons() {
    let height = world.block.height
    let window = max(0, height - Limits.beaconWindow)..<max(0, height)
    var beacons = world.block.beacons.filter { window.contains($0.key) }
    for past in window where beacons[past] == nil {
      beacons[past] = Identifier(
        SHA256.hash(data: Array("aliquot.beacon.\(past)".utf8)).map(\.self))
    }
    world.block.beacons = beacons
  }

  // MARK: - Making

  /// Makes an account known whose key is made from its name.
  func addAccount(_ name: String) { names.addAccount(name, NameBook.account(name)) }

  /// Makes code known, so that contracts can be made from it.
  func add(_ code: ContractCode) {
    world.deploy(code: code.verified)
    names.addCode(code)
    codesByName[code.module.name] = code
  }

  /// Notes a contract that was made.
  func addContract(_ name: String, _ address: Identifier) {
    names.addContract(name, address)
    if names.home == nil { names.home = address }
  }

  /// Makes a contract whose initialiser takes nothing.
  func makeContract(_ name: String, of code: ContractCode, by creator: Identifier) {
    let receipt = world.create(code.codeHash, by: creator)
    if let address = receipt.results?.first?.identifier { addContract(name, address) }
  }

  /// Makes the money of the sandbox.
  func createAsset(_ name: String, decimals: UInt8, supply: Integer, holder: Identifier) {
    world.createGenesisAsset(named: name, decimals: decimals, supply: supply, holder: holder)
    names.addGenesisAsset(name)
  }

  /// The contract and the export that `market.buy` or `buy` names; without a contract, it is the first
  /// one that was made.
  func resolve(
    _ text: String
  ) throws(CommandFailure) -> (address: Identifier, code: ContractCode, export: Export) {
    guard names.home != nil else {
      throw CommandFailure(
        .usage, "no contract has been made yet",
        help: "write a line init(…), or give --init name=value")
    }
    return try names.resolve(text)
  }
}
