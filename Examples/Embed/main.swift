import AliquotKit

let source = """
  contract Counter
  state
      count int
  export add (step int) -> (count int)
      @count = @count + step
      return @count
  end
  """

let assembled = Assembler().assemble(path: "Counter.alq", text: source)
guard let artifact = assembled.artifact else {
  fatalError(DiagnosticRenderer().render(assembled.diagnostics, in: assembled.sources))
}
let world = World()
let alice = Identifier.developmentAccount(named: "alice")
let code = world.deploy(code: try Verifier.verify(artifact.module))
let counter = world.create(code, by: alice).results?.first?.identifier ?? .zero
let receipt = world.call(counter, "add", [.int(5)], by: alice)
print("count is \(receipt.results ?? []), for \(receipt.gasUsed) gas")
