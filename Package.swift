// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// All modules by name, so that an incremental build sees a change below the one import.
let embedding: [Target.Dependency] = [
  "AliquotKit", "Integers", "Bytecode", "Assembly", "Verification", "Hosting", "State", "Execution",
  "Commitment", "Transactions", "Chain", "Ledger", "Keystore",
]

let package = Package(
  name: "aliquot",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "aliquot", targets: ["aliquot"]),
    .library(name: "AliquotKit", targets: ["AliquotKit"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CGMP", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"]), .brew(["gmp"])]),
    .target(name: "Integers", dependencies: ["CGMP"], swiftSettings: settings),
    .target(name: "Bytecode", dependencies: ["Integers"], swiftSettings: settings),
    .target(name: "Assembly", dependencies: ["Bytecode", "Integers"], swiftSettings: settings),
    .target(
      name: "Verification",
      dependencies: ["Bytecode", "Integers", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(
      name: "Hosting", dependencies: ["Integers", "Bytecode", "Verification"],
      swiftSettings: settings),
    .target(
      name: "Commitment",
      dependencies: ["Bytecode", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(
      name: "Transactions",
      dependencies: ["Integers", "Bytecode", .product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: settings),
    .target(
      name: "Reference",
      dependencies: [
        "Integers", "Bytecode", "Verification", "Hosting",
        .product(name: "BigInt", package: "BigInt"),
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(name: "State", swiftSettings: settings),
    .target(
      name: "Execution",
      dependencies: [
        "CGMP", "Integers", "Bytecode", "Verification", "Hosting", "State",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Keystore",
      dependencies: [
        "Bytecode", "Transactions",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Chain",
      dependencies: [
        "Integers", "Bytecode", "Verification", "Hosting", "State", "Execution", "Commitment",
        "Transactions", .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "Ledger",
      dependencies: [
        "Chain", "Integers", "Bytecode", "Verification", "Hosting", "State", "Execution",
        "Commitment", "Transactions",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "aliquot",
      dependencies: [
        "Integers", "Bytecode", "Assembly", "Verification", "State", "Execution", "Transactions",
        "Commitment", "Keystore", "Chain", "Ledger",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      resources: [.embedInCode("Bench/Work/Contracts")], swiftSettings: settings),
    .target(
      name: "AliquotKit",
      dependencies: [
        "Integers", "Bytecode", "Assembly", "Verification", "Hosting", "State", "Execution",
        "Commitment", "Transactions", "Chain", "Ledger", "Keystore",
      ],
      swiftSettings: settings),
    .executableTarget(
      name: "Embed", dependencies: embedding, path: "Examples/Embed", swiftSettings: settings),
    .executableTarget(
      name: "Service", dependencies: embedding, path: "Examples/Service",
      swiftSettings: settings),
    .testTarget(
      name: "IntegersTests",
      dependencies: ["Integers", .product(name: "BigInt", package: "BigInt")],
      exclude: ["Vectors"], swiftSettings: settings),
    .target(
      name: "EngineTesting",
      dependencies: [
        "Integers", "Bytecode", "Verification", "Hosting", "State", "Execution", "Reference",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      path: "Tests/EngineTesting", swiftSettings: settings),
    .executableTarget(
      name: "differ", dependencies: ["EngineTesting"], path: "Tests/DifferentialRun",
      swiftSettings: settings),
    .testTarget(
      name: "BytecodeTests",
      dependencies: ["EngineTesting", "Verification", "Bytecode", "Integers"],
      swiftSettings: settings),
    .testTarget(
      name: "VerificationTests",
      dependencies: ["EngineTesting", "Verification", "Bytecode", "Integers"],
      swiftSettings: settings),
    .testTarget(
      name: "CommitmentTests", dependencies: ["EngineTesting", "Commitment", "Bytecode"],
      swiftSettings: settings),
    .testTarget(
      name: "TransactionsTests",
      dependencies: [
        "EngineTesting", "Transactions", "Bytecode", "Integers",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Vectors"], swiftSettings: settings),
    .testTarget(
      name: "KeystoreTests",
      dependencies: [
        "EngineTesting", "Keystore", "Transactions", "Bytecode",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .target(
      name: "LedgerTesting",
      dependencies: [
        "EngineTesting", "Ledger", "Chain", "Assembly", "State", "Execution", "Commitment",
        "Transactions", "Verification", "Bytecode", "Integers",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      path: "Tests/LedgerTesting", swiftSettings: settings),
    .executableTarget(
      name: "killrun",
      dependencies: [
        "LedgerTesting", "EngineTesting", "Ledger", "Chain", "Transactions", "Bytecode", "Integers",
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      path: "Tests/KillRun", swiftSettings: settings),
    .executableTarget(
      name: "verifyrun", dependencies: ["LedgerTesting", "EngineTesting", "Ledger", "Chain"],
      path: "Tests/VerifyRun", swiftSettings: settings),
    .testTarget(
      name: "LedgerTests",
      dependencies: [
        "killrun", "LedgerTesting", "EngineTesting", "Fuzzing", "Ledger", "Chain", "Assembly",
        "Execution", "Hosting", "State", "Commitment", "Transactions", "Verification", "Bytecode",
        "Integers", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Vectors"], swiftSettings: settings),
    .testTarget(
      name: "StateTests", dependencies: ["EngineTesting", "State"], swiftSettings: settings),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "EngineTesting", "Execution", "State", "Verification", "Bytecode", "Integers",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ReferenceTests",
      dependencies: [
        "EngineTesting", "Reference", "Execution", "Hosting", "Verification", "Bytecode",
        "Integers", "Assembly",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "EngineTesting", "Assembly", "Execution", "Reference", "Verification", "Bytecode",
        "Integers",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Vectors", "peer"], swiftSettings: settings),
    .testTarget(
      name: "AssemblyTests",
      dependencies: [
        "EngineTesting", "Fuzzing", "Assembly", "Bytecode", "Integers", "Verification",
      ],
      exclude: ["Samples"], swiftSettings: settings),
    .testTarget(
      name: "ContractTests",
      dependencies: [
        "EngineTesting", "Integers", "Bytecode", "Assembly", "Verification", "Hosting", "State",
        "Execution", "Reference", "Transactions", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Fixtures"], swiftSettings: settings),
    .target(
      name: "Fuzzing",
      dependencies: [
        "EngineTesting", "Integers", "Bytecode", "Assembly", "Verification", "Hosting", "Execution",
        "Transactions", "Chain", "Commitment", "State",
      ],
      path: "Tests/Fuzzing", exclude: ["Corpus", "LibFuzzer", "Words.dict"],
      swiftSettings: settings),
    .testTarget(
      name: "FuzzingTests", dependencies: ["Fuzzing"], swiftSettings: settings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "aliquot", "EngineTesting", "Assembly", "Bytecode", "Integers", "Keystore", "Transactions",
        "Verification", "Hosting", "State", "Execution", "Chain", "Ledger",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      exclude: ["Transcripts"], swiftSettings: settings),
  ]
)

// The entry for libFuzzer, which brings `main` along; only `Tests/fuzz` builds it.
if Context.environment["ALIQUOT_FUZZING"] == "1" {
  package.targets.append(
    .executableTarget(
      name: "fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzing/LibFuzzer",
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
