import Bytecode
import Foundation
import Testing
import Verification

@testable import Assembly

@Suite struct CompilerTests {
  /// Bodies of a function and the instructions they become, parted by `=>` and empty lines.
  static let cases: [(body: String, code: String)] = {
    let text = (try? Sources.sample("CompilerCases.txt")) ?? ""
    return text.components(separatedBy: "\n\n").compactMap { part in
      let halves = part.components(separatedBy: "\n=>\n")
      return halves.count == 2 ? (halves[0], halves[1]) : nil
    }
  }()

  @Test(arguments: cases.indices)
  func statementsBecomeTheseInstructions(_ index: Int) {
    let (body, expected) = Self.cases[index]
    #expect(code(joined: body.components(separatedBy: "\n")) == expected, "\(body)")
  }

  @Test func thereAreCases() { #expect(Self.cases.count > 80) }

  @Test func declarationsBecomeTheInterface() throws {
    let result = Sources.assemble(contract(["@total = a"], "accepts @token"))
    let module = try #require(result.artifact?.module)
    #expect(module.name == "Demo")
    #expect(module.enums == [EnumDeclaration(name: "Status", cases: ["open", "closed"])])
    #expect(
      module.fields.map(\.name) == [
        "total", "owner", "token", "status", "paid", "jobs", "book", "flags",
      ])
    #expect(module.fields[4].isSummed)
    #expect(module.fields[7].key == [Parameter("key1", .address), Parameter("key2", .address)])
    #expect(module.fields[3].value == .plain(.enumeration(0)))
    #expect(module.classes.map(\.isCreatedAtDeployment) == [true, false, false])
    #expect(
      module.classes[2].hooks == [
        HookReference(name: "rule", isForeign: true, gas: 5_000)
      ])
    #expect(module.acceptance == .fields([2]))
    #expect(module.exports.map(\.name) == ["keep", "f"])
    #expect(module.exports[1].payments == ["price"])
    #expect(
      module.functions.last?.parameters == [
        .int, .int, .bool, .address, .bytes, .asset, .int,
      ])
  }

  @Test func librariesJoinUnderTheirNames() throws {
    let text = """
      contract Demo

      use "Roles.alq" as staff
      use "Roles.alq" as guests
      use "Outer.alq" as outer

      export enter ()
          call staff.only()
          call outer.check()
          require @guests.members[caller] else guests.NotAllowed(caller)
          emit outer.inner.Granted(self)
      end

      """
    let result = Sources.assemble(text)
    let module = try #require(result.artifact?.module)
    #expect(result.diagnostics.isEmpty)
    #expect(
      module.exports.map(\.name) == [
        "staff.grant", "guests.grant", "outer.inner.grant", "enter",
      ])
    #expect(
      module.fields.map(\.name) == [
        "staff.members", "guests.members", "outer.inner.members",
      ])
    #expect(module.errors.map(\.name).contains("outer.inner.NotAllowed"))
    _ = try Verifier.verify(module)
  }

  @Test func librariesSeeNothingOfTheContract() {
    let text = """
      contract Demo

      use "Reach.alq" as reach

      state
          total  int

      """
    let assembler = Assembler { path, _ in
      (path, Array("library Reach\n\nexport take ()\n    @total = 1\nend\n".utf8))
    }
    #expect(assembler.assemble(path: "demo.alq", text: text).diagnostics.map(\.code) == ["E0301"])
  }

  @Test func cyclesOfLibrariesAreFound() {
    let texts = [
      "A.alq": "library A\n\nuse \"B.alq\" as b\n", "B.alq": "library B\n\nuse \"A.alq\" as a\n",
    ]
    let assembler = Assembler { path, _ in texts[path].map { (path, Array($0.utf8)) } }
    let result = assembler.assemble(path: "demo.alq", text: "contract D\n\nuse \"A.alq\" as a\n")
    #expect(result.diagnostics.map(\.code) == ["E0307"])
    #expect(result.diagnostics.first?.message == "\"A.alq\" uses this file in turn")
  }

  @Test func doublingLibrariesEnd() {
    let assembler = Assembler { path, _ in
      let next = "\(path)x"
      return (path, Array("library L\n\nuse \"\(next)\" as a\nuse \"\(next)\" as b\n".utf8))
    }
    let result = assembler.assemble(path: "demo.alq", text: "contract D\n\nuse \"l\" as l\n")
    #expect(result.diagnostics.contains { $0.code == "E0604" })
  }

  @Test func invariantsHooksAndInit() throws {
    let text = """
      contract Demo

      class Share "Share" hook count gas 9_000

      state
          moves  int

      init (first address)
          mint Share, 1 to first
      end

      hook count (thing asset, from address, to address, amount int, operator address)
          @moves = @moves + 1
      end

      invariant enforced "counts"
          n = @moves
          n >= 0
      end

      invariant "returns"
          return @moves > -1
      end

      """
    let result = Sources.assemble(text)
    let module = try #require(result.artifact?.module)
    #expect(result.diagnostics.isEmpty)
    #expect(module.exports.map(\.name) == ["init"])
    #expect(module.hooks == [Hook(name: "count", function: 1)])
    #expect(module.invariants.map(\.isEnforced) == [true, false])
    #expect(module.functions.count == 4)
    _ = try Verifier.verify(module)
  }

  @Test func everyErrorOfAFileIsReported() {
    let text = SemanticDiagnostics.function(
      "@totl = 1", "x = amount + who", "@total = x / 2", "send @total, 1 to who",
      "emit Gone(x)", "call nowhere()", "if amount", "    break", "end", "@total = undefined")
    let codes = Sources.assemble(text).diagnostics.map(\.code)
    #expect(
      codes == [
        "E0301", "E0402", "E0403", "E0401", "E0301", "E0412", "E0401", "E0506", "E0301",
      ])
  }

  @Test func misspeltNamesAreSuggested() {
    let pairs = [
      ("@totl = 1", "@total"), ("@total = amonut", "amount"), ("call nothing2()", "nothing"),
      ("@status = Status.opne", "open"), ("fail Clsed", "Closed"),
      ("emit Movd(who, 1, who)", "Moved"),
      ("@total = Markt(who).price(@token)", "Market"),
      ("@total = Market(who).prise(@token)", "price"),
      ("@total = @jobs[1].amout", "amount"), ("@total = lenght(data)", "length"),
      ("@owner = calller", "caller"), ("_ = verify(ed2519, data, data, data)", "ed25519"),
      ("@total = price.amuont", "amount"), ("create Pas[data]", "Pass"),
      ("@jobs[1] = Job(payr: who, amount: 1, status: Status.open)", "payer"),
    ]
    for (line, meant) in pairs {
      let text = diagnostics(line.replacingOccurrences(of: "amonut", with: "dta"))
      let wanted = line.contains("amonut") ? "data" : meant
      #expect(text.contains("did you mean \"\(wanted)\"?"), "\(text)")
    }
  }

  @Test func contractsOfTheRepositoryAreAccepted() throws {
    for (name, assembled) in try Sources.contracts() {
      let artifact = try #require(
        assembled.artifact,
        "\(name): \(DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))")
      _ = try Verifier.verify(artifact.module)
      for (function, map) in zip(artifact.module.functions, artifact.map.functions) {
        #expect(function.code.count == map.spans.count)
      }
    }
  }

  @Test func revenueSharesCompiles() throws {
    let result = Sources.assemble(try Sources.sample("RevenueShares.alq"))
    #expect(result.diagnostics.isEmpty)
    let artifact = try #require(result.artifact)
    _ = try Verifier.verify(artifact.module)
    #expect(artifact.documentation.contract.first?.hasPrefix("A machine divided") == true)
    #expect(
      artifact.documentation.lines(of: "field", "token") == ["what revenue is paid in"]
        || artifact.documentation.lines(of: "field", "token").isEmpty)
    #expect(
      artifact.documentation.lines(of: "export", "distribute")
        == ["Spread the attached payment over all shares."])
  }

  @Test func registersHaveNames() throws {
    let artifact = try #require(
      Sources.assemble(contract(["x = a + b", "@total = x"], "")).artifact)
    let map = try #require(artifact.map.functions.last)
    #expect(map.name(of: 0, in: .int, at: 0) == "a")
    #expect(map.name(of: 4, in: .int, at: 0) == nil)
    #expect(map.name(of: 4, in: .int, at: 1) == "x")
    #expect(map.name(of: 2, in: .bytes, at: 0) == "price.asset")
  }
}
