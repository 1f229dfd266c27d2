import Bytecode
import Keystore
import Testing
import Transactions

@testable import aliquot

/// From a name to who signs.
@Suite struct SignerTests {
  private func signers(
    _ workspace: Workspace, passphrase: String = "right.txt"
  ) throws -> Signers {
    try workspace.write("right.txt", "horse")
    try workspace.write("wrong.txt", "zebra")
    return Signers(
      directory: KeyDirectory(path: workspace.path + "/keys"),
      passphrase: PassphraseSource(file: "\(workspace.path)/\(passphrase)"))
  }

  private func failure(_ work: () throws -> Void) -> CommandFailure? {
    do {
      try work()
      return nil
    } catch { return error as? CommandFailure }
  }

  @Test func developmentAccountsNeedNoStore() throws {
    let workspace = try Workspace()
    // Neither the directory nor the passphrase is there.
    let signers = Signers(
      directory: KeyDirectory(path: "/dev/null/keys"),
      passphrase: PassphraseSource(file: workspace.path + "/none"))
    for name in AccountKey.developmentNames {
      let signer = try signers.named(name)
      #expect(signer.name == name && signer.isDevelopment)
      #expect(signer.key.address == .developmentAccount(named: name))
      #expect(try signers.address(named: name) == signer.key.address)
    }
  }

  @Test func otherAccountsComeFromTheStore() throws {
    let workspace = try Workspace()
    let account = try workspace.store().create("dana", passphrase: Passphrase("horse"))
    let signers = try signers(workspace)
    let signer = try signers.named("dana")
    #expect(signer.name == "dana" && !signer.isDevelopment)
    #expect(signer.key.publicKey == account.publicKey)
    let wrong = try self.signers(workspace, passphrase: "wrong.txt")
    #expect(failure { _ = try wrong.named("dana") }?.status == .failure)
    #expect(try wrong.address(named: "dana") == account.address)
  }

  @Test func aNameThatIsNotThereIsToldFirst() throws {
    let workspace = try Workspace()
    _ = try workspace.store().create("dana", passphrase: Passphrase("horse"))
    // The file of the passphrase is not there either, and nobody comes to ask for it.
    let signers = try signers(workspace, passphrase: "none")
    for (name, help) in [
      ("dena", "did you mean \"dana\"?"), ("alicia", "did you mean \"alice\"?"),
    ] {
      let error = failure { _ = try signers.named(name) }
      #expect(error?.status == .notFound && error?.help == help)
      #expect(error?.message == "there is no account \"\(name)\"")
    }
    #expect(failure { _ = try signers.named("../dana") }?.status == .usage)
    #expect(failure { _ = try signers.named("Alice") }?.status == .usage)
  }
}
