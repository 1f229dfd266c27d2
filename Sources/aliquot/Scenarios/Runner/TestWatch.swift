import Assembly

/// Runs suites again when a file that they are made of changes, until nobody reads the output any more.
struct TestWatch {
  /// Milliseconds from one look at the files to the next.
  private static let pause: Int32 = 250
  /// Milliseconds in which nothing may change any more, since editors write in several steps.
  private static let rest: Int32 = 60

  /// The files that a suite is made of.
  private struct Parts {
    var paths: Set<String>
    /// Whether it could not be read, so that any file may be what is missing.
    var isBroken = false
  }

  /// The command line.
  let command: Test

  /// Runs everything once, and then what a change affects.
  func run() throws(CommandFailure) -> Outcome {
    var selection = try TestSelection(command.selection)
    var parts: [TestSelection.File: Parts] = [:]
    var present = stamps(parts)
    var affected = selection.files
    while true {
      let outcome = round(affected, of: selection, &parts)
      command.show(outcome)
      // What is new among the files of the suites counts from now on.
      present.merge(stamps(parts)) { old, _ in old }
      if parts.isEmpty { say("there is no scenario yet") }
      say("watching \(Words.count(present.count, "file")); ctrl-C ends")
      repeat {
        guard let (changed, next) = change(from: present, parts) else { return Outcome() }
        present = next
        selection = try TestSelection(command.selection)
        parts = parts.filter { selection.files.contains($0.key) }
        affected = selection.files.filter { file in
          parts[file].map { $0.isBroken || !$0.paths.isDisjoint(with: changed) } ?? true
        }
        if !affected.isEmpty { say("changed: \(changed.sorted().joined(separator: ", "))") }
      } while affected.isEmpty
    }
  }

  /// Runs some files, and notes what they are made of.
  private func round(
    _ files: [TestSelection.File], of selection: TestSelection,
    _ parts: inout [TestSelection.File: Parts]
  ) -> Outcome {
    var load = TestLoad(selection, command.trials)
    var reports: [Report] = []
    for file in files {
      do throws(CommandFailure) {
        try load.add(file)
        parts[file] = Parts(paths: Set(load.suites[file.path]?.files ?? [file.path]))
      } catch {
        reports += error.allReports
        parts[file] = Parts(paths: [file.path], isBroken: true)
      }
    }
    load.narrow()
    var outcome: Outcome
    do throws(CommandFailure) {
      outcome = load.selected.isEmpty ? Outcome() : try command.perform(load)
    } catch { outcome = Outcome(status: error.status, reports: error.allReports) }
    if !reports.isEmpty { outcome.status = .diagnostics }
    outcome.reports = reports + outcome.reports
    return outcome
  }

  // MARK: - Files

  /// Waits until a file is another one than it was; nil once nobody reads the output any more.
  private func change(
    from old: [String: FileStamp], _ parts: [TestSelection.File: Parts]
  ) -> (changed: Set<String>, present: [String: FileStamp])? {
    while !Descriptor.output.isClosed(within: Self.pause) {
      var present = stamps(parts)
      guard present != old else { continue }
      while true {
        if Descriptor.output.isClosed(within: Self.rest) { return nil }
        let next = stamps(parts)
        if next == present { break }
        present = next
      }
      let paths = Set(present.keys).union(old.keys).filter { present[$0] != old[$0] }
      return (paths, present)
    }
    return nil
  }

  /// The files that suites are made of, and the sources below the directories that are watched.
  private func stamps(_ parts: [TestSelection.File: Parts]) -> [String: FileStamp] {
    var paths = Set(parts.values.flatMap(\.paths))
    var directories = command.selection.paths.filter { FileSystem.entry(at: $0) == .directory }
    if command.selection.paths.isEmpty { directories = ["."] }
    directories += parts.filter(\.value.isBroken).map {
      let directory = Path.directory(of: $0.key.path)
      return directory.isEmpty ? "." : directory
    }
    for directory in Set(directories) {
      for suffix in [ScenarioSuite.suffix, ContractLoading.sourceSuffix] {
        paths.formUnion((try? FileSystem.files(below: directory, endingIn: suffix)) ?? [])
      }
    }
    var stamps: [String: FileStamp] = [:]
    for path in paths { stamps[path] = FileSystem.stamp(of: path) }
    return stamps
  }

  private func say(_ text: String) {
    if !command.global.quiet { Descriptor.error.write(text + "\n") }
  }
}
