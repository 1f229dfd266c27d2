public import Bytecode

/// What assembling a source came to.
public struct Assembled: Sendable {
  /// What there is to say about the source, by file and position.
  public var diagnostics: [Diagnostic]
  /// The files that were read; the contract's own is the first.
  public var sources: SourceSet
  /// The contract, if there was no error.
  public var artifact: Artifact?
}

/// A contract as the assembler gives it: the module, and what tools need to speak of its source.
public struct Artifact: Sendable {
  /// The code and the public interface, which are hashed and deployed.
  public var module: Module
  /// Where every instruction comes from.
  public var map: SourceMap
  /// What the source says about its declarations.
  public var documentation: Documentation
}

/// Where the instructions of a module come from, and what its registers are called.
public struct SourceMap: Hashable, Sendable {
  /// A register with a name, over a range of instructions.
  public struct RegisterName: Hashable, Sendable {
    /// The name in the source.
    public var name: String
    /// What the register holds; the kind also tells the bank.
    public var kind: Kind
    /// The register's number in its bank.
    public var register: Int
    /// The first instruction before which it holds the value.
    public var from: Int
    /// The instruction from which on it does no more.
    public var to: Int
  }

  /// What a branching instruction decides in the source.
  ///
  /// The span of the instruction covers the condition, or the statement that decides by itself. What is
  /// constant, and so decides nothing, is not among them.
  public struct Branch: Hashable, Sendable {
    /// What is decided.
    public enum Sort: String, Sendable, CaseIterable {
      /// A condition of `require`, or a part of it.
      case requirement
      /// A condition of `if`, or a part of it.
      case condition
      /// A condition of `while`, or a part of it.
      case loopCondition
      /// Whether the left side of `and` or `or` is true, where they are values.
      case operand
      /// Whether a loop has a first turn.
      case firstTurn
      /// Whether a loop has another turn.
      case nextTurn
      /// Whether the limit of a loop forbids its first turn.
      case emptyLimit
      /// Whether the limit of a loop has been reached.
      case limit
      /// Whether what was tried succeeded.
      case attempt
      /// Whether an instruction of a body of instructions jumps.
      case jump
    }

    /// The index of the instruction.
    public var instruction: Int
    /// What it decides.
    public var sort: Sort
    /// Whether it goes to its target where the condition holds, and otherwise to the next instruction.
    public var holdsAtTarget: Bool
  }

  /// The map of one function.
  public struct Function: Hashable, Sendable {
    /// The name: that of the export, hook or function, or the title of the invariant.
    public var name: String
    /// Where the name stands in the source.
    public var declaration: Span
    /// Where each instruction comes from.
    public var spans: [Span]
    /// The named registers, by their first instruction.
    public var registers: [RegisterName]
    /// What its branching instructions decide, in the order of the instructions.
    public var branches: [Branch]

    /// The name of a register before an instruction.
    public func name(of register: Int, in bank: Bank, at instruction: Int) -> String? {
      registers.last {
        $0.register == register && $0.kind.bank == bank && $0.from <= instruction
          && instruction < $0.to
      }?.name
    }
  }

  /// The paths of the files that spans refer to.
  public var files: [String]
  /// The functions, in the order of the module.
  public var functions: [Function]
}

/// The `;;` comments of a contract, by what they belong to.
public struct Documentation: Hashable, Sendable {
  /// What stands under the heading.
  public private(set) var contract: [String] = []
  private var lines: [String: [String]] = [:]

  /// The lines about a declaration.
  ///
  /// - Parameters:
  ///   - sort: The word that declares it: `export`, `view`, `init`, `hook`, `fn`, `field`, `event`,
  ///     `error`, `message`, `class`, `enum`, `record`, `const`, `interface` or `invariant`.
  ///   - name: Its name in the module, or the title of an invariant.
  /// - Returns: The lines without their semicolons; none if there is no documentation.
  public func lines(of sort: String, _ name: String) -> [String] {
    lines["\(sort) \(name)"] ?? []
  }

  /// Everything that is documented: sort and name, such as `export claim`, in alphabetical order.
  public var subjects: [String] { lines.keys.sorted() }

  mutating func describe(contract lines: [String]) { contract = lines }

  mutating func add(_ text: [String], to sort: String, _ name: String) {
    if !text.isEmpty { lines["\(sort) \(name)"] = text }
  }
}
