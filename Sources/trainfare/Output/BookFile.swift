import Workbooks

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A workbook on its way into a file of results. It is written under the file's other name, and what is needed meanwhile stands
/// beside it; a device or a pipe gets it when it is whole.
final class BookFile {
  let book: WorkbookFile
  private let file: OutputFile
  /// Where it is put together for a device or a pipe.
  private let elsewhere: String?

  /// - Parameter isStreamed: rows are not kept in memory.
  init(_ file: OutputFile, isStreamed: Bool) throws(Stop) {
    self.file = file
    let folder = file.unfinishedPath == nil ? BookFile.temporaryFolder : file.folder
    elsewhere = file.unfinishedPath == nil ? try BookFile.newFile(in: folder, for: file) : nil
    do {
      book = try WorkbookFile(file.unfinishedPath ?? elsewhere ?? "", scratch: folder, isStreamed: isStreamed)
    } catch {
      throw BookFile.failed(error, file)
    }
  }

  /// The file has all of it now, still under its other name.
  func close() throws(Stop) {
    defer { removeElsewhere() }
    do {
      try book.close()
    } catch {
      throw BookFile.failed(error, file)
    }
    if let elsewhere { try file.append(contentsOf: elsewhere) }
  }

  private func removeElsewhere() {
    guard let elsewhere else { return }
    unlink(elsewhere)
    Unfinished.end(elsewhere)
  }

  private static func failed(_ problem: WorkbookProblem, _ file: OutputFile) -> Stop {
    file.given(up: problem.code == 0 ? problem.message : Descriptor.reason(problem.code))
  }

  private static var temporaryFolder: String {
    Environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
  }

  private static func newFile(in folder: String, for file: OutputFile) throws(Stop) -> String {
    let new = SideFile.make(besides: folder + "/trainfare.xlsx")
    guard new.descriptor >= 0 else { throw file.given(up: "in \(folder): " + Descriptor.reason(errno)) }
    // The library opens it by its name.
    shut(new.descriptor)
    return new.path
  }
}

private func shut(_ descriptor: Int32) { _ = close(descriptor) }
