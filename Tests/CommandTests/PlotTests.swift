import Foundation
import Integers
import Testing

@testable import aliquot

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What scenarios plot: what is sampled when, and how it is written and drawn.
@Suite struct PlotTests {
  /// A meter that counts the seconds, up to a thousand, and what it sold.
  static let meter = """
    contract Meter

    state
        rate   int
        since  int
        sold   int

    error NotRunning ()

    export start (rate int)
        @rate = rate
        @since = time
    end

    export buy (count int) -> (all int)
        require @rate > 0 else NotRunning()
        @sold = @sold + count
        return @sold
    end

    view due () -> (n int)
        require @rate > 0 else NotRunning()
        return min(1_000, @rate * (time - @since))
    end

    """

  static let head = """
    use "Meter.alq"
    actors alice, bob
    asset USD decimals 6, 1_000 USD to alice

    setup
        meter = deploy Meter()


    """

  private func workspace(_ body: String) throws -> Workspace {
    let workspace = try Workspace()
    try workspace.write("Meter.alq", Self.meter)
    try workspace.write("Meter.scn", Self.head + body)
    return workspace
  }

  private func files(_ workspace: Workspace, _ directory: String = "out") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(workspace.path)/\(directory)").sorted()
  }

  // MARK: - Samples

  @Test func samplesBlocksAndWhatTimeChanges() throws {
    let workspace = try workspace(
      """
      scenario "a meter"
          plot "all" due: meter.due(), meter.sold, "sold twice": 2 * meter.sold
          alice: meter.start(1)
          warp 500 seconds
          block
              alice: meter.buy(3)
              bob: meter.buy(4)
          end
          warp 200 seconds

      """)
    let run = try workspace.run("test", "Meter.scn", "--plot", "out")
    #expect(run.status == 0, "\(run.output)")
    // Before it starts the meter has no value; then it goes on by itself, and sales are steps.
    #expect(
      workspace.read("out/Meter.a-meter.all.csv") == """
        time (s),height,due,meter.sold,sold twice\r
        10,2,,0,0\r
        10,2,0,0,0\r
        520,4,510,0,0\r
        520,4,510,7,14\r
        730,6,720,7,14\r

        """)
  }

  @Test func findsWhereALineBends() throws {
    let workspace = try workspace(
      """
      scenario "a bend"
          alice: meter.start(2)
          plot "due" meter.due()
          warp 5_000 seconds

      """)
    #expect(try workspace.run("test", "Meter.scn", "--plot", "out").status == 0)
    let rows = workspace.read("out/Meter.a-bend.due.csv").split(separator: "\r\n").dropFirst()
    let points = rows.map { $0.split(separator: ",").map { Int($0) ?? -1 } }
    for (first, second) in zip(points, points.dropFirst()) {
      // A straight line between neighbours is near what the view says in the middle.
      let middle = (first[0] + second[0]) / 2
      let said = min(1_000, 2 * (middle - 10))
      #expect(abs((first[2] + second[2]) / 2 - said) <= 40)
    }
    #expect(points.count < 12)
  }

  @Test func writesAmountsWithAllDecimals() throws {
    let workspace = try workspace(
      """
      scenario "money"
          plot "balances" balance(USD, alice), "b, \\"bob\\"": balance(USD, bob)
          plot "said" supply(USD) - 10^15, 10^40 * balance(USD, bob) in USD
          plot "index" balance(USD, bob) in "USD per share" decimals 12
          plot "numbers" balance(USD, bob), 5
          alice: send 0.000_001 USD to bob

      """)
    #expect(try workspace.run("test", "Meter.scn", "--plot", "out").status == 0)
    func last(_ plot: String) -> [String] {
      let rows = workspace.read("out/Meter.money.\(plot).csv").components(separatedBy: "\r\n")
      return [rows[0], rows[rows.count - 2]]
    }
    #expect(
      last("balances") == [
        "time (s),height,\"balance(USD, alice) (USD)\",\"b, \"\"bob\"\" (USD)\"",
        "20,3,999.999999,0.000001",
      ])
    #expect(
      last("said") == [
        "time (s),height,supply(USD) - 10^15 (USD),\"10^40 * balance(USD, bob) (USD)\"",
        "20,3,-999999000.000000,10000000000000000000000000000000000.000000",
      ])
    #expect(last("index")[1] == "20,3,0.000000000001")
    #expect(last("numbers") == ["time (s),height,\"balance(USD, bob)\",5", "20,3,1,5"])
  }

  // MARK: - Drawing

  @Test func drawsWellFormedPictures() throws {
    let workspace = try workspace(
      """
      scenario "<big> & \\"odd\\""
          let n = 0
          plot "huge" 7 * 10^4000 * n, 10^4000 * n * n
          plot "edge" 2^16383 * n - 2^16382, 0 - 2^16383
          plot "near" 10^4000 + n
          plot "flat" 0, 0
          plot "nobody & <nothing>" n in "a < b & c"
          for i in 1..5
              let n = i
              alice: send 1 USD to bob
              warp 9 days
          end

      """)
    #expect(try workspace.run("test", "Meter.scn", "--plot", "out").status == 0)
    let names = try files(workspace)
    #expect(names.count == 10)
    for name in names where name.hasSuffix(".svg") {
      let data = Data(workspace.read("out/\(name)").utf8)
      let parser = XMLParser(data: data)
      #expect(parser.parse(), "\(name): \(String(describing: parser.parserError))")
    }
    let huge = workspace.read("out/Meter.big-odd.huge.svg")
    #expect(huge.contains("10³⁹⁹⁹"))
    #expect(huge.contains(">400<"))
    #expect(workspace.read("out/Meter.big-odd.near.svg").contains("counted from 10"))
    #expect(!workspace.read("out/Meter.big-odd.nobody-nothing.svg").contains("a < b"))
  }

  @Test(arguments: [
    ("0", "100", 0, ["0", "20", "40", "60", "80", "100"]),
    ("0", "1", 0, ["0", "1"]), ("3", "3", 0, ["0", "1", "2", "3"]),
    ("0", "0", 2, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ("-7", "12", 0, ["−10", "−5", "0", "5", "10", "15"]),
    ("95", "100", 0, ["95", "96", "97", "98", "99", "100"]),
    ("60", "100", 0, ["60", "70", "80", "90", "100"]),
    ("0", "30000000000000", 6, ["0", "5", "10", "15", "20", "25", "30"]),
    ("1000000000000000", "1000000000000003", 0, ["0", "+1", "+2", "+3"]),
    ("0", "7", 18, ["0", "2", "4", "6", "8"]),
  ])
  func ticksAreRound(low: String, high: String, decimals: Int, labels: [String]) throws {
    let axis = ValueAxis(
      from: try #require(Integer(decimal: low)), to: try #require(Integer(decimal: high)),
      in: Plot.Unit(name: "USD", decimals: decimals))
    #expect(axis.ticks.map(axis.label) == labels)
    #expect(axis.ticks.first == axis.low && axis.ticks.last == axis.high)
  }

  /// Places are those of exact arithmetic, whatever the size of the integers.
  @Test(arguments: [0, 30, 100, 1_000, 16_300]) func placesAreExact(bits: Int) throws {
    let unit = try Integer(2).power(Integer(bits))
    let axis = ValueAxis(from: 0, to: try unit.multiplied(by: 1_000), in: Plot.Unit())
    for part in stride(from: 0, through: 1_000, by: 50) {
      let value = try unit.multiplied(by: Integer(part))
      let exact = try value.multiplied(by: 3_400).divided(by: axis.high, rounding: .floor)
      let place = axis.place(value, of: 3_400)
      #expect(abs(place - (exact.asInt ?? -9)) <= 1)
    }
  }

  @Test(arguments: [
    (60, "seconds"), (3_600, "minutes"), (86_400, "hours"), (30 * 86_400, "days"),
    (40 * 365 * 86_400, "days"),
  ])
  func timeHasAUnitThatFits(length: Int, unit: String) {
    let start = ScenarioScope.startTime
    let axis = TimeAxis(from: start, to: start + length)
    #expect(axis.title == "\(unit) since the first block")
    #expect((2...11).contains(axis.ticks.count))
    let late = TimeAxis(from: start + 100 * length, to: start + 101 * length)
    #expect(late.title.hasPrefix("\(unit) since ") && late.title.hasSuffix(" UTC"))
    #expect(late.label(late.ticks[0]) == "0")
  }

  @Test func pathsKeepWhatCanBeSeen() {
    let steps = PlotPath([(0, 0), (5, 0), (10, 0), (10, 7), (10, 20), (10, 20), (15, 25)])
    #expect(steps.text == "M0 0H1V2L1.5 2.5")
    let comb = PlotPath((0..<9_999).map { (x: $0 / 1_000, y: $0 % 1_000) })
    #expect(comb.text.count < 400)
  }

  // MARK: - Files

  @Test func namesAreSafeUniqueAndStable() throws {
    let body = """
      scenario "../../etc/passwd"
          plot "a/b: c*?" 1
          plot "a b c" 2
          plot "Ärger" 3

      scenario "Same"
          cases n
              1
              2
          plot "p" n

      scenario "same"
          plot "P" 1

      """
    let workspace = try workspace(body)
    try FileManager.default.createDirectory(
      atPath: workspace.path + "/below", withIntermediateDirectories: true)
    try workspace.write("below/Meter.alq", Self.meter)
    try workspace.write("below/Meter.scn", Self.head + body)
    #expect(try workspace.run("test", "Meter.scn", "--plot", "out").status == 0)
    let names = try files(workspace).filter { $0.hasSuffix(".svg") }
    #expect(
      names == [
        "Meter.Same-case-1.p.svg", "Meter.Same-case-2.p.svg",
        "Meter.etc-passwd.a-b-c-2.svg", "Meter.etc-passwd.a-b-c.svg",
        "Meter.etc-passwd.rger.svg", "Meter.same.P.svg",
      ])
    // Whatever else runs, a chart has its name.
    let alone = try workspace.run("test", "Meter.scn", "--filter", "ame", "--plot", "alone")
    #expect(alone.status == 0)
    #expect(try files(workspace, "alone").allSatisfy { try files(workspace).contains($0) })
    // Two suites of one name are told apart by their directories.
    #expect(try workspace.run("test", "Meter.scn", "below", "--plot", "both").status == 0)
    let both = try files(workspace, "both")
    #expect(both.count == 24)
    #expect(both.contains("below-Meter.same.P.csv") && both.contains("Meter.same.P.csv"))
  }

  @Test func isTheSameWhateverTheWorkers() throws {
    let scenarios = (1...9).map { number in
      """
      scenario "number \(number)"
          plot "due" meter.due(), meter.sold
          alice: meter.start(\(number))
          warp \(number * 100) seconds
          alice: meter.buy(\(number))

      """
    }.joined(separator: "\n")
    let workspace = try workspace(scenarios)
    var written: [[String]] = []
    for jobs in ["1", "8"] {
      let run = try workspace.run("test", "--plot", "out\(jobs)", "--jobs", jobs)
      #expect(run.status == 0)
      written.append(try files(workspace, "out\(jobs)").map { workspace.read("out\(jobs)/\($0)") })
    }
    #expect(written[0].count == 18)
    #expect(written[0] == written[1])
  }

  @Test func costsNothingUnlessItIsWanted() throws {
    let workspace = try workspace("scenario \"a\"\n    plot \"p\" no_such_name\n    warp 1 day\n")
    #expect(try workspace.run("test", "Meter.scn").status == 0)
    let run = try workspace.run("test", "Meter.scn", "--plot", "out")
    #expect(run.status == 20)
    #expect(run.output.contains("this has no value at any moment: there is no name"))
  }

  @Test func saysThatNothingIsPlotted() throws {
    let workspace = try workspace("scenario \"a\"\n    warp 1 day\n")
    let run = try workspace.run("test", "Meter.scn", "--plot", "out")
    #expect(run.status == 0 && run.error.contains("nothing is drawn"))
  }

  @Test func drawsWhatAFailingScenarioDid() throws {
    let workspace = try workspace(
      """
      scenario "a"
          plot "p" balance(USD, bob)
          alice: send 5 USD to bob
          expect 1 == 2

      """)
    let run = try workspace.run("test", "Meter.scn", "--plot", "out", "--json")
    #expect(run.status == 20)
    #expect(workspace.read("out/Meter.a.p.csv").hasSuffix("10,2,5.000000\r\n"))
    let result = try #require(try run.document()["result"] as? [String: Any])
    #expect(result["plots"] as? [String] == ["out/Meter.a.p.svg", "out/Meter.a.p.csv"])
  }

  @Test(arguments: [
    ("scenario \"a\"\n    for i in 1..2\n        plot \"p\" i\n    end\n", "already"),
    ("scenario \"a\"\n    plot \"p\" 1\n    plot \"p\" 2\n", "already"),
    (
      "scenario \"a\"\n    plot \"p\" \(Array(repeating: "1", count: 200).joined(separator: ", "))\n"
        + "    for i in 1..1_001\n        alice: send 1 of USD to bob\n    end\n",
      "plots more than 200_000 values"
    ),
    ("scenario \"a\"\n    plot \"p\" 1 in alice\n", "this is no asset"),
    ("scenario \"a\"\n    plot \"p\" alice\n", "expected an integer"),
    ("scenario \"a\"\n    plot \"p\" 1 in \"x\" decimals -1\n", "is not from 0"),
    ("scenario \"a\"\n    block\n        plot \"p\" 1\n    end\n", "inside of a block"),
    ("property \"a\" for n in 1..9\n    plot \"p\" n\n", "only a scenario can be plotted"),
  ])
  func refuses(body: String, message: String) throws {
    let run = try workspace(body).run("test", "Meter.scn", "--plot", "out")
    #expect(run.status == 20)
    #expect(run.output.contains(message), "\(run.output)")
  }
}
