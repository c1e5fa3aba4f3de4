import History
import Reporting
import Scenarios

/// Where results and their journal go.
final class ResultKeeper {
  private let settings: OutputSettings
  private let storePath: String?
  private var store: RunStore?
  /// The name that a journal stands beside; nil where results go to no file.
  let journalBase: String?
  private var journal: Journal?

  /// Tries the files before any work; a journal takes their place until the results are there.
  init(_ settings: OutputSettings, store path: String?) throws(Stop) {
    self.settings = settings
    storePath = path
    if let output = settings.path, let path, OutputFile.isSame(output, path) {
      throw .usage("-o and --store name the same file", help: "give the store a name of its own")
    }
    journalBase = try ResultKeeper.isFile(settings.path) ? settings.path : path
    guard let path else { return }
    if OutputFile.exists(path) {
      try openStore(path)
      return
    }
    // It is made when there is a run to keep: one that is refused leaves nothing.
    do {
      try OutputFile(path, guards: .configurations).discard()
    } catch {
      throw Stop(
        status: error.status,
        diagnostics: error.diagnostics.map {
          Diagnostic($0.severity, $0.message, help: $0.help, at: Place(file: "--store"))
        })
    }
  }

  /// Whether the name is, or will be, a file: not a device or a pipe.
  private static func isFile(_ path: String?) throws(Stop) -> Bool {
    guard let path else { return false }
    let trial = try OutputFile(path)
    trial.discard()
    return trial.isFile
  }

  /// After the files of the suites are read, which results may not replace, and before any case is run.
  func openJournal(_ set: SuiteSet, resume: Bool) throws(Stop) -> Journal? {
    if resume, let path = settings.path, journalBase == path, OutputFile.exists(path),
      !OutputFile.exists(Journal.path(besides: path))
    {
      try FinishedResults.refuseLoss(path, set.cases, format: settings.format)
    }
    if let path = settings.path { try OutputFile(path).discard() }
    if let storePath, store == nil {
      for folder in try OutputFile.makeFolder(OutputFile.split(storePath).folder, storePath) { Unfinished.end(folder) }
      try openStore(storePath)
    }
    guard let journalBase else { return nil }
    journal = try Journal(besides: journalBase, version: set.version, resume: resume)
    return journal
  }

  private func openStore(_ path: String) throws(Stop) {
    do {
      store = try RunStore(path, create: true)
    } catch {
      throw .store(error)
    }
  }

  /// In the history, once, however often the run was stopped and resumed.
  func keep(_ set: SuiteSet, _ rows: [SuiteRow]) throws(Stop) {
    guard let store, let storePath, let journal else { return }
    do {
      let number = try store.add(StoredRun(set, rows: rows, token: journal.run))
      if !settings.quiet { Messages.show("kept as run \(number): \(storePath)#\(number)") }
    } catch {
      throw .store(error)
    }
  }

  func finish(_ report: Report) throws(Stop) {
    try Sink(settings).write(report)
    journal?.remove()
  }
}
