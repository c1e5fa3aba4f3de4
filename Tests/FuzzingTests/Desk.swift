import Foundation

@testable import Scenarios

/// Where one thread puts its files, and the folders of configurations that it reads them with.
final class Desk {
  let folder: String
  /// Shipped files without the lists of prices, all of which are read wherever one is.
  private let unpriced: String
  private var shared: Catalog
  private var uses = 0

  init(_ folder: String) {
    self.folder = folder
    unpriced = folder + "-unpriced"
    shared = Catalog(roots: [folder, Reader.shipped])
    let files = FileManager.default
    // Where that fails every reader says that there are no configurations, and the runs end with that.
    for path in [folder, unpriced] { try? files.createDirectory(atPath: path, withIntermediateDirectories: true) }
    for name in (try? files.contentsOfDirectory(atPath: Reader.shipped)) ?? [] where name != "prices" {
      try? files.createSymbolicLink(atPath: unpriced + "/" + name, withDestinationPath: Reader.shipped + "/" + name)
    }
  }

  /// For a file that has a name of its own: what it names of the shipped ones is read once for many.
  func catalog() -> Catalog {
    uses += 1
    if uses % 500 == 0 { shared = Catalog(roots: [folder, Reader.shipped]) }
    return shared
  }

  /// For a file whose place is given: nothing is known yet.
  func fresh(priced: Bool = true) -> Catalog { Catalog(roots: [folder, priced ? Reader.shipped : unpriced]) }

  /// - Parameter path: in the folder.
  func write(_ bytes: [UInt8], to path: String) throws {
    var descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if descriptor < 0 {
      try FileManager.default.createDirectory(
        atPath: SourceFile.split(path).folder, withIntermediateDirectories: true)
      descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    }
    defer { close(descriptor) }
    guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteUnknown) }
  }
}
