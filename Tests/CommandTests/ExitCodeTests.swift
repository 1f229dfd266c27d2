import Testing

@testable import aliquot

@Suite struct ExitCodeTests {
  /// One run for every way to end.
  private static let table: [(ExitStatus, [String])] = [
    (.success, ["--version"]),
    (.success, ["--help"]),
    (.success, ["check", "Till.alq"]),
    (.success, ["build", "Till.alq", "--out", "built"]),
    (.success, ["fmt", "--check", "Till.alq"]),
    (.success, ["disasm", "Till.alq"]),
    (.success, ["inspect", "Till.alq", "gas"]),
    (.success, ["explain", "exit-codes"]),
    (.success, ["reference"]),
    (.success, ["new", "shop"]),
    (.success, ["run", "Till.alq", "--script", "Steps.run"]),
    (.failure, ["new", "empty"]),
    (.failure, ["inspect", "empty"]),
    (.failure, ["build", "Till.alq", "--out", "Steps.run"]),
    (.diagnostics, ["check", "Broken.alq"]),
    (.diagnostics, ["check", "Garbage.alq"]),
    (.diagnostics, ["build", "Broken.alq"]),
    (.diagnostics, ["fmt", "Garbage.alq"]),
    (.diagnostics, ["disasm", "Garbage.alqm"]),
    (.diagnostics, ["run", "Broken.alq", "f"]),
    (.format, ["fmt", "--check", "Untidy.alq"]),
    (.reverted, ["run", "Till.alq", "--script", "Steps.run", "pay()"]),
    (.outOfGas, ["run", "Till.alq", "spin", "--init", "token=zero_asset", "--gas", "5000"]),
    (.trapped, ["run", "Till.alq", "divide", "a=1", "b=0", "init.token=zero_asset"]),
    (.notFound, ["check", "Missing.alq"]),
    (.notFound, ["check", "empty"]),
    (.notFound, ["explain", "E9999"]),
    (.notFound, ["run", "Till.alq", "pya", "--init", "token=zero_asset"]),
    (.notFound, ["run", "Till.alq", "pay", "--init", "token=USD"]),
    (.usage, ["frobnicate"]),
    (.usage, ["check", "--nonsense"]),
    (.usage, ["explain"]),
    (.usage, ["run", "Till.alq", "divide", "a=one", "b=2", "--init", "token=zero_asset"]),
    (.usage, ["run", "Till.alq", "divide", "a=1", "--init", "token=zero_asset"]),
    (.usage, ["run", "Till.alq", "pay(", "--init", "token=zero_asset"]),
    (.usage, ["run", "Till.alq", "--height", "-1"]),
  ]

  @Test(arguments: table.indices)
  func endsWith(row: Int) throws {
    let (expected, arguments) = Self.table[row]
    let workspace = try Workspace()
    let run = try Tool.run(arguments, in: workspace.path)
    #expect(run.status == expected.rawValue, "\(arguments): \(run.error)\(run.output)")
    if expected == .success {
      #expect(!run.error.contains("error"), "\(arguments): \(run.error)")
    }
  }

  @Test func everyCodeHasARun() {
    #expect(Set(Self.table.map(\.0)) == Set(ExitStatus.allCases))
  }

  @Test func everyCodeIsExplained() throws {
    let run = try Workspace().run("explain", "exit-codes")
    for status in ExitStatus.allCases {
      #expect(run.output.contains(status.meaning))
    }
  }
}
