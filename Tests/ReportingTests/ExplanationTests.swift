import Planning
import Quantities
import Testing

@testable import Reporting
@testable import Scenarios
@testable import Simulation

@Suite struct ExplanationTests {
  private func text() throws -> String {
    let simulator = try Simulator(
      job: Sample.job(), instance: Sample.instance("toy.8"), efficiency: Sample.efficiency())
    var run = Sample.run("toy.8")
    run.estimate = simulator.estimate(Sample.plan)
    return try #require(Explanation(Sample.row(run: run))).text(Screen())
  }

  @Test("Every operator is shown with its shape, work, bytes and what bounds it")
  func operators() throws {
    let text = try text()
    // τ = 4096 tokens; (16 + 2·4)/2 heads of 64 wide; 2·m·n·k = 6.44 GFLOP.
    let line = try #require(text.split(separator: "\n").first { $0.contains("├─ qkv ") })
    #expect(line.contains("[4,096 × 1,024]·[1,024 × 768]"))
    #expect(line.contains("6.44 GFLOP"))
    #expect(line.contains("% of FLOP rate") || line.contains("% of bandwidth"))
    for name in ["attention.norm", "mlp.down.wgrad", "cross-entropy.grad", "tp.forward", "head.dgrad"] {
      #expect(text.contains("─ \(name) "), "\(name)")
    }
  }

  @Test("Collectives are shown with buffer, group and tiers")
  func collectives() throws {
    let line = try #require(try text().split(separator: "\n").first { $0.contains("tp.forward") })
    #expect(line.contains("8 MiB over 2 ranks"))
    #expect(line.contains("link 400 GB/s"))
  }

  @Test("A price names its region as lists of prices do")
  func region() throws {
    #expect(try text().contains("price: $25.00/h, on-demand, moon-1"))
  }

  @Test("Groups that share a copy are told as the kernel had them: replicas, not all ranks")
  func sharedCopies() throws {
    let simulator = try Simulator(
      job: Sample.job(), instance: Sample.instance("toy.8"), efficiency: Sample.efficiency())
    var run = Sample.run("toy.8")
    run.question = PlanCase(simulator, Plan(data: 16, zero: 3, shard: 4))
    run.estimate = run.question.estimate()
    let explanation = try #require(Explanation(Sample.row(run: run)))
    let data = explanation.trace.step.filter { $0.part == .data }
    // Weights and gradients over the four ranks of a copy, sums between the four copies.
    #expect(data.compactMap(\.path).map(\.group) == [4, 4, 4, 4])
    #expect(data.compactMap(\.path).map(\.stride).sorted() == [1, 1, 1, 4])
    let text = explanation.text(Screen())
    #expect(text.contains("over 4 ranks, every 4 ranks"))
    #expect(!text.contains("over 16 ranks"))
  }

  @Test("What an explanation shows of each part adds up to the part that the estimate has")
  func terms() throws {
    let run = Sample.run("toy.8"), trace = run.question.trace(), estimate = run.question.estimate()
    for part in StepParts.Part.allCases where estimate.step[part] > .zero {
      let sum = trace.step.filter { $0.part == part }.reduce(Seconds.zero) { $0 + $1.amount }
      #expect(abs(sum / estimate.step[part] - 1) < 1e-9, "\(part.name)")
    }
    #expect(trace.memory.map(\.amount) == MemoryParts.Part.allCases.map { estimate.memory[$0] })
    // One layer's communication, forward and backward, is what the term of the layers holds.
    let layers = try #require(trace.step.first { $0.part == .tensor && $0.isOfLayers })
    let inside = trace.layers[0].filter { $0.part == .tensor }.reduce(Seconds.zero) { $0 + $1.amount }
    #expect(abs(inside / layers.raw - 1) < 1e-9)
  }

  @Test("Each figure has the number of a source, and each number a source")
  func sources() throws {
    let text = try text()
    #expect(text.contains("3 TB/s [1]"))
    #expect(text.contains("\n[1] a datasheet; read 2026-01-31; chips/toy.yaml\n"))
    #expect(text.contains("a price list; read 2026-01-31"))
    let used = Set(text.matches(of: #/[^\n]\[([0-9]+)\]/#).map { String($0.1) })
    let given = Set(text.matches(of: #/\n\[([0-9]+)\] /#).map { String($0.1) })
    #expect(used == given)
  }

  @Test("What does not run has no arithmetic to show")
  func refused() throws {
    let simulator = try Simulator(
      job: Sample.job(), instance: Sample.instance("toy.8"), efficiency: Sample.efficiency())
    let row = ResultRow(job: Sample.job(), result: Sample.option("toy.8", .cannot(Refusal(.noLegalPlan))))
    #expect(Explanation(row) == nil)
  }
}
