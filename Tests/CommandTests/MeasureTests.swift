import Foundation
import Testing

/// What is measured differs from run to run; what is written, told and refused does not. In one thread, since test
/// machines have few processors and other tests to run.
@Suite(.serialized) struct MeasureTests {
  @Test("measure writes files that other commands take, and prove goes by them; both tell what they found")
  func whole() throws {
    let scratch = try Scratch(), folder = scratch.path + "/deep/measured"
    // An OpenBLAS that is older than the processor takes old kernels. Then the refusal says what to set, and that is enough.
    var kernels: [String: String] = [:]
    func measure() throws -> Tool.Result {
      try Tool.run("measure", "--quick", "--threads", "1", "-o", folder, environment: kernels)
    }
    var measured = try measure()
    if measured.status == 1, let advice = measured.err.range(of: "help: set OPENBLAS_CORETYPE=") {
      kernels["OPENBLAS_CORETYPE"] = String(measured.err[advice.upperBound...].prefix { $0.isLetter || $0.isNumber })
      measured = try measure()
    }
    #expect(measured.status == 0, "\(measured.err)")
    for words in ["OpenBLAS", "fp32 product", "GFLOP/s, 1 thread", "copy", "adamw", "Noise", "Wrote"] {
      #expect(measured.out.contains(words), "\(words)")
    }
    let kinds = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    #expect(kinds == ["chips", "efficiency", "instances", "measurement.json", "stacks"])
    let instances = try FileManager.default.contentsOfDirectory(atPath: folder + "/instances")
    let host = try #require(instances.first?.dropLast(5)).description

    let check = try Tool.run("catalog", "check", "--configs", folder)
    #expect(check.status == 0, "\(check.out)\(check.err)")
    let compared = try Tool.run(
      "compare", "--configs", folder, "--on", host, "--model", "gpt2", "--precision", "fp32", "--tokens", "10 M",
      "--sequence-length", "256", "--global-batch", "4", "--instances", "1", "--format", "csv")
    #expect(compared.status == 0, "\(compared.err)")
    let step = SearchCommandTests.rows(compared.out).first?["step_time_s"].flatMap(Double.init)
    #expect((step ?? 0) > 0)

    let proof = try Tool.run("prove", "--quick", "--measured", folder, "--format", "csv", environment: kernels)
    // Whether the bar is met is this machine's affair at this moment.
    #expect(proof.status == 0 || proof.status == 1, "\(proof.err)")
    let rows = SearchCommandTests.rows(proof.out)
    #expect(rows.count == 4)
    for row in rows {
      func value(_ name: String) -> Double { row[name].flatMap(Double.init) ?? .nan }
      #expect(value("predicted_p05_s") < value("predicted_s") && value("predicted_s") < value("predicted_p95_s"))
      #expect(value("measured_s") > 0 && row["threads"] == "1")
      #expect(value("last_loss") < value("first_loss"))
    }
    let other = try Tool.run("prove", "--quick", "--measured", folder, "--threads", "1,1", environment: kernels)
    #expect(other.status == 64 && other.err.contains("named twice"))
  }

  @Test("an environment that chooses for OpenBLAS is warned of; stopped early, nothing is left")
  func stopped() throws {
    let scratch = try Scratch()
    let running = try Tool.start(
      // By force, since a processor with AVX-512 has better.
      ["measure", "--force", "--threads", "1", "-o", scratch.path + "/measured"],
      environment: ["OPENBLAS_CORETYPE": "Haswell", "OPENBLAS_L2_SIZE": "512"])
    running.wait(untilSaid: "OPENBLAS_L2_SIZE=512")
    running.signal(SIGINT)
    let result = try running.finish()
    #expect(result.status == 130)
    #expect(result.err.contains("OPENBLAS_CORETYPE=Haswell is set") && result.err.contains("OPENBLAS_L2_SIZE=512"))
    #expect(scratch.names.isEmpty)
  }

  @Test("kernels of another processor are refused with the variable to set, and measured by force only")
  func kernels() throws {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    // Whether there is anything better than Prescott's SSE.
    guard info.contains(" avx2 "), info.contains(" fma ") else { return }
    let scratch = try Scratch(), folder = scratch.path + "/measured", old = ["OPENBLAS_CORETYPE": "Prescott"]
    let refused = try Tool.run("measure", "--quick", "--threads", "1", "-o", folder, environment: old)
    #expect(refused.status == 1 && refused.out.isEmpty, "\(refused.err)")
    for words in ["error:", "kernels for Prescott (SSE", "OPENBLAS_CORETYPE=Prescott is set: unset it", "--force"] {
      #expect(refused.err.contains(words), "\(words): \(refused.err)")
    }
    #expect(scratch.names.isEmpty)
    let running = try Tool.start(
      ["measure", "--force", "--threads", "1", "-o", folder], environment: old)
    running.wait(untilSaid: "warning: OpenBLAS multiplies")
    running.signal(SIGINT)
    let forced = try running.finish()
    #expect(forced.status == 130 && forced.err.contains("warning: OpenBLAS multiplies with its kernels for Prescott"))
    // Said once, not contradicted.
    #expect(!forced.err.contains("error:") && !forced.err.contains("set it where you train, too"))
  }

  @Test("what is wrong is told before anything is measured")
  func wrong() throws {
    let scratch = try Scratch()
    let threads = try Tool.run("measure", "--threads", "0,x", "--format", "cvs")
    #expect(threads.status == 64)
    for words in ["'0' is not a whole number", "'x' is not a whole number", "did you mean 'csv'?"] {
      #expect(threads.err.contains(words), "\(words)")
    }
    let file = try scratch.write("file", "x")
    let folder = try Tool.run("measure", "--quick", "-o", file)
    #expect(folder.status == 2 && folder.err.contains("cannot write"))
    let short = try Tool.run("prove", "--quick", "--text", try scratch.write("short.txt", "too short"))
    #expect(short.status == 2 && short.err.contains("9 bytes long"))
    let absent = try Tool.run("prove", "--measured", scratch.path + "/none")
    #expect(absent.status == 2 && absent.err.contains("there is no such file"))
    try scratch.write("measurement.json", "{\"kind\": \"measurement\"}")
    let broken = try Tool.run("prove", "--measured", scratch.path)
    #expect(broken.status == 2 && broken.err.contains("not what 'trainfare measure' writes"))
  }
}
