import Assembly
import Bytecode
import Foundation
public import Verification

/// The contracts of the repository, for tests.
public enum ContractFolder {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Contracts")

  /// The module of a contract of the folder.
  public static func module(_ file: String) throws -> VerifiedModule {
    let path = folder.appendingPathComponent(file).path
    return try module(path: path, text: String(contentsOfFile: path, encoding: .utf8))
  }

  /// The module of a source, with libraries from where the path is.
  public static func module(path: String, text: String) throws -> VerifiedModule {
    let assembler = Assembler { path, from in
      let target = URL(
        fileURLWithPath: path, relativeTo: URL(fileURLWithPath: from).deletingLastPathComponent())
      guard let data = try? Data(contentsOf: target) else { return nil }
      return (target.path, Array(data))
    }
    let assembled = assembler.assemble(path: path, text: text)
    guard let artifact = assembled.artifact else {
      throw SourceFailure(
        description: DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))
    }
    return try Verifier.verify(artifact.module)
  }

  /// A source that does not assemble.
  public struct SourceFailure: Error, CustomStringConvertible {
    /// What the assembler says.
    public let description: String
  }
}
