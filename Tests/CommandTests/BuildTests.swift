import Foundation
import Testing

@Suite struct BuildTests {
  @Test func writesWhatItSays() throws {
    let workspace = try Workspace()
    let run = try workspace.run("build", "Till.alq", "--out", "a/b", "--json")
    let document = try run.document()
    let result = try #require(document["result"] as? [String: Any])
    let contract = try #require((result["contracts"] as? [[String: Any]])?.first)
    #expect(contract["contract"] as? String == "Till")
    let files = try #require(contract["files"] as? [String])
    #expect(
      files == ["a/b/Till.alqm", "a/b/Till.abi.json", "a/b/Till.map.json", "a/b/Till.lst"])
    for file in files { #expect(!workspace.read(file).isEmpty) }
    for file in files.filter({ $0.hasSuffix(".json") }) {
      let data = Data(workspace.read(file).utf8)
      let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
      #expect(object?["codeHash"] as? String == contract["codeHash"] as? String)
    }
    #expect(workspace.read("a/b/Till.lst").contains("load_int"))
  }

  @Test func disassemblesToTheSameBytes() throws {
    let workspace = try Workspace()
    _ = try workspace.run("build", "Till.alq", "--out", "one")
    let source = try workspace.run("disasm", "one/Till.alqm").output
    try workspace.write("Again.alq", source)
    let run = try workspace.run("build", "Again.alq", "--out", "two")
    #expect(run.status == 0, "\(run.error)")
    let first = FileManager.default.contents(atPath: workspace.path + "/one/Till.alqm")
    let second = FileManager.default.contents(atPath: workspace.path + "/two/Till.alqm")
    #expect(first != nil && first == second)
  }

  @Test func refusesToOverwriteAProject() throws {
    let workspace = try Workspace()
    #expect(try workspace.run("new", "gpu-shop").status == 0)
    #expect(try workspace.run("new", "gpu-shop").status == 1)
  }

  @Test func makesAProjectThatWorks() throws {
    let workspace = try Workspace()
    _ = try workspace.run("new", "gpu-shop")
    let check = try workspace.run("check", "gpu-shop")
    #expect(check.status == 0 && check.error.contains("0 errors, 0 warnings"), "\(check.error)")
    #expect(try workspace.run("fmt", "--check", "gpu-shop").status == 0)
    let run = try workspace.run(
      "run", "gpu-shop/GpuShop.alq", "--script", "gpu-shop/Story.run")
    #expect(run.status == 0)
    #expect(run.output.contains("result   count = 10"))
  }

  @Test func formatsStandardInput() throws {
    let workspace = try Workspace()
    let untidy = workspace.read("Untidy.alq")
    let tidy = try workspace.run("fmt", "--stdin", input: untidy)
    #expect(tidy.output.contains("\n    return 1\n"))
    #expect(try workspace.run("fmt", "--stdin", input: tidy.output).output == tidy.output)
    let difference = try workspace.run("fmt", "--check", "--diff", "Untidy.alq").output
    #expect(difference.contains("\n-  return 1\n+    return 1\n"))
    #expect(workspace.read("Untidy.alq") == untidy)
    #expect(try workspace.run("fmt", "Untidy.alq").output == "Untidy.alq\n")
    #expect(workspace.read("Untidy.alq") == tidy.output)
  }

  @Test func refusesWhatIsTooLarge() throws {
    let workspace = try Workspace()
    try workspace.write("Huge.alq", Data(repeating: 0x20, count: 17 << 20))
    let run = try workspace.run("check", "Huge.alq")
    #expect(run.status == 1 && run.error.contains("16 MiB"))
  }
}
