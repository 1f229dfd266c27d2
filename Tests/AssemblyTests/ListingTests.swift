import Bytecode
import Testing

@testable import Assembly

@Suite struct ListingTests {
  @Test func instructionsStandUnderTheirLines() throws {
    let result = Sources.assemble(
      """
      contract Till

      state
          total  int

      ;; Adds what is positive.
      export add (amount int)
          if amount > 0
              sum = @total + amount
              @total = sum
          end
      end

      """)
    let artifact = try #require(result.artifact)
    let expected = """
          1  contract Till
          2
          3  state
          4      total  int
          5
          6  ;; Adds what is positive.
          7  export add (amount int)
          8      if amount > 0
             ; add: registers 2 int, 0 bytes, 0 list
                0  jump_less_equal_small a=i0(amount), immediate=0, target=4          ; 1 + comparison
          9          sum = @total + amount
                1  load_int         d=i1, field=@total, component=0, ints=i0, strings=b0 ; \(Opcode.loadInt.row.gas) + storageRead
                2  add              d=i1(sum), a=i1, b=i0(amount)                     ; 1 + sum
         10          @total = sum
                3  store_int        field=@total, component=0, ints=i0, strings=b0, value=i1(sum) ; \(Opcode.storeInt.row.gas) + storageWrite
         11      end
         12  end
                4  ret              ints=i0, strings=b0, lists=l0                     ; \(Opcode.ret.row.gas) + results

      ; gas that depends on operands or on the world:
      ;   sum              \(GasFormula.sum.text)
      ;   comparison       \(GasFormula.comparison.text)
      ;   results          \(GasFormula.results.text)
      ;   storageRead      \(GasFormula.storageRead.text)
      ;   storageWrite     \(GasFormula.storageWrite.text)

      """
    #expect(Listing.text(of: artifact, sources: result.sources) == expected)
  }

  @Test func everyInstructionIsListedOnce() throws {
    for (_, assembled) in try Sources.contracts() {
      let artifact = try #require(assembled.artifact)
      let listing = Listing.text(of: artifact, sources: assembled.sources)
      let count = artifact.module.functions.reduce(0) { $0 + $1.code.count }
      let lines = listing.split(separator: "\n").filter {
        $0.hasPrefix("       ") && !$0.hasPrefix("       ;") && $0.contains(" ; ")
      }
      #expect(lines.count == count)
    }
  }
}
