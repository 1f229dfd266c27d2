import Bytecode
import ArgumentParser
import Assembly

/// Tells what is wrong with sources, and writes no files.
struct Check: AliquotCommand {
  /// How diagnostics are written.
  enum Style: String, CaseIterable, ExpressibleByArgument {
    case text, short, json
  }

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Report errors and warnings of sources, and write nothing.",
    discussion: """
      Diagnostics go to standard error as text or short, one line each; as json, one object per line \
      on standard output. Libraries are checked by the contracts that use them.

      Examples:
        aliquot check
        aliquot check Shop.alq --format short
        aliquot check contracts --json | jq '.diagnostics[].message'
      """)

  @Argument(help: "Sources, or directories of them; the present directory if there are none.")
  var files: [String] = []

  @Option(help: "How diagnostics are written: text, short or json.")
  var format = Style.text

  @OptionGroup var global: GlobalOptions

  func perform() throws -> Outcome {
    var outcome = Outcome(style: format == .short ? .short : .text)
    var results: [JSON] = []
    for path in try ContractLoading.sources(files) {
      let text = try FileSystem.read(path)
      let (name, reports) = SourceCheck.check(path, text)
      outcome.reports += reports
      if reports.contains(where: \.isError) { outcome.status = .diagnostics }
      results.append([
        "file": .string(path), "contract": name.map { .string($0) } ?? .null,
        "errors": .number(reports.count { $0.isError }),
        "warnings": .number(reports.count { !$0.isError }),
      ])
    }
    outcome.result = ["files": .array(results)]
    let errors = outcome.reports.count { $0.isError }
    let warnings = outcome.reports.count - errors
    if format == .json, !global.json {
      outcome.text = outcome.reports.map { $0.json.text + "\n" }.joined()
      outcome.reports = []
    }
    outcome.remarks =
      Self.hints(outcome.reports) + [
        "checked \(Words.count(results.count, "file")): \(Words.count(errors, "error")), "
          + Words.count(warnings, "warning")
      ]
    return outcome
  }
}

extension Check {
  /// Where to read more about the first diagnostic.
  private static func hints(_ reports: [Report]) -> [String] {
    for case .source(let diagnostic, _) in reports {
      return ["`aliquot explain \(diagnostic.code)` tells more"]
    }
    return []
  }
}

/// Checks one source.
enum SourceCheck {
  /// The contract's name if it can be assembled, and everything there is to say.
  static func check(_ path: String, _ text: [UInt8]) -> (name: String?, reports: [Report]) {
    if ContractLoading.isLibrary(text) {
      do { return (nil, try ContractLoading.loadLibrary(path, text).reports) } catch {
        return (nil, error.allReports)
      }
    }
    do {
      let loaded = try ContractLoading.loadSource(path, text)
      return (loaded.code.module.name, loaded.reports)
    } catch {
      return (nil, error.allReports)
    }
  }
}

/// Words in sentences.
enum Words {
  /// A number and what it counts.
  static func count(_ number: Int, _ word: String, _ plural: String? = nil) -> String {
    "\(Numbers.grouped(String(number))) \(number == 1 ? word : plural ?? "\(word)s")"
  }
}
