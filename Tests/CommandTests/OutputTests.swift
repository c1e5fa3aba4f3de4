import Foundation
import Testing

@Suite struct OutputTests {
  @Test("A full disk is an error at once, and nothing is left")
  func fullDisk() throws {
    let result = try CompareTests.run("-o", "/dev/full")
    #expect(result.status == 2)
    #expect(result.err.contains("cannot write '/dev/full': there is no space left"))
    let out = try CompareTests.run(out: .file("/dev/full"))
    #expect(out.status == 2)
    #expect(out.err.contains("cannot write to standard output: there is no space left"))
    #expect(try Tool.run("--help", out: .file("/dev/full")).status == 2)
  }

  @Test("A reader that leaves early, as head does, is no error")
  func closedPipe() throws {
    let result = try CompareTests.run(out: .closedPipe)
    #expect(result.status == 0)
    #expect(result.err.isEmpty)
  }

  @Test("A closed standard output is an error, and no file receives the table instead")
  func closedOutput() throws {
    let scratch = try Scratch()
    let result = try CompareTests.run("-o", scratch.path + "/a.csv", out: .closed)
    #expect(result.status == 2)
    #expect(result.err.contains("cannot write to standard output"))
    #expect(scratch.read("a.csv").hasPrefix("schema_version,"))
    #expect(!scratch.read("a.csv").contains("instance type"))
  }

  @Test("What cannot be a file is told before work begins")
  func unwritable() throws {
    let scratch = try Scratch()
    try scratch.write("file", "x")
    for path in [
      scratch.path, scratch.path + "/file/below", scratch.path + "/new/", String(repeating: "n", count: 300),
      "",
    ] {
      // The job does not exist, so only an output opened first can fail first.
      let result = try Tool.run("compare", "no/such/job.yaml", "-o", path, in: scratch.path)
      #expect(result.status == 2, "\(path)")
      #expect(result.err.contains("cannot write"), "\(path)")
    }
    #expect(scratch.names == ["file"])
  }

  @Test("Without permission nothing is written and it is said", .enabled(if: getuid() != 0))
  func noPermission() throws {
    let scratch = try Scratch()
    chmod(scratch.path, 0o500)
    defer { chmod(scratch.path, 0o700) }
    let result = try CompareTests.run("-o", scratch.path + "/a.csv")
    #expect(result.status == 2)
    #expect(result.err.contains("there is no permission"))
  }

  @Test("A failure later leaves the old file as it was, and nothing beside it")
  func oldFileKept() throws {
    let scratch = try Scratch()
    try scratch.write("a.csv", "old")
    let result = try Tool.run("compare", "no/such/job.yaml", "-o", scratch.path + "/a.csv")
    #expect(result.status == 2)
    #expect(scratch.names == ["a.csv"])
    #expect(scratch.read("a.csv") == "old")
  }

  @Test("A link is written through, and the file keeps its permissions")
  func links() throws {
    let scratch = try Scratch()
    let target = try scratch.write("target.csv", "old")
    chmod(target, 0o640)
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link.csv", withDestinationPath: target)
    #expect(try CompareTests.run("-o", scratch.path + "/link.csv").status == 0)
    #expect(scratch.read("target.csv").hasPrefix("schema_version,"))
    let attributes = try FileManager.default.attributesOfItem(atPath: target)
    #expect(attributes[.posixPermissions] as? Int == 0o640)
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path + "/link.csv")
    #expect(link == target)
  }

  private static let signals: [(Int32, Int32)] = [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)]

  @Test(
    "Interrupted, it leaves no part of a file, and says so by its status",
    arguments: OutputTests.signals)
  func interrupted(signal: Int32, status: Int32) throws {
    let scratch = try Scratch()
    try scratch.write("a.csv", "old")
    // A pipe that nobody writes: the program waits for its job, with the output already open.
    let pipe = scratch.path + "/job.yaml"
    try #require(mkfifo(pipe, 0o600) == 0)
    let running = try Tool.start(["compare", pipe, "-o", scratch.path + "/a.csv"])
    running.wait { scratch.names.count == 3 }
    #expect(scratch.names.count == 3, "the file is being written under another name")
    running.signal(signal)
    #expect(try running.finish().status == status)
    #expect(scratch.names == ["a.csv", "job.yaml"])
    #expect(scratch.read("a.csv") == "old")
  }

  @Test("Colour only where asked for, and never against NO_COLOR")
  func colour() throws {
    #expect(!(try CompareTests.run().out.contains("\u{1B}")))
    #expect(try CompareTests.run("--color", "always").out.contains("\u{1B}["))
    let forbidden = try Tool.run("compare", "--on", "p5.48xlarge", environment: ["NO_COLOR": "1"])
    #expect(!forbidden.out.contains("\u{1B}"))
  }
}
