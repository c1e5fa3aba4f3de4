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
    SideFile.sweep(besides: path)
    let new = SideFile.make(besides: path)
    var code = new.descriptor < 0 ? errno : Descriptor.write(text, to: new.descriptor)
    if code == 0, fsync(new.descriptor) != 0 { code = errno }
    // Exclusive: not even a file that came a moment ago is overwritten, and no link is followed.
    if code == 0, link(new.path, path) != 0 { code = errno }
    // Where a disk has no links, a name that nobody has is given another way.
    if [EPERM, EOPNOTSUPP, ENOSYS, EMLINK].contains(code) {
      code = OutputFile.exists(path) ? EEXIST : rename(new.path, path) == 0 ? 0 : errno
    }
    if new.descriptor >= 0 {
      unlink(new.path)
      Unfinished.end(new.path)
      close(new.descriptor)
    }
    guard code == 0 else {
      OutputFile.removeFolders(made)
      throw code == EEXIST
        ? failed(path, "there is a file already", help: "edit that one, or choose another name")
        : failed(path, Descriptor.reason(code))
    }
    for folder in made { Unfinished.end(folder) }
    OutputFile.syncFolder(OutputFile.split(path).folder)
  }

  private static func failed(_ path: String, _ reason: String, help: String? = nil) -> Stop {
    .file(Diagnostic(.error, "cannot write '\(path)': \(reason)", help: help))
  }
}
