import Foundation
import Quantities
import Testing

@testable import Scenarios

/// How documents fill sequences.
@Suite struct DocumentsTests {
  /// E[f(L)] of log-normal lengths, by summing over their logarithm.
  private func expectation(_ documents: Documents, _ f: (Double) -> Double) -> Double {
    let variance = log(1 + documents.spread * documents.spread), width = variance.squareRoot()
    let center = log(documents.mean) - variance / 2, step = 1e-3
    var sum = 0.0
    for z in stride(from: -9.0, through: 9, by: step) { sum += exp(-z * z / 2) * f(exp(center + z * width)) }
    return sum * step / (2 * Double.pi).squareRoot()
  }

  @Test("What is useful and how far a token looks are the moments of the lengths, cut at the sequence's")
  func moments() {
    for (mean, spread) in [(600.0, 1.0), (600, 0.3), (5_000, 2), (20, 0.1)] {
      for sequence in [512.0, 4_096, 65_536] {
        let padded = Documents(.padded, mean: mean, spread: spread),
          packed = Documents(.packed, mean: mean, spread: spread)
        let first = expectation(padded) { min($0, sequence) }
        let second = expectation(padded) { min($0, sequence) * min($0, sequence) }
        #expect(abs(padded.usefulShare(of: sequence) * sequence / first - 1) < 1e-5)
        #expect(abs((packed.span(in: sequence) ?? 0) / (second / first) - 1) < 1e-5)
        #expect(packed.usefulShare(of: sequence) == 1 && padded.span(in: sequence) == nil)
      }
    }
  }

  @Test("Documents that are all as long as a sequence change nothing, longer ones neither") func whole() {
    for mean in [4_096.0, 10_000] {
      #expect(Documents(.padded, mean: mean, spread: 0).usefulShare(of: 4_096) == 1)
      #expect(Documents(.packed, mean: mean, spread: 0).span(in: 4_096) == 4_096)
    }
  }

  @Test("Padding makes steps more, packing does not") func steps() throws {
    var job = try shipped.job("llama-3.1-8b-1t")
    (job.tokens, job.sequenceLength, job.globalBatch) = (Count(4_096_000), 4_096, 10)
    #expect(job.steps == 100)
    job.documents = Documents(.packed, mean: 1_024, spread: 0)
    #expect(job.steps == 100)
    job.documents = Documents(.padded, mean: 1_024, spread: 0)
    #expect(job.steps == 400 && job.usefulShare == 0.25 && job.tokensPerStep == 10_240)
  }

  @Test("What is written is read back", arguments: ["packed,mean=600", "padded,mean=1200,spread=0.5"])
  func roundTrip(_ text: String) throws {
    #expect(try Documents(parsing: text).rawValue == text)
  }

  @Test(
    "What is wrong is told where it stands",
    arguments: [
      ("packed", "mean"), ("mean=600", "fill"), ("packed,mean=0", "mean of 0"), ("packed,mean=-3", "mean"),
      ("packed,mean=nan", "mean"), ("padded,mean=600,spread=99", "spread of 99"), ("stuffed,mean=600", "stuffed"),
      ("packed,mean=600,packing=1", "packing"), ("", "fill"),
    ])
  func problems(_ text: String, _ told: String) {
    let found = #expect(throws: Diagnostics.self) { try Documents(parsing: text) }
    #expect(
      found?.all.contains { ($0.message + ($0.help ?? "")).contains(told) } == true,
      "\(found?.all.map(\.message) ?? [])")
  }
}
