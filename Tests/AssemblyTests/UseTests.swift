import Testing

@testable import Assembly

/// Libraries that use each other, or are not there.
@Suite struct UseTests {
  private func diagnostics(_ files: [String: String]) -> [String] {
    let assembler = Assembler { path, _ in files[path].map { (path, Array($0.utf8)) } }
    let result = assembler.assemble(path: "A.alq", text: files["A.alq"] ?? "")
    #expect((result.artifact == nil) == result.diagnostics.contains { $0.severity == .error })
    return result.diagnostics.map { diagnostic in
      let (path, location) = result.sources.location(of: diagnostic.span)
      let help = diagnostic.help.map { " (\($0))" } ?? ""
      return
        "\(path):\(location.line):\(location.column): \(diagnostic.code) \(diagnostic.message)\(help)"
    }
  }

  private func library(_ name: String, using others: String...) -> String {
    "library \(name)\n"
      + others.map { "use \"\($0).alq\" as \($0.lowercased())\n" }.joined()
      + "fn f ()\n"
      + others.map { "    call \($0.lowercased()).f()\n" }.joined() + "end\n"
  }

  private func contract(using others: String...) -> String {
    "contract A\n" + others.map { "use \"\($0).alq\" as \($0.lowercased())\n" }.joined()
      + "export f ()\n" + others.map { "    call \($0.lowercased()).f()\n" }.joined() + "end\n"
  }

  @Test func aFileCannotUseItself() {
    #expect(
      diagnostics(["A.alq": "contract A\nuse \"A.alq\" as a\n"]) == [
        "A.alq:2:5: E0307 a file cannot use itself (the libraries are used in this order: A.alq, "
          + "A.alq)"
      ])
    let found = diagnostics(["A.alq": contract(using: "B"), "B.alq": library("B", using: "B")])
    #expect(
      found.first
        == "B.alq:2:5: E0307 a file cannot use itself (the libraries are used in this order: A.alq, "
        + "B.alq, B.alq)")
  }

  @Test func filesCannotUseEachOther() {
    let two = diagnostics([
      "A.alq": contract(using: "B"), "B.alq": library("B", using: "C"),
      "C.alq": library("C", using: "B"),
    ])
    #expect(
      two.first
        == "C.alq:2:5: E0307 \"B.alq\" uses this file in turn (the libraries are used in this order: "
        + "A.alq, B.alq, C.alq, B.alq)")
    let three = diagnostics([
      "A.alq": contract(using: "B"), "B.alq": library("B", using: "C"),
      "C.alq": library("C", using: "D"), "D.alq": library("D", using: "B"),
    ])
    #expect(
      three.first
        == "D.alq:2:5: E0307 \"B.alq\" uses this file in turn (the libraries are used in this order: "
        + "A.alq, B.alq, C.alq, D.alq, B.alq)")
    let contract = diagnostics([
      "A.alq": contract(using: "B"), "B.alq": "library B\nuse \"A.alq\" as a\nfn f ()\nend\n",
    ])
    #expect(
      contract == [
        "B.alq:2:5: E0307 \"A.alq\" uses this file in turn (the libraries are used in this order: "
          + "A.alq, B.alq, A.alq)"
      ])
  }

  @Test func twoMayUseTheSameThird() {
    #expect(
      diagnostics([
        "A.alq": contract(using: "B", "C"), "B.alq": library("B", using: "D"),
        "C.alq": library("C", using: "D"), "D.alq": library("D"),
      ]) == [])
  }

  @Test func oneMayBeUsedTwice() {
    #expect(
      diagnostics([
        "A.alq": "contract A\nuse \"B.alq\" as b\nuse \"B.alq\" as c\nexport f ()\n"
          + "    call b.f()\n    call c.f()\nend\n",
        "B.alq": "library B\nstate\n    n int\nfn f ()\n    @n += 1\nend\n",
      ]) == [])
    #expect(
      diagnostics([
        "A.alq":
          "contract A\nuse \"B.alq\" as b\nuse \"B.alq\" as b\nexport f ()\n    call b.f()\nend\n",
        "B.alq": "library B\nfn f ()\nend\n",
      ]).first == "A.alq:3:16: E0302 library \"b\" is declared twice")
  }

  @Test func saysWhichFileIsMissing() {
    #expect(
      diagnostics(["A.alq": contract(using: "B"), "B.alq": library("B", using: "C")]).first
        == "B.alq:2:5: E0306 there is no file \"C.alq\"")
    for path in ["", ".", "/", "..", " ", "B.alq\\u{0}", "B", "\\u{202E}"] {
      #expect(
        diagnostics(["A.alq": "contract A\nuse \"\(path)\" as b\n"]).first?.hasPrefix(
          "A.alq:2:5: E0306 there is no file") == true)
    }
  }

  @Test func librariesHaveADepthAndANumber() {
    func chain(_ depth: Int) -> [String: String] {
      var files = ["A.alq": contract(using: "B0")]
      for index in 0..<depth {
        files["B\(index).alq"] =
          index + 1 < depth ? library("B", using: "B\(index + 1)") : library("B")
      }
      return files
    }
    #expect(diagnostics(chain(16)) == [])
    #expect(
      diagnostics(chain(17)).first
        == "B15.alq:2:5: E0604 libraries are nested more than 16 deep")
    // Each uses the next one twice: twice as many with every level.
    var files = ["A.alq": contract(using: "B0")]
    for index in 0..<15 {
      files["B\(index).alq"] =
        "library B\nuse \"B\(index + 1).alq\" as x\nuse \"B\(index + 1).alq\" as y\nfn f ()\nend\n"
    }
    files["B15.alq"] = "library B\nfn f ()\nend\n"
    #expect(diagnostics(files).contains { $0.contains("libraries are used more than 256 times") })
  }

  @Test func errorsOfALibraryAreSaidOnce() {
    let found = diagnostics([
      "A.alq": "contract A\nuse \"B.alq\" as b\nuse \"B.alq\" as c\nexport f ()\n"
        + "    call b.f()\n    call c.f()\nend\n",
      "B.alq": "library B\nfn f ()\n    x = $\n    y = z\nend\n",
    ])
    #expect(found.filter { $0.contains("E0101") }.count == 1)
    #expect(Set(found).count == found.count)
  }

  @Test func theWholeHasALimit() {
    let long = String(repeating: "; words and words\n", count: 200_000)
    let found = diagnostics([
      "A.alq": "contract A\nuse \"B.alq\" as b\nuse \"C.alq\" as c\nuse \"D.alq\" as d\n",
      "B.alq": "library B\n\(long)", "C.alq": "library C\n\(long)", "D.alq": "library D\n\(long)",
    ])
    #expect(found.first?.hasPrefix("A.alq:4:5: E0601 ") == true)
  }
}
