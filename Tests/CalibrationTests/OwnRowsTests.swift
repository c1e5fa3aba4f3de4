import Scenarios
import Simulation
import Testing

import struct Scenarios.Measurement

@testable import Calibration

/// Rows of a source that nobody described, as in a file of one's own.
@Suite struct OwnRowsTests {
  private func own(_ change: (inout Measurement) -> Void) throws -> MeasuredRun {
    try Rows.run(Rows.llama("my-own", change))
  }

  @Test("A row may name its software, what was trained and the optimizer") func stated() throws {
    let run = try own {
      ($0.stack, $0.training) = ("torchtitan", try? Training(parsing: "lora,rank=8,on=mlp"))
      ($0.optimizer, $0.pipeline, $0.data) = (try? Optimizer(parsing: "adamw-8bit"), 1, 32)
    }
    #expect(run.efficiency.stack.name == "torchtitan" && !run.assumptions.contains(.stack("torchtitan")))
    #expect(run.job.loraRank == 8 && run.job.loraTargets == .mlp && run.job.optimizer.states == .eightBit)
    guard case .stackUnknown("nemoo") = try #require(try Rows.skip(Rows.llama("my-own") { $0.stack = "nemoo" })) else {
      Issue.record("a stack that does not exist was taken")
      return
    }
  }

  @Test("In a file of one's own a shipped model is known by its name or that on the Hub, and sizes need not be said")
  func shippedModels() throws {
    for name in ["llama-3.1-8b", "meta-llama/Llama-3.1-8B", "Llama-3.1-8B"] {
      let run = try own {
        $0.model = name
        ($0.hiddenSize, $0.layers, $0.heads, $0.vocabularySize) = (nil, nil, nil, nil)
      }
      #expect(run.job.model.layers == 32 && run.job.model.hiddenSize == 4096, "\(name)")
    }
    // A described source has words of its own for models, and what is left open stays so.
    let skip = try Rows.skip(Rows.llama { ($0.model, $0.hiddenSize) = ("llama-3.1-8b", nil) })
    #expect(skip == .notStated(column: "hidden"))
    let mixture = try own {
      ($0.model, $0.experts, $0.expert) = ("Qwen/Qwen3-30B-A3B", "128/8", 8)
      ($0.hiddenSize, $0.layers, $0.heads, $0.vocabularySize) = (nil, nil, nil, nil)
    }
    #expect(mixture.job.model.hasExperts && mixture.plan.expert == 8)
  }

  @Test("Cards for slots are no modules, and an instance type is a machine") func machines() throws {
    #expect(try Rows.skip(Rows.llama("my-own") { $0.accelerator = "H100 PCIe" }) == .machineUnknown("H100 PCIe"))
    let named = try own { ($0.accelerator, $0.instance) = ("an H100", "p5.48xlarge") }
    #expect(named.instance.name == "p5.48xlarge")
    #expect(try own { $0.accelerator = "V100-32GB-SXM" }.instance.name == "p3dn.24xlarge")
  }

  @Test("Where no recomputation is stated and the run would not fit without, it is the least with which it does")
  func leastRecomputation() throws {
    let run = try own {
      ($0.recompute, $0.pipeline, $0.tensor, $0.data, $0.sharding) = (nil, 1, 1, 64, "FSDP")
      ($0.microBatch, $0.globalBatch, $0.interleave) = (4, 256, nil)
    }
    #expect(run.plan.recompute != Recompute.none && run.memory.map { $0 <= 1 } == true)
    #expect(!run.open.contains(.recompute) && run.assumptions.contains(.recomputeToFit(run.plan.recompute)))
  }

  @Test("FLOP/s of one's own count as their column says, and without it nobody knows how") func counting() throws {
    func row(_ counting: AssumedPlan.FLOPConvention?) -> Measurement {
      Rows.llama("my-own") { ($0.metric, $0.value, $0.counting) = (.flopRate, 400, counting) }
    }
    #expect(try Rows.skip(row(nil)) == .countingUnknown(.flopRate))
    let whole = try Rows.run(row(.model)).stepTime, half = try Rows.run(row(.causal)).stepTime
    #expect(half < whole && half.value > 0.8 * whole.value)
  }

  @Test("In a file of one's own chips may be written as people do") func accelerators() throws {
    func machine(_ name: String) throws -> String { try own { $0.accelerator = name }.instance.name }
    for name in ["H100-SXM", "H100", "h100", "NVIDIA H100 80GB HBM3", "dgx-h100"] {
      #expect(try machine(name) == "dgx-h100", "\(name)")
    }
    #expect(try machine("p5.48xlarge") == "p5.48xlarge" && machine("A100 80GB") == "dgx-a100")
    for name in ["A100", "X100", ""] {
      guard case .machineUnknown? = try Rows.skip(Rows.llama("my-own") { $0.accelerator = name }) else {
        Issue.record("\(name) is taken")
        continue
      }
    }
  }
}
