import Foundation

/// Commands of the machine that tests use where they are installed.
public enum Shell {
  /// Variables without those that would change what the program says: where tests run, somebody may have chosen kernels or a
  /// catalogue.
  public static var environment: [String: String] {
    ProcessInfo.processInfo.environment.filter {
      !["TRAINFARE_CONFIGS", "NO_COLOR", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"].contains($0.key)
    }
  }

  public static func has(_ name: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  /// What bash makes of a script, with both streams in one.
  public static func run(
    _ script: String, in folder: String, environment: [String: String] = [:]
  ) throws -> (out: String, status: Int32) {
    let process = Foundation.Process(), pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", script]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = Shell.environment.merging(environment) { _, new in new }
    (process.standardOutput, process.standardError) = (pipe, pipe)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
  }
}
