#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Files being written under another name and folders made for them: none may outlive a process that is stopped.
enum Unfinished {
  /// A calibration writes some sixty files together. What has no place here is swept by the next run.
  private static let capacity = 512
  // Set before the file exists and read by a signal handler, which can neither lock nor allocate.
  nonisolated(unsafe) private static let paths: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = {
    let paths = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: capacity)
    paths.initialize(repeating: nil, count: capacity)
    return paths
  }()

  /// A signal handler must not be the first to ask for the list.
  static func prepare() { _ = paths }

  static func begin(_ path: String) {
    for index in 0..<capacity where paths[index] == nil {
      paths[index] = strdup(path)
      return
    }
  }

  /// It is whole now, or gone. The few bytes of its name stay, lest a signal meets a freed string.
  static func end(_ path: String) {
    for index in 0..<capacity {
      if let known = paths[index], strcmp(known, path) == 0 { paths[index] = nil }
    }
  }

  /// Removes all of them, the last first: files before the folders they are in. A folder that has anything else in it stays.
  static func remove() {
    for index in (0..<capacity).reversed() {
      guard let path = paths[index] else { continue }
      if unlink(path) != 0 { rmdir(path) }
    }
  }
}
