import Bytecode
import Execution
import Foundation
import Integers
import Verification

extension StepVector {
  /// This step as an engine does it: the same operation, with what came of it.
  func done(by engine: any ContractEngine) throws -> StepVector {
    var done = self
    if let block { engine.block = block.block }
    if let deploy, case .bytes(let bytes) = deploy.module.value {
      done.deploy?.codeHash = IdentifierVector(engine.deploy(code: try Verifier.verify(bytes)))
    }
    if let refuse, case .bytes(let bytes) = refuse.module.value,
      (try? Verifier.verify(bytes)) != nil
    {
      throw VectorFailure("a module was accepted that must be refused")
    }
    if let genesisAsset, case .int(let supply) = genesisAsset.supply.value {
      done.genesisAsset?.asset = IdentifierVector(
        engine.createGenesisAsset(
          named: genesisAsset.name, decimals: genesisAsset.decimals, supply: supply,
          holder: genesisAsset.holder.identifier))
    }
    if let create {
      done.receipt = ReceiptVector(
        engine.create(
          create.codeHash.identifier, arguments: create.arguments.map(\.value),
          payments: create.payments.map(\.payment), by: create.by.identifier, gas: create.gas))
    }
    if let call {
      done.receipt = ReceiptVector(
        engine.call(try call.call(), by: call.by.identifier, gas: call.gas))
    }
    if let view {
      done.receipt = ReceiptVector(
        engine.view(try view.call(), by: view.by.identifier, gas: view.gas))
    }
    if let send, case .int(let amount) = send.amount.value {
      done.receipt = ReceiptVector(
        engine.send(
          amount, of: send.asset.identifier, from: send.from.identifier, to: send.to.identifier,
          gas: send.gas))
    }
    if let check {
      done.receipt = ReceiptVector(
        engine.check(try check.invariant(in: engine), of: check.contract.identifier, gas: check.gas)
      )
    }
    if let table {
      done.table?.rows = try table.rows.map { row in
        let call = CallVector(
          contract: table.contract, function: table.function, arguments: row.in, payments: [],
          by: IdentifierVector(.zero), gas: row.limit ?? table.limit)
        let receipt = engine.view(try call.call(), by: .zero, gas: call.gas)
        var result = row
        result.gas = receipt.gasUsed
        result.out = receipt.results.map { $0.map(ValueVector.init) }
        result.trap = nil
        if case .trap(let trap) = receipt.failure?.reason { result.trap = trap.name }
        return result
      }
    }
    return done
  }
}

extension PaymentVector {
  var payment: AttachedPayment {
    AttachedPayment(asset: asset.identifier, amount: amount.value.integer ?? 0)
  }
}

extension CallVector {
  /// The call that the vector describes.
  func call() throws -> ContractCall {
    // The kinds of a signature are written as in `parameters` and `results` of the call's encoding.
    guard let open = function.firstIndex(of: "("), let arrow = function.range(of: ")->("),
      function.hasSuffix(")")
    else { throw VectorFailure("\(function) is no signature") }
    return ContractCall(
      target: contract.identifier, name: String(function[..<open]),
      parameters: try Self.kinds(function[function.index(after: open)..<arrow.lowerBound]),
      results: try Self.kinds(function[arrow.upperBound...].dropLast()),
      arguments: arguments.map(\.value), payments: payments.map(\.payment))
  }

  private static func kinds(_ text: some StringProtocol) throws -> [WireKind] {
    let plain: [Kind] = [
      .int, .bool, .bytes, .text, .address, .asset, .call, .addresses, .assets,
    ]
    return try text.split(separator: ",").map { name in
      var module = Module(name: "")
      if let kind = plain.first(where: { module.signature(of: $0) == name }) {
        return WireKind(kind, in: module)
      }
      guard name.hasPrefix("enum"), let count = Int(name.dropFirst(4)) else {
        throw VectorFailure("\(name) is no kind")
      }
      module.enums = [EnumDeclaration(name: "", cases: (0..<count).map { "c\($0)" })]
      return WireKind(.enumeration(0), in: module)
    }
  }
}

extension CheckVector {
  /// The invariant in the contract's code, which is read out of the state.
  func invariant(in engine: any ContractEngine) throws -> Invariant {
    let entries = Dictionary(
      uniqueKeysWithValues: engine.entries.map { ($0.key, $0.value) })
    // The contract's record has the hash of its code, and the code is an entry too.
    guard let record = entries[[1] + contract.identifier.bytes],
      let code = entries[[3] + record.prefix(32)]
    else { throw VectorFailure("there is no contract at \(contract.identifier)") }
    let invariants = try Module.decode(code).module.invariants
    guard invariants.indices.contains(invariant) else {
      throw VectorFailure("there is no invariant \(invariant)")
    }
    return invariants[invariant]
  }
}

extension VectorFile {
  /// This file as an engine does it.
  func done(by engine: any ContractEngine) throws -> VectorFile {
    var done = self
    engine.block = block.block
    done.steps = try steps.map { try $0.done(by: engine) }
    done.entries = Dictionary(
      uniqueKeysWithValues: engine.entries.map {
        ("0x\(Hexadecimal.encode($0.key))", "0x\(Hexadecimal.encode($0.value))")
      })
    return done
  }
}
