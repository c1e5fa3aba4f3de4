import Scenarios

/// Says where configurations come from: a folder that nobody named is named, and with --verbose every file.
enum Origins {
  // Commands run on one thread until they read configurations.
  nonisolated(unsafe) static var isQuiet = false
  nonisolated(unsafe) static var isVerbose = false
  /// The first catalog of a command: those of a sweep's cells read the same files.
  nonisolated(unsafe) private static var catalog: Catalog?

  static func note(_ catalog: Catalog) {
    guard self.catalog == nil else { return }
    self.catalog = catalog
    guard !isQuiet else { return }
    let here = Process.currentDirectory
    if let root = Catalog.implicitRoot(currentDirectory: here, executable: Process.executable) {
      Messages.show("configurations of \(root) come before the shipped ones: it has a file '\(Catalog.marker)'")
    } else if isVerbose, let root = Catalog.unmarkedRoot(currentDirectory: here) {
      Messages.show("\(root) is not read: it has no file '\(Catalog.marker)', and --configs does not name it")
    }
  }

  /// When the command has read what it reads.
  static func tell() {
    guard isVerbose, let catalog else { return }
    for (root, files) in catalog.filesByRoot { Messages.show("from \(root): \(files.joined(separator: ", "))") }
  }
}
