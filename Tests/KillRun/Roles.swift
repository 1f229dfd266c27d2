import Bytecode
import Chain
import Foundation
import Integers
import Ledger
import LedgerTesting
import Transactions

/// What other processes do to a ledger in the tests of several processes.
enum Roles {
  /// Opens it for writing, and closes it.
  static func touch(_ path: String) throws {
    try Ledger.open(.file(path)).close()
  }

  /// Appends so many transfers of one person, each in a block of its own, and says the heights.
  static func send(_ path: String, by name: String, count: Int) throws {
    let ledger = try Ledger.open(.file(path))
    let key = try AccountKey.development(named: name)
    for nonce in 0..<count {
      let transfer = AssetTransfer(
        asset: LedgerLoad.assets[1], amount: 1, receiver: LedgerLoad.account("r0"))
      let receipt = try ledger.submit(
        key.sign(
          Transaction(
            chain: ledger.chain, sender: key.publicKey, nonce: UInt64(nonce),
            gasLimit: 1_000_000, gasPrice: 1, action: .transfer(transfer))))
      say("\(try ledger.place(of: receipt.transaction).height)")
    }
    try ledger.close()
  }

  /// Reads until the last block has a height, and looks every time whether what it sees is whole.
  static func watch(_ path: String, until height: Int) throws {
    let ledger = try Ledger.open(.file(path), isReadOnly: true)
    var last = -1
    while last < height {
      let snapshot = try ledger.snapshot()
      guard snapshot.height != last else { continue }
      if snapshot.height < last { say("from \(last) back to \(snapshot.height)") }
      last = snapshot.height
      let entries = try LedgerCheck.entries(of: snapshot)
      if try LedgerCheck.root(of: entries) != snapshot.header.stateRoot { say("half of \(last)") }
      let block = try ledger.block(at: last)
      if block?.header != snapshot.header
        || block?.receipts.count != snapshot.header.transactionCount
      {
        say("no block \(last)")
      }
      say("seen \(last)")
    }
  }

  /// Tries to write more and more to files that may not grow beyond so many bytes, and says how that ends;
  /// then they may grow, and it goes on.
  static func fill(_ path: String, limit: Int) throws {
    let ledger = try Ledger.open(.file(path))
    var load = try LedgerLoad(ledger, seed: 1)
    signal(SIGXFSZ, SIG_IGN)
    var room = rlimit()
    getrlimit(resource, &room)
    room.rlim_cur = rlim_t(limit)
    setrlimit(resource, &room)
    var last = try ledger.head()
    for _ in 0..<10_000 {
      let transactions = try load.transactions(5)
      do { _ = try ledger.append(transactions) } catch {
        say("refused \(error)")
        say(try ledger.head() == last ? "nothing lost" : "another head")
        room.rlim_cur = room.rlim_max
        setrlimit(resource, &room)
        say(try ledger.append(transactions).refused.isEmpty ? "went on" : "went wrong")
        break
      }
      last = try ledger.head()
    }
    for problem in try LedgerCheck(ledger).problems { say(problem) }
    try ledger.close()
  }

  /// Says what somebody may do with a ledger who has no rights but to read.
  static func probe(_ path: String) throws {
    // Who is everybody's master is refused nothing.
    if geteuid() == 0, setgid(65_534) != 0 || setuid(65_534) != 0 { say("still the master") }
    func attempt(_ what: String, _ body: () throws -> Void) {
      do {
        try body()
        say("\(what): done")
      } catch let error as LedgerError {
        say("\(what): \(error)")
      } catch { say("\(what): unnamed \(error)") }
    }
    attempt("create") {
      _ = try Ledger.create(LedgerLoad.genesis(), at: .file(path + ".other"))
    }
    attempt("open") { _ = try Ledger.open(.file(path)).append([]) }
    attempt("read") {
      let ledger = try Ledger.open(.file(path), isReadOnly: true)
      for problem in try LedgerCheck(ledger).problems { say(problem) }
      say("head \(try ledger.head().height)")
      attempt("append") { _ = try ledger.append([]) }
      attempt("note") { try ledger.setNote(Note(kind: "a", name: [], bytes: [1])) }
      attempt("mark") { _ = try ledger.markSnapshot("a") }
      attempt("go back") { _ = try ledger.goBack(toHeight: 1) }
    }
  }

  #if canImport(Glibc)
  private static let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
  private static let resource = RLIMIT_FSIZE
  #endif
}
