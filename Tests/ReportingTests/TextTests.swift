import Calibration
import Quantities
import Testing

@testable import Planning
@testable import Reporting
@testable import Scenarios
@testable import Simulation

@Suite struct TextTests {
  private let three = Sample.comparison([
    Sample.option("cheap.8", .runs(Sample.run("cheap.8", dollars: 20, days: 24))),
    Sample.option(
      "toy.8",
      .runs(Sample.run("toy.8", dollars: 25, days: 30, notes: [.run(.checkpointRateUnknown(instance: "toy.8"))]))),
    Sample.option(
      "free.8",
      .runs(Sample.run("free.8", dollars: nil, days: 12, notes: [.unpriced(Sample.unpriced("free.8"))]))),
    Sample.option("tiny.1", .cannot(Refusal(Sample.tooLarge))),
  ])

  @Test("A comparison is a table, what cannot run, and plain sentences")
  func comparison() {
    let text = ComparisonText(three, order: ["toy.8", "cheap.8", "free.8", "tiny.1"]).table(Screen())
    #expect(
      text == """
        small (187 M) · 1 T tokens · sequence 4,096 · batch 512 · bf16 · finish within 30 d · list prices

          instance type  instances  chips  plan                             tokens/s  bf16 MFU  step  days      cost  bought     price of            $/M tok  vs toy.8  bound by          memory
          cheap.8                2     16  tp2+sp pp2×2 dp4 zero1 mb1 full   209,715     40.0%  10 s  24.0     $23 k  on-demand  moon-1, 2026-01-31  $0.0230    0.640×  compute   49.4 of 80 GiB
        ▸ toy.8                  2     16  tp2+sp pp2×2 dp4 zero1 mb1 full   209,715     40.0%  10 s  30.0     $36 k  on-demand  moon-1, 2026-01-31  $0.0360     1.00×  compute   49.4 of 80 GiB
          free.8                 2     16  tp2+sp pp2×2 dp4 zero1 mb1 full   209,715     40.0%  10 s  12.0  no price  –          –                         –         –  compute   49.4 of 80 GiB
          tiny.1  no: needs 90 GB per device at least, 80 GiB are there

        Cheapest: cheap.8 at $23 k, 0.640× the cost of toy.8.
        Fastest: free.8 in 12 d, 0.400× the time of toy.8.
        Deadline 30 d: each number of instances is the cheapest that is in time.
        Software (--stack chooses it): toolkit on toy.
        No cost for free.8: no on-demand price known.
        Warning: toy.8: how fast checkpoints are written is not known, so here a failure starts the run from the beginning.
        No interval: the configurations have no calibration (calibration/posterior.yaml).

        """)
  }

  @Test("What calibration knows is told: intervals, how sure the winner is, what was measured near")
  func outlook() throws {
    var judged = three
    var ran = RunFeatures(chip: "toy", stack: "toolkit", job: three.job, plan: Plan())
    (ran.parameters, ran.devices) = (8e9, 64)
    let near = FittedRun(
      id: "published-7", team: "published", features: ran, memory: 0.5, measured: 10, predicted: 10.5)
    func outlook(_ cheapest: Double?, _ evidence: Evidence) -> Outlook {
      var outlook = Outlook(
        tokensPerSecond: .init(low: 180_000, median: 209_000, high: 240_000),
        wallTime: .init(low: 86_400 * 20, median: 86_400 * 24, high: 86_400 * 29),
        cost: cheapest.map { _ in .init(low: 19_500, median: 23_000, high: 28_000) },
        expectedWallTime: Seconds(86_400 * 24), expectedCost: cheapest.map { Dollars(23_000 / $0) }, evidence: evidence,
        nearest: Nearest(
          [near], to: RunFeatures(chip: "toy", stack: "toolkit", job: three.job, plan: Plan()), Likeness()))
      (outlook.probabilityCheapest, outlook.probabilityFastest) = (cheapest, 0.5)
      return outlook
    }
    judged.results[0].outlook = outlook(0.83, .measured)
    judged.results[1].outlook = outlook(0.17, .extrapolated)
    func table(_ isDetailed: Bool) -> String {
      ComparisonText(judged, order: ["toy.8", "cheap.8", "free.8", "tiny.1"], isDetailed: isDetailed).table(Screen())
    }
    #expect(!table(false).contains("Nearest measured run") && table(false).contains("measured, published-7"))
    let lines = table(true)
    let text = lines.replacingOccurrences(of: "\n  ", with: " ")
    #expect(text.contains("cost  5–95%") && text.contains("$27.7 k  $19.5–28 k"))
    #expect(text.contains("; it is the cheapest with a probability of 83.0%, toy.8 with 17.0%."))
    #expect(
      text.contains("Nearest measured run to cheap.8: published-7 (toy with toolkit, 8 B parameters on 64 devices)"))
    #expect(text.contains("measured 10 s, predicted 10.5 s without it") && text.contains(": measured."))
    #expect(
      text.contains("Extrapolated, with a wide interval: no run of the chip was fitted (toy.toolkit)."))
    #expect(!text.contains("No interval"))
  }

  @Test("The reference is the first type named that runs, or the one asked for")
  func reference() {
    func marked(_ order: [String], _ reference: String?) -> [String] {
      ComparisonText(three, order: order, reference: reference).table(Screen()).split(separator: "\n")
        .filter { $0.hasPrefix("▸") }.map { $0.split(separator: " ")[1].description }
    }
    #expect(marked(["tiny.1", "cheap.8"], nil) == ["cheap.8"])
    #expect(marked(["toy.8", "cheap.8"], "cheap.8") == ["cheap.8"])
    #expect(marked(["toy.8"], "tiny.1").isEmpty)
    let text = ComparisonText(three, order: ["toy.8"], reference: "tiny.1").table(Screen())
    #expect(text.contains("The reference tiny.1 does not run, so there are no ratios."))
  }

  @Test("A cheapest reference is set beside the runner-up")
  func cheapestReference() {
    let text = ComparisonText(three, order: ["cheap.8"]).table(Screen())
    #expect(text.contains("Cheapest: cheap.8 at $23 k, 0.640× the cost of toy.8."))
  }

  @Test("When nothing runs, that is said, and no table is drawn")
  func nothingRuns() {
    let none = Sample.comparison([Sample.option("tiny.1", .cannot(Refusal(.nothingFits)))])
    let text = ComparisonText(none, order: ["tiny.1"]).table(Screen())
    #expect(text.contains("  tiny.1  no: no plan fits at any size"))
    #expect(text.contains("None of the options runs this job."))
    #expect(!text.contains("tokens/s"))
  }

  @Test("No line is wider than the terminal where columns can be left out")
  func narrow() {
    let text = ComparisonText(three, order: ["toy.8"]).table(Screen(width: 80))
    #expect(text.split(separator: "\n").allSatisfy { String($0).columns <= 80 })
    #expect(text.contains("Left out at this width:"))
  }

  @Test("Colour changes nothing but colour, and none is used unless asked for")
  func colour() {
    let text = ComparisonText(three, order: ["toy.8"])
    let plain = text.table(Screen())
    let coloured = text.table(Screen(colour: true))
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[1m"))
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  @Test("Markdown says what the table says")
  func markdown() {
    let text = ComparisonText(three, order: ["toy.8"]).markdown
    #expect(text.contains("| ▸ toy.8 | 2 | 16 |"))
    #expect(text.contains("- tiny.1: no. needs 90 GB"))
    #expect(text.contains("- Cheapest: cheap.8 at $23 k"))
  }

  @Test("A name with control characters cannot reach the terminal")
  func hostileName() {
    let hostile = Sample.comparison([
      Sample.option("bad\u{1B}[2J", .cannot(Refusal(.neverEnds(units: 1, instance: "no\u{7}"))))
    ])
    #expect(!ComparisonText(hostile, order: []).table(Screen()).contains { "\u{1B}\u{7}".contains($0) })
  }

  @Test("A plan with experts says over how many ranks once, and what is printed can be asked for again")
  func expertPlan() throws {
    let plan = Plan(pipeline: 2, data: 64, expert: 8, zero: 1)
    #expect(plan.short == "pp2 dp64 ep8 zero1 mb1")
    let asked = try PlanRequest(parsing: plan.option)
    #expect(asked.expert == 8 && asked.data == 64 && asked.pipeline == 2)
    #expect(try PlanRequest(parsing: Plan(data: 2).option).expert == nil)
    let cut = Plan(data: 64, expert: 8, expertTensor: 2)
    #expect(cut.short == "dp64 ep8 etp2 mb1")
    #expect(try PlanRequest(parsing: cut.option).expertTensor == 2 && asked.expertTensor == nil)
  }

  @Test("An estimate breaks down the step, the memory and the bill")
  func estimate() {
    let text = EstimateText(Sample.row(), size: .instances(2)).table(Screen())
    #expect(
      text == """
        small (187 M) · 1 T tokens · sequence 4,096 · batch 512 · bf16 · on 2 instances
        toy.8 × 2: 16 chips, 16 devices; stack toolkit; plan
          tp=2,pp=2,vpp=2,dp=4,cp=1,zero=1,micro_batch=1,recompute=full,sequence_parallel=true; 128 micro-batches a step

        One step: 10 s
          compute                  6.75 s  67.5%  ████████████████████▎
          recompute                   1 s  10.0%  ███
          tensor communication     500 ms   5.0%  █▌
          context communication       0 s   0.0%
          pipeline communication   250 ms   2.5%  ▊
          data communication       500 ms   5.0%  █▌
          pipeline bubble          500 ms   5.0%  █▌
          optimizer                250 ms   2.5%  ▊
          host                     188 ms   1.9%  ▋
          straggling              62.5 ms   0.6%  ▎

        Memory of the fullest device: 49.4 of 80 GiB, 61.7%
          weights       9.31 GiB  11.6%  ███▌
          gradients     18.6 GiB  23.3%  ███████
          optimizer     4.66 GiB   5.8%  █▊
          activations   14.0 GiB  17.5%  █████▎
          logits       0.931 GiB   1.2%  ▍
          workspace    0.000 GiB   0.0%
          reserve       1.86 GiB   2.3%  ▊

        The whole job: 20 d
          209,715 tokens/s, MFU 40.0% of bf16, HFU 53.0%, bound by compute

        Cost: $24 k, $0.0240 per million tokens
          toy.8 × 2, on-demand, running  960.00 instance-hours  × $25.00  = $24,000.00

        Assumed: profile toy.toolkit is extrapolated: no run of this chip was fitted.

        """)
  }

  @Test("An estimate that does not fit says by how much, and with which plan it came nearest")
  func doesNotFit() {
    var nearest = Sample.estimate
    nearest.memory.activations = Bytes(100e9)
    let refusal = Refusal(Sample.tooLarge, nearest: nearest, units: 2)
    let row = ResultRow(job: Sample.job(), result: Sample.option("toy.8", .cannot(refusal)))
    let text = EstimateText(row, size: .instances(2)).table(Screen())
    #expect(text.contains("toy.8 does not run this: needs 90 GB per device at least, 80 GiB are there."))
    #expect(text.contains("Nearest miss on 2 instances: tp=2,pp=2"))
    #expect(text.contains("Memory of the fullest device: 129 of 80 GiB, 160.7%"))
  }
}
