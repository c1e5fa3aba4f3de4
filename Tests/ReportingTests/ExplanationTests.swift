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
    return try #require(Explanation(Sample.row(run: run), simulator: simulator)).text(Screen())
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
    #expect(line.contains("by link 400 GB/s"))
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
    #expect(Explanation(row, simulator: simulator) == nil)
  }
}
