import Foundation
import Testing

@Suite struct SuiteCommandTests {
  /// Quick cases, two of which cannot run: one has no such type, one does not fit.
  static let small = """
    kind: suite
    version: 1
    summary: a few quick cases
    defaults: {tokens: 1 B, sequence_length: 1024, global_batch: 64, size: {instances: 1}}
    matrix:
      - models: [gpt2, llama-3.2-1b]
        instances: [trn1.32xlarge, p5.48xlarge, no-such-type]
        pricing: [list, spot]
    cases:
      - {name: too-large, model: megatron-1t, instance: p5.48xlarge, expect: {feasible: false}}
      - {name: kept, model: gpt2, instance: p5.48xlarge, expect: {tokens_per_s: >= 1, cost_usd: <= 1 M}}

    """

  static func suite(_ scratch: Scratch, _ text: String = small) throws -> String {
    try scratch.write("mine.yaml", text)
  }

  @Test("Every case is a row of the CSV in the order of the suite, with suite and case filled in")
  func rows() throws {
    let scratch = try Scratch()
    let result = try Tool.run("suite", "run", Self.suite(scratch), "-o", scratch.path + "/r.csv")
    let lines = scratch.read("r.csv").components(separatedBy: "\r\n").dropLast()
    #expect(lines.count == 15)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("2,") && $0.contains(",mine,") })
    #expect(lines[1].hasPrefix("2,gpt2/trn1.32xlarge/1x/list,trn1.32xlarge,1,16,"))
    #expect(lines[14].hasPrefix("2,kept,p5.48xlarge,1,8,"))
    #expect(result.out.contains("no: no instance type is called 'no-such-type'"))
    #expect(result.out.contains("14 cases: 9 run, 5 do not."))
    #expect(scratch.names == ["mine.yaml", "r.csv"])
  }

  @Test("One bad name costs its cases only, is told at its place once, and makes the exit status 2")
  func badCase() throws {
    let scratch = try Scratch()
    let result = try Tool.run("suite", "run", Self.suite(scratch), "--quiet")
    #expect(result.status == 2)
    #expect(result.err.contains("mine.yaml:7:45: error: no instance type is called 'no-such-type'"))
    #expect(result.err.components(separatedBy: "no-such-type'").count == 2)
  }

  @Test("A failed expectation is told at its place with what was found, and makes the exit status 1")
  func failedExpectation() throws {
    let scratch = try Scratch()
    let text = """
      kind: suite
      version: 1
      summary: wrong
      cases:
        - job: llama-3.2-1b-finetune
          instance: p5.48xlarge
          size: {instances: 1}
          expect: {step_time_s: 1 h ± 5%, feasible: true}

      """
    let result = try Tool.run("suite", "run", Self.suite(scratch, text))
    #expect(result.status == 1)
    #expect(
      result.err.contains("mine.yaml:8:27: error: mine/llama-3.2-1b-finetune/p5.48xlarge/1x: step_time_s is ")
    )
    #expect(result.err.contains(", expected 1 h ± 5%"))
    #expect(!result.err.contains("feasible is"))
    #expect(result.out.contains("1 expectation failed."))
  }

  @Test("What does not run keeps no bound on its time, and says why") func boundOnNothing() throws {
    let scratch = try Scratch()
    let text = Self.small.replacingOccurrences(of: "{feasible: false}", with: "{step_time_s: <= 1 h}")
    let result = try Tool.run("suite", "run", Self.suite(scratch, text))
    #expect(result.err.contains("mine/too-large: step_time_s is unknown, expected <= 1 h"))
    #expect(result.err.contains("help: it does not run: needs "))
  }

  @Test("A wrong suite stops before any case, with everything that is wrong") func wrongSuite() throws {
    let scratch = try Scratch()
    let text = "kind: suite\nversion: 1\nsummary: s\ncases:\n- {model: gpt2}\n- {modle: gpt2, instance: x}\n"
    let result = try Tool.run("suite", "run", Self.suite(scratch, text), "-o", scratch.path + "/r.csv")
    #expect(result.status == 2)
    #expect(result.out.isEmpty)
    #expect(result.err.contains("mine.yaml:5:3: error: key 'instance' is missing"))
    #expect(result.err.contains("mine.yaml:6:4: error: key 'modle' is unknown"))
    #expect(scratch.names == ["mine.yaml"])
  }

  @Test("The list has every case and runs none") func list() throws {
    let scratch = try Scratch()
    let result = try Tool.run("suite", "list", Self.suite(scratch), "--format", "csv")
    #expect(result.status == 0)
    let lines = result.out.components(separatedBy: "\r\n")
    #expect(lines[0] == "suite,case,job,model,instance,size,pricing,region,expectations")
    #expect(lines[1] == "mine,gpt2/trn1.32xlarge/1x/list,,gpt2,trn1.32xlarge,1x,list,,")
    #expect(lines.count == 16)
    #expect(result.out.contains("feasible: false"))
  }

  @Test("Several suites make one table of results; the same name twice is refused") func several() throws {
    let scratch = try Scratch()
    let one = try Self.suite(scratch)
    let two = try scratch.write("other.yaml", Self.small)
    let result = try Tool.run("suite", "run", one, two, "--format", "json")
    #expect(result.out.contains("\"suite\": \"mine\"") && result.out.contains("\"suite\": \"other\""))
    #expect(try Tool.run("suite", "run", one, one).status == 64)
  }

  @Test("A changed field is an assumption of every row that runs") func changes() throws {
    let scratch = try Scratch()
    let result = try Tool.run(
      "suite", "run", Self.suite(scratch), "--format", "csv", "--set", "chips.h100.memory_bandwidth=9 TB/s")
    #expect(result.out.contains("--set chips.h100.memory_bandwidth=9 TB/s"))
  }

  @Test("Nothing to resume from is a wrong command line") func noJournal() throws {
    let scratch = try Scratch()
    #expect(try Tool.run("suite", "run", Self.suite(scratch), "--resume").status == 64)
  }
}
