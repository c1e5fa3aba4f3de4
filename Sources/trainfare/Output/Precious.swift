import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files that results never replace, whatever name or link leads to them.
enum Precious {
  static let help = "name another file"

  /// Why a file must stay; nil where it may be replaced.
  static func reason(_ path: String, _ status: stat, _ guards: OutputFile.Guard) -> String? {
    let head = head(path)
    if head.hasPrefix("SQLite format 3") { return "it is a store of runs, or another SQLite database" }
    if head.hasPrefix(Journal.title) { return "it is the journal of a run that was stopped" }
    guard guards == .results else { return nil }
    if let name = FilesRead.name(of: status) { return "it is read as well, as '\(name)'" }
    if let kind = ConfigurationFile.kind(ofHead: head) { return "it is a file of configurations, of kind '\(kind)'" }
    if ConfigurationFile.isInCatalog(path) { return "it is a file of configurations" }
    return nil
  }

  /// The first 4 KB, as far as they can be read.
  private static func head(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
