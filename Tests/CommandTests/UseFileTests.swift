import Foundation
import Testing

/// Files that `use` names, as the command finds them.
@Suite struct UseFileTests {
  private func contract(using path: String) -> String {
    "contract A\n\nuse \"\(path)\" as b\n\nexport f ()\n    call b.f()\nend\n"
  }

  @Test(arguments: ["B.alq", "folder/B.alq", "./folder/../folder/B.alq", "folder//B.alq"])
  func findsFilesBesideTheOneThatUsesThem(path: String) throws {
    let workspace = try Workspace()
    try FileManager.default.createDirectory(
      atPath: workspace.path + "/folder", withIntermediateDirectories: true)
    try workspace.write("B.alq", "library B\n\nfn f ()\nend\n")
    try workspace.write("folder/B.alq", "library B\n\nuse \"C.alq\" as c\n\nfn f ()\nend\n")
    try workspace.write("folder/C.alq", "library C\n\nfn g ()\nend\n")
    try workspace.write("A.alq", contract(using: path))
    let run = try workspace.run("check", "A.alq")
    #expect(run.status == 0, "\(run.error)")
  }

  @Test(arguments: ["Missing.alq", "empty", "empty/B.alq", "Till.alq/B.alq", "", "/", "loop.alq"])
  func saysWhichFileCannotBeRead(path: String) throws {
    let workspace = try Workspace()
    try FileManager.default.createSymbolicLink(
      atPath: workspace.path + "/loop.alq", withDestinationPath: "loop.alq")
    try workspace.write("A.alq", contract(using: path))
    let run = try workspace.run("check", "A.alq")
    #expect(run.status == 10)
    #expect(run.error.contains("E0306"), "\(run.error)")
    #expect(run.error.contains("A.alq:3:5"), "\(run.error)")
  }

  /// Rights do not hold for the superuser, who may read the file.
  @Test func saysThatAFileMayNotBeRead() throws {
    let workspace = try Workspace()
    try workspace.write("B.alq", "library B\n\nfn f ()\nend\n")
    try workspace.write("A.alq", contract(using: "B.alq"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0], ofItemAtPath: workspace.path + "/B.alq")
    let isReadable = FileManager.default.isReadableFile(atPath: workspace.path + "/B.alq")
    let run = try workspace.run("check", "A.alq")
    #expect((run.status == 0) == isReadable)
    #expect(run.error.contains("E0306") == !isReadable)
  }

  @Test func filesMayNotUseEachOther() throws {
    let workspace = try Workspace()
    try workspace.write("A.alq", contract(using: "B.alq"))
    try workspace.write("B.alq", "library B\n\nuse \"./C.alq\" as c\n\nfn f ()\nend\n")
    try workspace.write("C.alq", "library C\n\nuse \"../\(folder(workspace))/B.alq\" as b\n")
    let run = try workspace.run("check", "A.alq")
    #expect(run.status == 10)
    #expect(run.error.contains("E0307"), "\(run.error)")
  }

  private func folder(_ workspace: Workspace) -> String {
    URL(filePath: workspace.path).lastPathComponent
  }

  /// What only the verifier refuses is told with its line.
  @Test func saysWhichInstructionIsRefused() throws {
    let workspace = try Workspace()
    try workspace.write(
      "A.alq", "contract A\n\nexport f ()\n    code 0 0 0\n        ret i1, b0, l0\nend\n")
    let run = try workspace.run("check", "A.alq")
    #expect(run.status == 10)
    #expect(
      run.error.contains("ret names register 1 for a window that holds nothing (A.alq:5:9)"),
      "\(run.error)")
  }
}
