import ArgumentParser

/// The least that must be covered, as the command line says it: `90`, or `lines=90,branches=80.5`.
struct CoverageMinimum: ExpressibleByArgument, Sendable {
  /// Something that can be covered in part.
  enum Subject: String, CaseIterable, Sendable { case lines, branches, functions }

  /// Hundredths of a percent, by what they are of.
  private let least: [(subject: Subject, hundredths: Int)]

  init?(argument: String) {
    var least: [(subject: Subject, hundredths: Int)] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard let number = words.last.flatMap(Self.hundredths), words.count <= 2 else { return nil }
      if words.count == 1 {
        guard argument == part else { return nil }
        least = Subject.allCases.map { ($0, number) }
      } else {
        guard let subject = Subject(rawValue: words[0]),
          !least.contains(where: { $0.subject == subject })
        else { return nil }
        least.append((subject, number))
      }
    }
    self.least = least
  }

  /// Reads a percentage from 0 to 100 with up to two digits behind the point.
  private static func hundredths(_ text: String) -> Int? {
    let parts = (text.hasSuffix("%") ? text.dropLast() : Substring(text))
      .split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ (1...3).contains($0.count) && $0.allSatisfy(\.isDigit) }),
      let whole = Int(parts[0])
    else { return nil }
    var fraction = 0
    if parts.count == 2 {
      guard parts[1].count <= 2, let digits = Int(parts[1]) else { return nil }
      fraction = parts[1].count == 1 ? digits * 10 : digits
    }
    let hundredths = whole * 100 + fraction
    return hundredths <= 10_000 ? hundredths : nil
  }

  /// What is covered less than it must be, in words.
  func shortfalls(of figures: CoverageFigures) -> [String] {
    guard figures.lines.all > 0 else {
      return ["there is no source whose coverage could be enough"]
    }
    return least.compactMap { subject, hundredths in
      let part =
        switch subject {
        case .lines: figures.lines
        case .branches: figures.branches
        case .functions: figures.functions
        }
      guard part.covered * 10_000 < hundredths * part.all else { return nil }
      let wanted = (part.all * hundredths + 9_999) / 10_000
      return "\(part.covered) of \(Words.count(part.all, subject.rawValue, subject.rawValue)) "
        + "are covered (\(part.text)), and at least \(wanted) must be (\(Self.text(hundredths)) %)"
    }
  }

  private static func text(_ hundredths: Int) -> String {
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(whole)" }
    return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
  }
}
