import Quantities
import Testing

@testable import Scenarios

@Suite struct SuiteTests {
  static let head = "kind: suite\nversion: 1\nsummary: s\n"

  /// The suite of a marked text, with what is wrong at which `line:column`.
  private static func read(_ marked: String) throws -> (suite: Suite?, problems: [Diagnostic], due: [String]) {
    let (text, due) = unmarked(head + marked)
    let folder = try Folder.sample()
    let path = try folder.write("mine.yaml", text)
    do {
      return (try folder.catalog().suite(path), [], due)
    } catch let error as Diagnostics {
      return (nil, error.all, due)
    }
  }

  @Test("A product has a case for each combination, named after its parts") func product() throws {
    let suite = try Folder.sample().catalog().suite("b1")
    #expect(
      suite.cases.map(\.name) == [
        "j1/i1.large/1x", "j1/i1.large/30-d", "j1/u1/1x", "j1/u1/30-d",
        "m1/i1.large/1x", "m1/i1.large/30-d", "m1/u1/1x", "m1/u1/30-d", "alone",
      ])
    #expect(suite.cases.allSatisfy { $0.pricing == .model(.spot) })
    #expect(suite.cases[1].size == .deadline(Seconds(30 * 86_400)))
    #expect(suite.cases.last?.size == .instances(2))
  }

  @Test("Several ways to buy are a dimension of their own; one is not part of the name") func pricing() throws {
    let two = try Self.read(
      "matrix:\n- {models: [m1], instances: [u1], sizes: [{chips: 32}], pricing: [list, spot]}\n")
    #expect(two.suite?.cases.map(\.name) == ["m1/u1/32-chips/list", "m1/u1/32-chips/spot"])
    let one = try Self.read(
      "matrix:\n- {models: [m1], instances: [u1], sizes: [{chips: 32}], pricing: spot}\n")
    #expect(one.suite?.cases.map(\.name) == ["m1/u1/32-chips"])
    #expect(one.suite?.cases.map(\.pricing) == [.model(.spot)])
  }

  @Test("Bounds are read in the column's unit or in one of their own, with YAML's > as well")
  func bounds() throws {
    let text = """
      cases:
        - model: m1
          instance: u1
          expect:
            cost_usd: <= 2 M
            tokens_per_s: >= 400 k
            step_time_s: 18 ± 50%
            wall_time_s: 20 d … 30 d
            memory_bytes: ≤ 80 GiB
            mfu_fraction: 0.4 +/- 0.1
            usd_per_million_tokens: '<= $0.5'
            feasible: false
            why_not: no plan

      """
    let suite = try #require(try Self.read(text).suite)
    let bounds = suite.cases[0].expectations.map { "\($0.column) \($0.bound)" }
    #expect(
      Set(bounds) == [
        "feasible isTrue(false)", "step_time_s between(9.0, 27.0)", "tokens_per_s atLeast(400000.0)",
        "wall_time_s between(1728000.0, 2592000.0)", "cost_usd atMost(2000000.0)",
        "memory_bytes atMost(85899345920.0)", "mfu_fraction between(0.30000000000000004, 0.5)",
        "usd_per_million_tokens atMost(0.5)", "why_not word(\"no plan\")",
      ])
    #expect(suite.cases[0].expectations.first { $0.column == "tokens_per_s" }?.text == "≥ 400 k")
  }

  @Test("Every problem of a suite is told at its place, and the line is shown as written") func places()
    throws
  {
    let result = try Self.read(
      """
      defaults: {size: ▸{instances: 1, chips: 2}}
      matrix:
        - models: ▸[]
          instances: [u1, ▸u1]
          pricing: [▸lst]
          expect: {cost_usd: ▸5, tokens_per_s: ▸>= 4 m, wall_time_s: ▸<= 5 GB, ▸feasable: true}
        - ▸instances: [u1]
      cases:
        - ▸job: a
          model: b
          instance: x
        - ▸instance: x

      """)
    #expect(result.problems.map { "\($0.place?.line ?? 0):\($0.place?.column ?? 0)" } == result.due)
    #expect(result.problems.contains { $0.place?.lineText?.contains(">= 4 m") == true })
  }

  @Test("A name that is there twice is an error, as is a suite without cases") func twins() throws {
    let one = "  - ▸{model: m1, instance: u1}\n"
    let twice = try Self.read("cases:\n" + one.replacing("▸", with: "") + one)
    #expect(twice.problems.map(\.message) == ["the case 'm1/u1' is there twice, first in line 5"])
    #expect(twice.problems.map { "\($0.place?.line ?? 0):\($0.place?.column ?? 0)" } == twice.due)
    #expect(try Self.read("cases: []\n").problems.map(\.message) == ["the suite has no cases"])
  }

  @Test("A job is changed by its case, and filled up by the defaults; a model takes everything")
  func resolving() throws {
    let folder = try Folder.sample()
    let path = try folder.write(
      "mine.yaml",
      Self.head + """
        defaults: {tokens: 10 B, sequence_length: 256, global_batch: 64, precision: bf16, optimizer: sgd}
        cases:
          - {job: j1, instance: u1}
          - {job: j1, instance: u1, name: changed, tokens: 2 T, plan: {tp: 4}, size: {instances: 3}}
          - {model: m1, instance: i1.large, size: {chips: 16}}

        """)
    let catalog = try folder.catalog()
    let cases = try catalog.suite(path).cases
    let job = try catalog.resolve(cases[0])
    #expect(job.job.tokens.value == 1e12 && job.job.sequenceLength == 512)
    #expect(job.job.optimizer == .adamwBF16 && job.size == .deadline(Seconds(30 * 86_400)))
    let changed = try catalog.resolve(cases[1])
    #expect(changed.job.tokens.value == 2e12 && changed.job.plan.tensor == 4)
    #expect(changed.job.plan.pipeline == nil && changed.size == .instances(3))
    let model = try catalog.resolve(cases[2])
    #expect(model.job.tokens.value == 1e10 && model.job.sequenceLength == 256 && model.job.optimizer == .sgd)
    #expect(model.instance.name == "i1.large" && model.efficiency.name == "c1.s1")
  }

  @Test("A case that names what is not there is told at the name; the others are looked up all the same")
  func unknown() throws {
    let folder = try Folder.sample()
    let (text, due) = unmarked(
      Self.head + """
        defaults: {tokens: 10 B, sequence_length: 256, global_batch: 64, size: {instances: 1}}
        matrix:
          - {models: [m1, ▸m2], instances: [u1, ▸u2]}

        """)
    let catalog = try folder.catalog()
    let cases = try catalog.suite(folder.write("mine.yaml", text)).cases
    let found = cases.map { one in problems { () throws(Diagnostics) in try catalog.resolve(one) } }
    #expect(found.map(\.count) == [0, 1, 1, 2])
    let places = Set(found.joined().map { "\($0.place?.line ?? 0):\($0.place?.column ?? 0)" })
    #expect(places == Set(due))
  }

  @Test("The fingerprint of a catalog changes with any file that was read, and with none that was not")
  func fingerprint() throws {
    func version(_ change: (Folder) throws -> Void) throws -> String {
      let folder = try Folder.sample()
      try change(folder)
      let catalog = try folder.catalog()
      for one in try catalog.suite("b1").cases { _ = try catalog.resolve(one) }
      #expect(catalog.filesRead.map(\.file).contains("efficiency/c1.s1.yaml"))
      return catalog.version
    }
    let base = try version { _ in }
    #expect(base.count == 16)
    #expect(try version { _ in } == base)
    #expect(try version { try $0.write("models/m9.yaml", "nobody reads this") } == base)
    #expect(
      try version { try $0.write("efficiency/c1.s1.yaml", Samples.efficiency + "# changed\n") } != base)
    // Known values: draft-eastlake-fnv, test vectors of 64-bit FNV-1a; ours end each text with a byte of 255.
    #expect(Fingerprint().text == "cbf29ce484222325")
    #expect(Fingerprint("a") != Fingerprint("b"))
  }
}
