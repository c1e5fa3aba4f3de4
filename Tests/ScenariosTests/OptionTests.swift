import Quantities
import Testing

@testable import Scenarios

@Suite struct OptionTests {
  @Test("A plan is read from KEY=VALUE pairs, and what is left out stays free") func plan() throws {
    let plan = try PlanRequest(
      parsing: "tp=8, pp=4,dp=16,zero=0,micro_batch=2,recompute=selective,sequence_parallel=true")
    #expect(
      plan.tensor == 8 && plan.pipeline == 4 && plan.data == 16 && plan.zero == 0 && plan.microBatch == 2)
    #expect(plan.recompute == .selective && plan.sequenceParallel == true)
    #expect(plan.interleave == nil && plan.context == nil)
    #expect(try PlanRequest(parsing: "cp=2").context == 2)
  }

  @Test(
    "A wrong plan is told under the option, with the caret in it",
    arguments: [
      ("tp=8,▸pq=4", "key 'pq' is unknown", "did you mean 'pp'?"),
      ("tp=▸eight", "takes a whole number", "digits only"),
      ("tp=8,▸tp=4", "'tp' is given twice", "keep one"), ("▸tp", "'tp' is not KEY=VALUE", "tp=8,pp=4"),
      ("tp=8,▸", "is not KEY=VALUE", "tp=8,pp=4"), ("tp=▸0", "'tp' is '0'", "from 1 to"),
      ("zero=▸4", "'zero' is '4'", "from 0 to 3"),
      ("recompute=▸some", "'recompute' is 'some'", "none, selective, full"),
      ("▸tp=100000,pp=100000", "multiply to", "at most 10 M"), ("▸tp=", "has no value", "leave out"),
      ("tp=▸99999999999999999999", "'tp' is '9999", "from 1 to"),
      ("pp=1,vpp=▸2", "'pp' is 1", "needs a pipeline"),
      ("▸micro-batch=2", "key 'micro-batch' is unknown", "did you mean 'micro_batch'?"),
    ])
  func wrongPlans(marked: String, message: String, help: String) {
    let (text, places) = unmarked(marked)
    let found = problems { () throws(Diagnostics) in try PlanRequest(parsing: text) }
    let match = found.first { $0.message.contains(message) }
    #expect(match != nil, "\(found.map(\.rendered))")
    #expect(match?.help?.contains(help) == true, "\(match?.rendered ?? "")")
    #expect(match?.place?.file == "--plan" && match?.place?.line == 0)
    if let place = places.first {
      #expect("1:\(match?.place?.column ?? 0)" == place, "\(match?.rendered ?? "")")
    }
  }

  @Test("All problems of a plan come at once") func several() {
    let found = problems { () throws(Diagnostics) in try PlanRequest(parsing: "tp=x,pq=1,zero=9") }
    #expect(found.count == 3)
  }

  @Test("A job's size comes from one option") func size() throws {
    #expect(try JobSize.parse() == nil)
    #expect(try JobSize.parse(instances: "4") == .instances(4))
    #expect(try JobSize.parse(chips: "512") == .chips(512))
    #expect(try JobSize.parse(deadline: "30 d") == .deadline(Seconds(2_592_000)))
    #expect(try JobSize.parse(budget: "$2 M") == .budget(Dollars(2e6)))
  }

  @Test("Two sizes, or one that is none, are refused under their option") func wrongSizes() {
    let both = problems { () throws(Diagnostics) in try JobSize.parse(instances: "4", deadline: "30 d") }
    #expect(both.map(\.message) == ["--instances and --deadline are given"])
    let slip = problems { () throws(Diagnostics) in try JobSize.parse(deadline: "30 days ago") }
    #expect(slip.first?.place?.file == "--deadline")
    #expect(slip.first?.message.contains("is not a unit of time") == true)
    #expect(
      problems { () throws(Diagnostics) in try JobSize.parse(budget: "2 d") }.first?.place?.file == "--budget"
    )
    #expect(!problems { () throws(Diagnostics) in try JobSize.parse(chips: "0") }.isEmpty)
    #expect(!problems { () throws(Diagnostics) in try JobSize.parse(chips: "") }.isEmpty)
  }
}
