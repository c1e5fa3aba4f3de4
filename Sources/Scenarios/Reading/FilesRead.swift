import Foundation

/// Every file that was read so far, by device and inode, whatever name or link led to it: results never take the place
/// of one.
public enum FilesRead {
  private struct Identity: Hashable {
    let device: UInt64, inode: UInt64
    init(_ status: stat) { (device, inode) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(status.st_ino)) }
  }

  private static let lock = NSLock()
  // Every access holds the lock.
  nonisolated(unsafe) private static var names: [Identity: String] = [:]

  /// - Parameter name: as it is shown.
  public static func note(_ status: stat, as name: String) {
    lock.withLock { names[Identity(status)] = names[Identity(status)] ?? name }
  }

  /// A file that something else than this room reads, as SQLite does.
  public static func note(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0 { note(status, as: path) }
  }

  /// A file that was only looked at.
  public static func forget(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return }
    lock.withLock { names[Identity(status)] = nil }
  }

  /// What a file was read as; nil where it was not.
  public static func name(of status: stat) -> String? { lock.withLock { names[Identity(status)] } }
}

/// Files of configurations as they can be told from their beginning or their place.
public enum ConfigurationFile {
  /// The word behind `kind:` in the beginning of a file, where it is one of ours.
  public static func kind(ofHead text: String) -> String? {
    for line in text.split(whereSeparator: \.isNewline).prefix(100) {
      let plain = line.filter { $0 != "\"" && $0 != " " && $0 != "{" && $0 != "," }
      if plain.hasPrefix("kind:"), let kind = FileKind(rawValue: String(plain.dropFirst(5))) { return kind.rawValue }
    }
    return nil
  }

  /// Whether a path is `ROOT/KIND/NAME` of a folder of configurations.
  public static func isInCatalog(_ path: String) -> Bool {
    let folder = SourceFile.split(path).folder, (root, kind) = SourceFile.split(folder)
    return CatalogKind.allCases.contains { $0.folder == kind } && Catalog.looksLikeConfigs(root)
  }
}
