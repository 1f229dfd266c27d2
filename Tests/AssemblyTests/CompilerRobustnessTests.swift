import Bytecode
import Foundation
import Testing
import Verification

@testable import Assembly

@Suite struct CompilerRobustnessTests {
  /// A generator whose numbers are the same in every run.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 33) ^ (state << 31)
    }
  }

  /// Whatever is made of a source, it is refused or gives a module that the verifier accepts.
  private func check(_ text: [UInt8]) {
    let result = Sources.assembler.assemble(path: "demo.alq", text: text)
    if let module = result.artifact?.module {
      let order = result.diagnostics.contains { $0.code == "W0705" }
      do {
        _ = try Verifier.verify(module)
      } catch {
        #expect(order, "\(error)\n\(String(decoding: text, as: UTF8.self))")
      }
    } else {
      #expect(result.diagnostics.contains { $0.severity == .error })
    }
  }

  private static let samples: [[UInt8]] = {
    var samples = CompilerTests.cases.map {
      Array(contract($0.body.components(separatedBy: "\n"), "").utf8)
    }
    samples += SemanticDiagnostics.explanations.flatMap {
      [Array($0.bad.utf8), Array($0.good.utf8)]
    }
    samples.append(Array(((try? Sources.sample("RevenueShares.alq")) ?? "").utf8))
    samples.append(Array(((try? Sources.sample("Everything.alq")) ?? "").utf8))
    return samples
  }()

  @Test func mutatedBytesDoNoHarm() {
    var numbers = Numbers(state: 1)
    for _ in 0..<600 {
      guard var text = Self.samples.randomElement(using: &numbers), !text.isEmpty else { continue }
      for _ in 0..<Int.random(in: 1...4, using: &numbers) {
        let place = Int.random(in: 0..<text.count, using: &numbers)
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: text[place] = UInt8.random(in: 32...126, using: &numbers)
        case 1: text.remove(at: place)
        default: text.insert(UInt8.random(in: 0...255, using: &numbers), at: place)
        }
        if text.isEmpty { break }
      }
      check(text)
    }
  }

  @Test func exchangedWordsDoNoHarm() {
    var numbers = Numbers(state: 2)
    for _ in 0..<600 {
      guard let text = Self.samples.randomElement(using: &numbers) else { continue }
      var words = String(decoding: text, as: UTF8.self).components(separatedBy: " ")
      for _ in 0..<Int.random(in: 1...3, using: &numbers) {
        let (a, b) = (
          Int.random(in: 0..<words.count, using: &numbers),
          Int.random(in: 0..<words.count, using: &numbers)
        )
        if Bool.random(using: &numbers) { words.swapAt(a, b) } else { words[a] = words[b] }
      }
      check(Array(words.joined(separator: " ").utf8))
    }
  }

  @Test func exchangedLinesDoNoHarm() {
    var numbers = Numbers(state: 3)
    for _ in 0..<400 {
      guard let text = Self.samples.randomElement(using: &numbers),
        let other = Self.samples.randomElement(using: &numbers)
      else { continue }
      var lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\n")
      let others = String(decoding: other, as: UTF8.self).components(separatedBy: "\n")
      for _ in 0..<3 {
        lines[Int.random(in: 0..<lines.count, using: &numbers)] =
          others[Int.random(in: 0..<others.count, using: &numbers)]
      }
      check(Array(lines.joined(separator: "\n").utf8))
    }
  }

  @Test func deepNestingEnds() {
    let depth = 5_000
    let open = String(repeating: "(", count: depth)
    let close = String(repeating: ")", count: depth)
    check(Array(SemanticDiagnostics.function("@total = \(open)amount\(close)").utf8))
    let sum = (0..<depth).map { _ in "amount" }.joined(separator: " + ")
    check(Array(SemanticDiagnostics.function("@total = \(sum)").utf8))
    let nots = String(repeating: "not ", count: depth)
    check(Array(SemanticDiagnostics.function("if \(nots)true", "    @total = 1", "end").utf8))
    let ifs = (0..<180).map { String(repeating: "    ", count: $0) + "if amount > \($0)" }
    let ends = (0..<180).reversed().map { String(repeating: "    ", count: $0) + "end" }
    check(
      Array(SemanticDiagnostics.function((ifs + ends).joined(separator: "\n    ")).utf8))
    let sums = (0..<180).map { _ in "(amount" }.joined(separator: " + ")
    check(
      Array(
        SemanticDiagnostics.function(
          "@total = \(sums)\(String(repeating: ")", count: 180))"
        ).utf8))
  }

  @Test func manyErrorsTakeNoLonger() {
    let names = (0..<20_000).map { "unknown_\($0)" }.joined(separator: ", ")
    let errors = (0..<20_000).map { "error Known\($0)\n" }.joined()
    check(Array((SemanticDiagnostics.function("call add([\(names)])") + errors).utf8))
    let chain = (1..<3_000).map { "fn f\($0) ()\n    call f\($0 - 1)()\nend\n" }.joined()
    check(Array("contract Demo\n\nexport f0 ()\nend\n\(chain)".utf8))
    let duplicates = String(repeating: "fn same ()\nend\n", count: 5_000)
    check(Array("contract Demo\n\n\(duplicates)".utf8))
  }

  @Test func aLargeProgramAssembles() throws {
    var text = "contract Large\n\nstate\n    total  int\n    paid   map holder address -> int\n\n"
    text += "error TooMuch (amount int)\n\n"
    for index in 0..<625 {
      text += """
        ;; Adds to the total.
        export add\(index) (amount int, who address) -> (sum int)
            require amount > \(index) else TooMuch(amount)
            sum = 0
            for i in 0..<amount
                if i mod 3 == 1 and amount < 1_000_000
                    sum = sum + floor(amount * i / 7)
                else
                    sum = sum + i * i - 2
                end
            end
            @paid[who] = @paid[who] + sum
            @total = @total + sum
            return sum
        end


        """
    }
    #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } >= 10_000)
    let clock = ContinuousClock()
    var result: Assembled?
    let time = clock.measure { result = Sources.assemble(text) }
    #expect(result?.diagnostics.isEmpty == true)
    let module = try #require(result?.artifact?.module)
    _ = try Verifier.verify(module)
    print("10,000 lines assemble in \(time)")
  }
}
