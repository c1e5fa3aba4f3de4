import Foundation
import Quantities
import Testing

@testable import Scenarios

@Suite struct ScalingLawTests {
  static let chinchilla = try? shipped.scalingLaw("chinchilla")
  static let llama = try? shipped.scalingLaw("llama-3")
  static let deepseek = try? shipped.scalingLaw("deepseek")

  @Test("Chinchilla's refit asks for some twenty tokens a parameter at Chinchilla's compute") func refit() throws {
    let law = try #require(Self.chinchilla)
    // Hoffmann et al. 2022: 70 B parameters on 1.4 T tokens.
    let compute = 5.76e23
    let size = law.bestSize(compute: compute), tokens = law.bestTokens(compute: compute)
    #expect(abs(6 * size * tokens / compute - 1) < 1e-12)
    #expect((65e9...80e9).contains(size), "\(size)")
    #expect((17.0...21).contains(tokens / size), "\(tokens / size)")
  }

  @Test("The best split has a lower loss than its neighbours of the same compute", arguments: [1e20, 1e23, 1e26])
  func optimum(compute: Double) throws {
    let law = try #require(Self.chinchilla), loss = try #require(law.loss)
    let size = law.bestSize(compute: compute)
    func value(_ size: Double) -> Double { loss.predicted(parameters: size, tokens: compute / (6 * size)).value }
    #expect(value(size) < value(size * 1.1))
    #expect(value(size) < value(size / 1.1))
  }

  @Test("The loss is E + A/N^α + B/D^β, and its spread follows from the published errors") func loss() throws {
    let loss = try #require(Self.chinchilla?.loss)
    let found = loss.predicted(parameters: 70e9, tokens: 1.4e12)
    let model = 482.01 / pow(70e9, 0.3478), data = 2085.43 / pow(1.4e12, 0.3658)
    #expect(abs(found.value - (1.8172 + model + data)) < 1e-9)
    let a = model * hypot(124.58 / 482.01, 0.02 * log(70e9)), b = data * hypot(1293.23 / 2085.43, 0.02 * log(1.4e12))
    #expect(abs(try #require(found.deviation) - hypot(0.03, hypot(a, b))) < 1e-9)
    var silent = loss
    silent.dataExponent.error = nil
    #expect(silent.predicted(parameters: 70e9, tokens: 1.4e12).deviation == nil)
  }

  @Test("Llama 3's law goes through the point that its paper states, and states no loss") func llama() throws {
    let law = try #require(Self.llama)
    #expect(abs(law.bestTokens(compute: 3.8e25) - 16.55e12) < 1e3)
    #expect(abs(law.bestTokens(compute: 3.8e24) / 16.55e12 - pow(0.1, 0.53)) < 1e-9)
    #expect(law.loss == nil)
  }

  @Test("DeepSeek's law: M·D is the compute, and its batches are those of its own models") func deepseek() throws {
    let law = try #require(Self.deepseek), batch = try #require(law.batch)
    let compute = 8.4e22
    #expect(abs(law.bestTokens(compute: compute) - 5.8316 * pow(compute, 0.4757)) < 1e3)
    #expect(abs(law.bestSize(compute: compute) * law.bestTokens(compute: compute) / compute - 1) < 1e-12)
    // M_opt = 0.1715·C^0.5243, which the paper prints beside it.
    #expect(abs(law.bestSize(compute: compute) / (0.1715 * pow(compute, 0.5243)) - 1) < 0.01)
    // 2,304 and 4,608 sequences of 4,096: the batches of the 7 B and 67 B models, at the compute of figure 3.
    #expect(abs(batch(8.4e22) / (2304 * 4096) - 1) < 0.05)
    #expect(abs(batch(8.6e23) / (4608 * 4096) - 1) < 0.06)
  }

