import Scenarios

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that must not be there yet: whoever wrote one keeps it.
enum NewFile {
  static func write(_ text: String, to path: String) throws(Stop) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw failed(path, "this is not a path") }
    let made = try OutputFile.makeFolder(OutputFile.split(path).folder, path)
    // Exclusive: not even a file that came a moment ago is overwritten, and no link is followed.
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      OutputFile.removeFolders(made)
      throw code == EEXIST
        ? failed(path, "there is a file already", help: "edit that one, or choose another name")
        : failed(path, Descriptor.reason(code))
    }
    var code = Descriptor.write(text, to: descriptor)
    if code == 0, fsync(descriptor) != 0 { code = errno }
    if close(descriptor) != 0, code == 0 { code = errno }
    guard code == 0 else {
      unlink(path)
      OutputFile.removeFolders(made)
      throw failed(path, Descriptor.reason(code))
    }
    for folder in made { Unfinished.end(folder) }
    OutputFile.syncFolder(OutputFile.split(path).folder)
  }

  private static func failed(_ path: String, _ reason: String, help: String? = nil) -> Stop {
    .file(Diagnostic(.error, "cannot write '\(path)': \(reason)", help: help))
  }
}
