import Bytecode
import Foundation
import Keystore
import Testing
import Transactions

/// The commands about keys, run as processes.
@Suite struct AccountTests {
  private static let passphrase = "correct horse battery staple"

  /// A workspace with passphrase files, and keys that are cheap to open.
  private func workspace(accounts: String...) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("right.txt", Self.passphrase + "\n")
    try workspace.write("other.txt", "another one")
    for (index, name) in accounts.enumerated() {
      _ = try workspace.store().create(
        name, scheme: index % 2 == 0 ? .ed25519 : .p256, passphrase: Passphrase(Self.passphrase))
    }
    return workspace
  }

  @Test(arguments: [("ed25519", AccountScheme.ed25519), ("p256", .p256)])
  func makesAnAccount(keyword: String, scheme: AccountScheme) throws {
    let workspace = try workspace()
    let run = try workspace.run(
      "account", "new", "dana", "--scheme", keyword, "--keys", "keys", "--passphrase-file",
      "right.txt", "--json")
    #expect(run.status == 0, "\(run.error)")
    let result = try #require(try run.document()["result"] as? [String: Any])
    // The line break at the end of the file is no part of the passphrase.
    let key = try Keystore(directory: workspace.path + "/keys").key(
      named: "dana", passphrase: Passphrase(Self.passphrase))
    #expect(key.publicKey.scheme == scheme)
    #expect(result["address"] as? String == "0x\(key.address)")
    #expect(result["publicKey"] as? String == "0x" + Hexadecimal.encode(key.publicKey.bytes))
    #expect(result["scheme"] as? String == keyword)
    #expect(result["file"] as? String == "keys/dana.key")
    for (path, mode) in [("keys", 0o700), ("keys/dana.key", 0o600)] {
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(workspace.path)/\(path)")
      #expect(attributes[.posixPermissions] as? Int == mode)
    }
    #expect(workspace.read("keys/dana.key").contains("\"n\": 131072"))
  }

  @Test func makesNoAccountTwice() throws {
    let workspace = try workspace(accounts: "dana")
    let before = workspace.read("keys/dana.key")
    for arguments in [
      ["new", "dana"], ["import", "dana", "--document", "keys/dana.key"],
      ["import", "dana", "--seed-file", "right.txt"],
    ] {
      let run = try Tool.run(
        ["account"] + arguments + ["--keys", "keys", "--passphrase-file", "right.txt"],
        in: workspace.path)
      #expect(run.status == 1 && run.error.contains("already") && run.output.isEmpty)
    }
    let export = try workspace.run(
      "account", "export", "dana", "--keys", "keys", "--document", "right.txt")
    #expect(export.status == 1 && export.error.contains("nothing is overwritten"))
    #expect(workspace.read("right.txt") == Self.passphrase + "\n")
    #expect(workspace.read("keys/dana.key") == before)
  }

  @Test func oneOfTwoProcessesWins() async throws {
    let workspace = try workspace()
    let path = workspace.path
    let arguments = [
      "account", "new", "dana", "--keys", "keys", "--passphrase-file", "right.txt",
    ]
    let runs = try await withThrowingTaskGroup(of: Tool.Run.self) { group in
      for _ in 0..<2 { group.addTask { try Tool.run(arguments, in: path) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(runs.map(\.status).sorted() == [0, 1])
    let winner = try #require(runs.first { $0.status == 0 })
    let account = try workspace.store().account(named: "dana")
    #expect(winner.output.contains("0x\(account.address)"))
    #expect(runs.contains { $0.error.contains("there is an account \"dana\" already") })
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path + "/keys") == ["dana.key"])
  }

  // MARK: - Where things are

  @Test func findsTheDirectory() throws {
    let workspace = try workspace(accounts: "dana")
    let store = Keystore(directory: workspace.path + "/home/.aliquot/keys")
    _ = try store.importDocument(
      workspace.store().exportDocument(ofAccountNamed: "dana"), from: "x", as: "homer",
      documentPassphrase: Passphrase(Self.passphrase))
    func names(_ arguments: [String], _ environment: [String: String]) throws -> [String] {
      let run = try Tool.run(
        ["account", "list", "--json"] + arguments, in: workspace.path, environment: environment)
      let result = try run.document()["result"] as? [String: Any]
      return (result?["accounts"] as? [[String: Any]] ?? [])
        .filter { $0["isDevelopment"] as? Bool == false }.compactMap { $0["name"] as? String }
    }
    let home = workspace.path + "/home"
    #expect(try names([], ["HOME": home]) == ["homer"])
    #expect(try names([], ["HOME": home, "ALIQUOT_KEYS": "keys"]) == ["dana"])
    #expect(try names(["--keys", "none"], ["HOME": home, "ALIQUOT_KEYS": "keys"]) == [])
    #expect(try names(["--keys", "keys"], [:]) == ["dana"])
    let run = try workspace.run("account", "list")
    #expect(run.status == 64 && run.error.contains("give --keys DIR"))
  }

  @Test func findsThePassphrase() throws {
    let workspace = try workspace(accounts: "dana")
    func run(
      _ arguments: [String], _ file: String?, input: String? = nil
    ) throws -> Tool.Run {
      try Tool.run(
        ["account", "export", "dana", "--secret", "--keys", "keys"] + arguments,
        in: workspace.path, input: input,
        environment: file.map { ["ALIQUOT_PASSPHRASE_FILE": $0] } ?? [:])
    }
    let secret = try run(["--passphrase-file", "right.txt"], nil).output
    let key = try workspace.store().key(named: "dana", passphrase: Passphrase(Self.passphrase))
    #expect(secret == Hexadecimal.encode(key.seed) + "\n")
    #expect(try run([], "right.txt").output == secret)
    #expect(try run(["--passphrase-file", "right.txt"], "other.txt").output == secret)
    for input in [Self.passphrase, Self.passphrase + "\n", Self.passphrase + "\r\n"] {
      #expect(try run(["--passphrase-file", "-"], nil, input: input).output == secret)
    }
    for (arguments, file, input, status, message) in [
      (["--passphrase-file", "other.txt"], nil, nil, 1, "or the file is damaged"),
      ([], "other.txt", nil, 1, "or the file is damaged"),
      (["--no-passphrase"], "right.txt", nil, 1, "or the file is damaged"),
      (["--passphrase-file", "-"], nil, Self.passphrase + " ", 1, "or the file is damaged"),
      ([], nil, Self.passphrase, 64, "give --passphrase-file FILE"),
      (["--passphrase-file", "none"], nil, nil, 40, "there is no file \"none\""),
      (["--passphrase-file", "keys"], nil, nil, 1, "is a directory"),
      (["--passphrase-file", "Till.alq"], nil, nil, 64, "more than one line"),
      (["--passphrase-file", "-"], nil, "", 64, "--no-passphrase"),
      (["--passphrase-file", "-"], nil, "\n", 64, "--no-passphrase"),
      (["--passphrase-file", "-"], nil, String(repeating: "x", count: 2000), 64, "2000 bytes"),
      (["--passphrase-file", "right.txt", "--no-passphrase"], nil, nil, 64, "not both"),
    ] as [([String], String?, String?, Int32, String)] {
      let run = try run(arguments, file, input: input)
      #expect(run.status == status && run.error.contains(message), "\(run)")
      #expect(run.output.isEmpty)
    }
  }

  // MARK: - List

  @Test func listsWhatIsThere() throws {
    let workspace = try workspace(accounts: "dana", "ops", "zoe")
    try workspace.write("keys/torn.key", String(workspace.read("keys/dana.key").prefix(200)))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o644], ofItemAtPath: workspace.path + "/keys/zoe.key")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o600], ofItemAtPath: workspace.path + "/keys/torn.key")
    let run = try workspace.run("account", "list", "--keys", "keys")
    #expect(run.status == 1)
    #expect(run.error.contains("\"keys/torn.key\" is not the file of a key"))
    #expect(run.error.contains("chmod 600 \"keys/zoe.key\""))
    let store = try workspace.store()
    for name in ["dana", "ops"] {
      let account = try store.account(named: name)
      let line = run.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      #expect(line?.contains("0x\(account.address)") == true)
      #expect(line?.contains(account.scheme.keyword) == true)
      #expect(line?.contains("everybody") == false)
    }
    for name in AccountKey.developmentNames {
      let line = run.output.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
      #expect(line?.contains("0x\(Identifier.developmentAccount(named: name))") == true)
      #expect(line?.hasSuffix("everybody knows the key") == true)
    }
  }

  // MARK: - Import and export

  @Test func aDocumentGoesAround() throws {
    let workspace = try workspace(accounts: "dana", "ops")
    for name in ["dana", "ops"] {
      let account = try workspace.store().account(named: name)
      let shown = try workspace.run("account", "export", name, "--keys", "keys")
      #expect(shown.status == 0 && shown.output == workspace.read("keys/\(name).key"))
      let written = try workspace.run(
        "account", "export", name, "--keys", "keys", "--document", "\(name).json")
      #expect(written.output == "\(name).json\n")
      #expect(workspace.read("\(name).json") == shown.output)
      let attributes = try FileManager.default.attributesOfItem(
        atPath: "\(workspace.path)/\(name).json")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      let taken = try workspace.run(
        "account", "import", "\(name)2", "--keys", "away", "--document", "-",
        "--passphrase-file", "right.txt", input: shown.output)
      #expect(taken.status == 0 && taken.output.contains("0x\(account.address)"))
      let away = try Keystore(directory: workspace.path + "/away").account(named: "\(name)2")
      #expect(away.publicKey == account.publicKey)
    }
    let refused = try workspace.run(
      "account", "import", "erna", "--keys", "away", "--document", "dana.json",
      "--passphrase-file", "other.txt")
    #expect(refused.status == 1 && refused.error.contains("does not open \"dana.json\""))
  }

  @Test func aDocumentMayHaveItsOwnPassphrase() throws {
    let workspace = try workspace(accounts: "dana")
    let run = try workspace.run(
      "account", "export", "dana", "--keys", "keys", "--passphrase-file", "right.txt",
      "--new-passphrase-file", "other.txt")
    #expect(run.status == 0, "\(run.error)")
    let away = try Keystore(
      directory: workspace.path + "/away", cost: #require(ScryptCost(n: 2, r: 1, p: 1)))
    let account = try away.importDocument(
      Array(run.output.utf8), from: "x", as: "dana", documentPassphrase: Passphrase("another one"))
    #expect(try account.address == workspace.store().account(named: "dana").address)
  }

  @Test func aSecretGoesAround() throws {
    let workspace = try workspace(accounts: "dana", "ops")
    for (name, scheme) in [("dana", "ed25519"), ("ops", "p256")] {
      let secret = try workspace.run(
        "account", "export", name, "--secret", "--keys", "keys", "--passphrase-file", "right.txt")
      #expect(secret.status == 0 && secret.output.utf8.count == 65)
      let taken = try workspace.run(
        "account", "import", name, "--seed-file", "-", "--scheme", scheme, "--keys", "away",
        "--no-passphrase", input: secret.output)
      #expect(taken.status == 0, "\(taken.error)")
      let account = try workspace.store().account(named: name)
      #expect(taken.output.contains("0x\(account.address)"))
      let key = try Keystore(directory: workspace.path + "/away").key(
        named: name, passphrase: .empty)
      #expect(Hexadecimal.encode(key.seed) + "\n" == secret.output)
    }
  }

  @Test func refusesWhatIsNoSecret() throws {
    let workspace = try workspace()
    let alice = Hexadecimal.encode(try AccountKey.development(named: "alice").seed)
    let cases: [(secret: String, message: String)] = [
      ("", "there is no secret in standard input"), ("00", "there is no secret"),
      (String(repeating: "5e", count: 31) + "xx", "there is no secret"),
      (String(repeating: "5e", count: 33), "there is no secret"),
      (String(repeating: "00", count: 32), "is no key of P-256"),
      (String(repeating: "ff", count: 32), "is no key of P-256"),
      ("0x" + alice, "the key of the development account \"alice\""),
    ]
    for (secret, message) in cases {
      let run = try workspace.run(
        "account", "import", "dana", "--seed-file", "-", "--scheme", "p256", "--keys", "keys",
        "--passphrase-file", "right.txt", input: secret)
      #expect(run.status == 64 && run.error.contains(message), "\(run)")
      #expect(!run.error.contains("5e5e"))
    }
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/keys"))
  }

  @Test(arguments: [
    ["import", "dana"], ["import", "dana", "--seed-file", "x", "--document", "y"],
    ["import", "dana", "--document", "y", "--scheme", "p256"],
    ["import", "dana", "--document", "-", "--passphrase-file", "-"],
    ["import", "dana", "--seed-file", "-", "--passphrase-file", "-"],
    ["export", "dana", "--secret", "--document", "x"],
    ["export", "dana", "--secret", "--new-passphrase"],
    ["export", "dana", "--new-passphrase", "--new-passphrase-file", "x"],
    ["export", "dana", "--new-passphrase-file", "-", "--passphrase-file", "-"],
    ["new", "dana", "--scheme", "development"], ["new", "a/b"], ["new", "42"],
  ])
  func refusesWhatDoesNotGoTogether(arguments: [String]) throws {
    let workspace = try workspace()
    let run = try Tool.run(["account"] + arguments + ["--keys", "keys"], in: workspace.path)
    #expect(run.status == 64 && run.output.isEmpty, "\(run)")
    #expect(!FileManager.default.fileExists(atPath: workspace.path + "/keys"))
  }

  @Test func keepsSecretsToItself() throws {
    let workspace = try workspace(accounts: "dana")
    let key = try workspace.store().key(named: "dana", passphrase: Passphrase(Self.passphrase))
    let secret = Hexadecimal.encode(key.seed)
    try workspace.write("seed.txt", secret)
    let opening = ["--keys", "keys", "--passphrase-file", "right.txt"]
    let commands = [
      ["list", "--keys", "keys"], ["export", "dana"] + opening, ["new", "erna"] + opening,
      ["import", "fritz", "--seed-file", "seed.txt"] + opening,
      ["import", "dana", "--seed-file", "seed.txt"] + opening,
      ["import", "gerd", "--document", "seed.txt"] + opening,
      ["import", "gerd", "--document", "keys/dana.key"] + opening,
      ["export", "dana", "--secret", "--keys", "keys", "--passphrase-file", "other.txt"],
      ["export", "dana", "--secret", "--keys", "keys", "--passphrase-file", "seed.txt"],
    ]
    for command in commands {
      for flags in [["-v"], ["--json"]] {
        let run = try Tool.run(["account"] + command + flags, in: workspace.path)
        let said = (run.output + run.error).lowercased()
        #expect(!said.contains(secret.prefix(16)) && !said.contains("horse"), "\(command)")
      }
    }
  }

  @Test func refusesAHostileDocument() throws {
    let workspace = try workspace(accounts: "dana")
    let text = workspace.read("keys/dana.key")
    let hostile = [
      text.replacingOccurrences(of: "\"n\": 2", with: "\"n\": 1099511627776"),
      text.replacingOccurrences(of: "\"p\": 1", with: "\"p\": 1000000000"),
      String(repeating: "[", count: 10_000), String(repeating: " ", count: 1 << 20),
    ]
    for document in hostile {
      let run = try workspace.run(
        "account", "import", "erna", "--document", "-", "--keys", "away", "--passphrase-file",
        "right.txt", input: document)
      #expect(run.status == 1 && run.error.contains("is not the file of a key"), "\(run)")
    }
  }
}

extension Workspace {
  /// The store of the directory `keys`, with passphrases that are cheap to try.
  func store() throws -> Keystore {
    Keystore(directory: path + "/keys", cost: try #require(ScryptCost(n: 2, r: 1, p: 1)))
  }
}
