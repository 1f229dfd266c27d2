import Bytecode
import Chain
import EngineTesting
import Hosting
import Integers

/// Encodings of geneses, headers and receipts with what they mean, and roots of lists.
///
/// Bytes are in hexadecimal. A value is decimal digits, or `0x` and hexadecimal digits for a string of bytes.
struct ChainVectorFile: Codable, Equatable {
  struct Genesis: Codable, Equatable {
    struct Asset: Codable, Equatable {
      let name: String
      let decimals: UInt8
      let identifier: String
      let holdings: [Holding]
    }

    struct Holding: Codable, Equatable {
      let holder: String
      let amount: String
    }

    struct Fees: Codable, Equatable {
      let asset: String
      let receiver: String
      let minimumPrice: String
    }

    let bytes: String
    let chain: String
    let name: String
    let isDevelopment: Bool
    let time: Int
    let blockInterval: Int
    let blockGasLimit: UInt64
    let blockSizeLimit: Int
    let schedule: String
    let assets: [Asset]
    let fees: Fees?
  }

  struct Header: Codable, Equatable {
    let bytes: String
    let hash: String
    let chain: String
    let height: Int
    let parent: String
    let time: Int
    let beacon: String
    let transactionCount: Int
    let gasUsed: UInt64
    let transactionRoot: String
    let receiptRoot: String
    let stateRoot: String
    /// The beacon of the next height, if nobody gives it another.
    let nextBeacon: String
  }

  struct Receipt: Codable, Equatable {
    struct Site: Codable, Equatable {
      let codeHash: String
      let function: Int
      let instruction: Int
    }

    struct Event: Codable, Equatable {
      let contract: String
      let codeHash: String
      let event: Int
      let fields: [String]
    }

    struct Balance: Codable, Equatable {
      let asset: String
      let holder: String
      let before: String
      let after: String
    }

    let bytes: String
    let transaction: String
    let schedule: String
    /// There if it succeeded.
    let results: [String]?
    /// There if it trapped: the trap's number.
    let trap: UInt16?
    /// There if it failed with a declared error: the error's index.
    let error: Int?
    let number: Int?
    let arguments: [String]?
    let origin: String?
    let site: Site?
    let gasUsed: UInt64
    let fee: String
    let events: [Event]
    let balances: [Balance]
  }

  /// A list and the way from each item to its root, as `verify_merkle` takes it.
  struct List: Codable, Equatable {
    struct Path: Codable, Equatable {
      let siblings: String
      let index: UInt64
    }

    let items: [String]
    let root: String
    let paths: [Path]
  }

  /// Bytes in which something was changed at random, and whether they are read nevertheless.
  struct Changed: Codable, Equatable {
    let kind: String
    let bytes: String
    let isRead: Bool
  }

  let geneses: [Genesis]
  let headers: [Header]
  let receipts: [Receipt]
  let lists: [List]
  let changed: [Changed]
}

// MARK: - What is told of each

extension ChainVectorFile.Genesis {
  init(_ genesis: Chain.Genesis) {
    bytes = Hexadecimal.encode(genesis.encoded())
    chain = genesis.chain.description
    name = genesis.name
    isDevelopment = genesis.isDevelopment
    time = genesis.time
    blockInterval = genesis.blockInterval
    blockGasLimit = genesis.blockGasLimit
    blockSizeLimit = genesis.blockSizeLimit
    schedule = genesis.schedule.description
    assets = genesis.assets.map { asset in
      Asset(
        name: asset.name, decimals: asset.decimals, identifier: asset.identifier.description,
        holdings: asset.holdings.map {
          Holding(holder: $0.holder.description, amount: $0.amount.description)
        })
    }
    fees = genesis.fees.map {
      Fees(
        asset: $0.asset, receiver: $0.receiver.description,
        minimumPrice: $0.minimumPrice.description)
    }
  }
}

extension ChainVectorFile.Header {
  init(_ header: BlockHeader) {
    bytes = Hexadecimal.encode(header.encoded())
    hash = header.hash.description
    chain = header.chain.description
    height = header.height
    parent = header.parent.description
    time = header.time
    beacon = header.beacon.description
    transactionCount = header.transactionCount
    gasUsed = header.gasUsed
    transactionRoot = header.transactionRoot.description
    receiptRoot = header.receiptRoot.description
    stateRoot = header.stateRoot.description
    nextBeacon =
      BlockHeader.derivedBeacon(after: header.hash, height: header.height + 1).description
  }
}

extension ChainVectorFile.Receipt {
  init(_ receipt: TransactionReceipt) {
    let outcome = receipt.outcome
    bytes = Hexadecimal.encode(receipt.encoded())
    transaction = receipt.transaction.description
    schedule = receipt.schedule.description
    results = outcome.results?.map(\.description)
    switch outcome.failure?.reason {
    case .trap(let trap):
      (self.trap, error, number, arguments) = (trap.rawValue, nil, nil, nil)
    case .declared(let index, let number, let arguments):
      (trap, error, self.number) = (nil, index, number)
      self.arguments = arguments.map(\.description)
    case nil: (trap, error, number, arguments) = (nil, nil, nil, nil)
    }
    origin = outcome.failure?.origin.description
    site = outcome.failure?.site.map {
      Site(
        codeHash: $0.codeHash.description, function: $0.function, instruction: $0.instruction)
    }
    gasUsed = outcome.gasUsed
    fee = receipt.fee.description
    events = outcome.events.map {
      Event(
        contract: $0.contract.description, codeHash: $0.codeHash.description, event: $0.index,
        fields: $0.fields.map(\.description))
    }
    balances = outcome.balanceChanges.map {
      Balance(
        asset: $0.asset.description, holder: $0.holder.description,
        before: $0.before.description, after: $0.after.description)
    }
  }
}

extension ChainVectorFile.List {
  init(_ items: [[UInt8]]) {
    self.items = items.map { Hexadecimal.encode($0) }
    root = MerkleList.root(of: items).description
    paths = items.indices.compactMap { index in
      MerkleList.path(to: index, in: items).map {
        Path(siblings: Hexadecimal.encode($0.siblings.flatMap(\.bytes)), index: $0.index)
      }
    }
  }
}
