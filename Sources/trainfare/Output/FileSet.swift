import Scenarios

/// Files that belong together in one folder. All of them are written under other names first, so that a full disk or a key
/// that is pressed leaves the old ones as they were; then they take their names one after the other.
struct FileSet {
  let folder: String
  private var staged: [OutputFile] = []

  init(folder: String) {
    var folder = folder
    while folder.count > 1, folder.last == "/" { folder.removeLast() }
    self.folder = folder
  }

  mutating func add(_ name: String, _ text: String) throws(Stop) {
    do {
      let file = try OutputFile("\(folder)/\(name)", guards: .configurations)
      try file.stage(text)
      staged.append(file)
    } catch {
      for one in staged.reversed() { one.discard() }
      staged = []
      throw error
    }
  }

  /// The last one added is the last to get its name.
  func commit() throws(Stop) {
    for one in staged { try one.commit() }
  }

  /// Tries whether files can be written there, before any work.
  static func probe(_ folder: String, _ name: String) throws(Stop) {
    try OutputFile("\(folder)/\(name)", guards: .configurations).discard()
  }
}
