#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Why a key store does not do what it was asked.
///
/// No case holds a secret.
public enum KeystoreError: Error, Hashable, Sendable {
  /// What is wrong with a name.
  public enum NameProblem: Hashable, Sendable {
    /// It has no letters.
    case empty
    /// It has more bytes than a name may have.
    case tooLong(byteCount: Int)
    /// A letter is none of those of names.
    case letter
    /// It begins with a point or a hyphen.
    case start
    /// It is a number.
    case number
    /// It would be read as an address.
    case address
  }

  /// There is no account of this name; these there are.
  case noSuchAccount(String, directory: String, candidates: [String])
  /// There is an account of this name, whose file this is.
  case accountExists(String, path: String)
  /// There is a file already where one is to be made.
  case fileExists(path: String)
  /// No account can have this name.
  case unusableName(String, NameProblem)
  /// The name is that of a development account, or differs from it by its capitals only.
  case developmentName(String, String)
  /// The key is that of a development account, which everybody knows; its name, if it is one of a name.
  case developmentKey(String?)
  /// There is no passphrase.
  case emptyPassphrase
  /// The passphrase has more bytes than one may have.
  case passphraseTooLong(byteCount: Int)
  /// The passphrase holds a zero byte.
  case passphraseWithZero
  /// The passphrase does not open the file, or the file is damaged: nobody can tell which.
  case wrongPassphrase(path: String)
  /// The file is not one of a key: why.
  case malformed(path: String, String)
  /// The file is of a later version than this one.
  case newerVersion(path: String, Int)
  /// Others than the owner may read the file, or write to the directory.
  case tooOpen(path: String, mode: UInt32, isDirectory: Bool)
  /// The memory that scrypt needs is not there.
  case outOfMemory(byteCount: Int)
  /// The system refuses: what was tried, and the number of its error.
  case system(path: String, operation: String, code: Int32)
}

extension KeystoreError: CustomStringConvertible {
  /// What is wrong and what to do about it, on one line.
  public var description: String { advice.map { "\(message); \($0)" } ?? message }

  /// What is wrong, and where.
  public var message: String {
    switch self {
    case .noSuchAccount(let name, let directory, _):
      "there is no account \(Self.quoted(name)) in \(Self.quoted(directory))"
    case .accountExists(let name, let path):
      "there is an account \(Self.quoted(name)) already, in \(Self.quoted(path))"
    case .fileExists(let path):
      "\(Self.quoted(path)) is there already, and nothing is overwritten"
    case .unusableName(let name, let problem):
      "\(Self.quoted(name)) cannot be the name of an account: it \(problem)"
    case .developmentName(let name, let known):
      name == known
        ? "\(Self.quoted(name)) is a development account, whose key everybody knows"
        : "\(Self.quoted(name)) would be mistaken for the development account \(Self.quoted(known))"
    case .developmentKey(let name):
      "this is the key of "
        + (name.map { "the development account \(Self.quoted($0))" } ?? "a development account")
        + ", which everybody knows"
    case .emptyPassphrase:
      "the passphrase is empty, so that whoever reads the file would have the key"
    case .passphraseTooLong(let count):
      "the passphrase has \(count) bytes, above the limit of \(Passphrase.lengthMax)"
    case .passphraseWithZero:
      "the passphrase holds a zero byte"
    case .wrongPassphrase(let path):
      "the passphrase does not open \(Self.quoted(path)), or the file is damaged"
    case .malformed(let path, let reason):
      "\(Self.quoted(path)) is not the file of a key: \(reason)"
    case .newerVersion(let path, let version):
      "\(Self.quoted(path)) has version \(version), and this program knows version "
        + "\(KeyDocument.version)"
    case .tooOpen(let path, let mode, let isDirectory):
      "others may \(isDirectory ? "write to the directory" : "read or write") \(Self.quoted(path)) "
        + "(mode \(String(mode, radix: 8)))"
    case .outOfMemory(let count):
      "scrypt needs \(max(1, count >> 20)) MiB of memory, which are not there"
    case .system(let path, let operation, let code):
      "\(Self.quoted(path)) cannot be \(operation): \(String(cString: strerror(code)))"
    }
  }

  /// What to do about it, if there is anything.
  public var advice: String? {
    switch self {
    case .noSuchAccount(_, _, let candidates):
      candidates.isEmpty
        ? "there is none at all"
        : "there are: \(candidates.prefix(16).joined(separator: ", "))"
          + (candidates.count > 16 ? ", …" : "")
    case .accountExists: "choose another name"
    case .developmentName: "it needs no file: choose another name for a key of your own"
    case .fileExists: "choose another name, or move it away"
    case .unusableName:
      "a name has up to \(AccountName.lengthMax) letters of a-z, A-Z, 0-9, _, - and ."
    case .developmentKey, .emptyPassphrase, .passphraseTooLong, .passphraseWithZero: nil
    case .wrongPassphrase:
      "nothing but the passphrase opens it: try again, or take a copy of the file"
    case .malformed: "take a copy of the file, if there is one"
    case .newerVersion: "use the program that wrote it, or a later one"
    case .tooOpen(let path, _, let isDirectory):
      "chmod \(isDirectory ? "700" : "600") \(Self.quoted(path))"
    case .outOfMemory: "end other programs"
    case .system: nil
    }
  }

  /// A text between quotation marks, with nothing in it that moves the cursor.
  private static func quoted(_ text: String) -> String { text.debugDescription }
}

extension KeystoreError.NameProblem: CustomStringConvertible {
  /// What is wrong, as the end of a sentence.
  public var description: String {
    switch self {
    case .empty: "is empty"
    case .tooLong(let count): "has \(count) bytes"
    case .letter: "has other letters than those of names"
    case .start: "begins with a point or a hyphen"
    case .number: "is a number"
    case .address: "would be read as an address"
    }
  }
}