  @Test("FLOPs a token are 72·L·h² + 12·L·h·s for heads and nets of the usual width") func measure() throws {
    let law = try #require(Self.deepseek)
    var model = ModelFamily.shape(layers: 24, width: 2048)
    (model.keyValueHeads, model.activation, model.feedForwardSize) = (model.heads, .gelu, 4 * 2048)
    let expected = 72.0 * 24 * 2048 * 2048 + 12.0 * 24 * 2048 * 4096
    #expect(abs(law.size(of: model, sequenceLength: 4096) / expected - 1) < 0.001)
    #expect(try #require(Self.chinchilla).size(of: model, sequenceLength: 4096) == model.parameterCount.total)
  }

  @Test("A law that says nothing is refused, and so is a loss of FLOPs") func empty() throws {
    let folder = try Folder.sample()
    let header = "kind: scaling\nversion: 1\nsource: a\nretrieved: 2026-01-31\nsummary: b\n"
    try folder.write("scaling/l1.yaml", header + "counts: parameters\n")
    let first = try folder.catalog()
    let found = problems { () throws(Diagnostics) in try first.scalingLaw("l1") }
    #expect(found.map(\.message) == ["the law says neither a loss nor how many tokens are best"])
    let loss = Samples.scaling.replacing("counts: parameters", with: "counts: non-embedding-flops")
      .replacing("tokens: {at: 1 YFLOP, amount: 1 T, exponent: 0.5}\n", with: "")
    try folder.write("scaling/l1.yaml", loss)
    let second = try folder.catalog()
    let other = problems { () throws(Diagnostics) in try second.scalingLaw("l1") }
    #expect(other.map(\.message) == ["a loss is of parameters and tokens"])
  }

  @Test("Sums are in all or for each year") func sums() throws {
    #expect(try Budget.Sum.parse("$10 M") == .total(Dollars(1e7)))
    let yearly = try Budget.Sum.parse("$5 B/year")
    #expect(yearly == .yearly(Dollars(5e9)))
    #expect(yearly.total(over: Seconds(7 * 31_536_000)) == Dollars(35e9))
    for wrong in ["", "ten", "-$5", "$0", "$nan", "10", "$5/month"] {
      #expect(throws: QuantityError.self, "\(wrong)") { try Budget.Sum.parse(wrong) }
    }
  }

  @Test("A budget that names what is not there is told by the check") func check() throws {
    let folder = try Folder.sample()
    try folder.write("budgets/g1.yaml", Samples.budget.replacing("models: [m1]", with: "models: [m9]"))
    let found = try folder.catalog().check().map(\.message)
    #expect(found.contains("no model is called 'm9'"), "\(found)")
  }
}

@Suite struct ModelFamilyTests {
  static func of(_ size: Double) -> Model { ModelFamily.model(of: size) { $0.parameterCount.total } }

  @Test(
    "Every size has a member near it, with heads and layers that split",
    arguments: [5e8, 1e9, 7e9, 3e10, 1e11, 1e12, 2e13])
  func sizes(size: Double) {
    let model = Self.of(size)
    #expect(abs(model.parameterCount.total / size - 1) < 0.12, "\(model.name) \(model.parameterCount.total)")
    if size > 1e10 { #expect(model.heads % 8 == 0 && model.layers % 4 == 0) }
    if size > 1e9 { #expect((80.0...200).contains(Double(model.hiddenSize) / Double(model.layers)), "\(model.name)") }
  }

  @Test("Llama 3's own sizes come out near its own shapes") func llama() {
    let small = Self.of(8.03e9), large = Self.of(405e9)
    #expect((small.layers, small.hiddenSize, small.feedForwardSize) == (32, 4096, 14336))
    #expect(large.hiddenSize == 16_384)
    #expect(abs(large.layers - 126) <= 8)
  }

  @Test("Sizes beyond both ends get the last member, not a trap", arguments: [1.0, 1e5, 1e20, 1e30])
  func ends(size: Double) { #expect(Self.of(size).parameterCount.total.isFinite) }
}
