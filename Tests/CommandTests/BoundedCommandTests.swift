import Foundation
import Testing

/// Small inputs that ask for endless work, and words that cannot go into a file.
@Suite struct BoundedCommandTests {
  @Test("Combinations are counted before any is worked out") func sweep() throws {
    let values = (1...1000).map(String.init).joined(separator: ",")
    let keys = ["tokens", "global_batch", "sequence_length"]
    let result = try Tool.start(
      ["sweep", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "8"]
        + keys.flatMap { ["--vary", "\($0)=\(values)"] }
    ).finish()
    #expect(result.status == 64, "\(result.status)")
    #expect(
      result.err.contains("that makes 1000000000 combinations, and at most 10000 are worked out"), "\(result.err)")
  }

  @Test("A pace that no run has ends with the line that says so") func log() throws {
    let scratch = try Scratch()
    for line in ["wps: 1e308", "train_step_timing in s: 5e-324"] {
      let log = try scratch.write("train.log", line + "\n")
      let result = try Tool.run(
        "calibrate", "--log", log, "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "64", "--plan", "tp=2")
      #expect(result.status == 2 && result.err.contains("train.log:1:1: error: '"), "\(result.err)")
      #expect(result.out.isEmpty)
    }
  }

  @Test("A date that could not be read again is not written", arguments: [[], ["--log", "train.log"]])
  func date(more: [String]) throws {
    let result = try Tool.start(["calibrate", "--date", "26/11/2026"] + more).finish()
    #expect(result.status == 64 && result.err.contains("'26/11/2026' is not a date"), "\(result.err)")
  }

  @Test("Ctrl-C in a sweep leaves no file that lacks rows", arguments: [true, false]) func interrupted(isQuiet: Bool)
    throws
  {
    let scratch = try Scratch(), values = (1...500).map { "\($0 * 64)" }.joined(separator: ",")
    let running = try Tool.start(
      [
        "sweep", "llama-3.1-8b-1t", "--on", "p5.48xlarge", "--instances", "8", "--plan", "tp=2,dp=32", "-o", "f.csv",
        "--vary",
        "global_batch=\(values)",
      ] + (isQuiet ? ["-q"] : []), in: scratch.path)
    // Rows that are streamed are there before the end, under another name; of others there is the name.
    running.wait { isQuiet ? scratch.bytes > 0 : !scratch.names.isEmpty }
    running.signal(SIGINT)
    #expect(try running.finish().status == 130)
    #expect(scratch.names.isEmpty, "\(scratch.names)")
  }
}
