import Scenarios
import Simulation
import Testing

import struct Scenarios.Measurement

@testable import Calibration

/// The runs that are shipped, by what becomes of them before any profile is looked at.
@Suite struct ShippedRunsTests {
  /// Used and skipped, by series.
  static let counts: [String: (used: Int, skipped: Int)] = [
    "alpa": (4, 0), "apertus": (5, 0), "automodel": (10, 2), "aws-titan": (2, 0), "awsdsv3": (5, 0),
    "atorch": (2, 0), "awsnemo": (2, 0), "axolotl": (1, 0), "chenyaofo": (9, 0), "granite": (2, 0), "kempner": (8, 0),
    "nemoissue": (1, 0), "paiissue": (2, 0), "primerl": (5, 0), "qwen1": (7, 0), "tinyllama": (1, 0),
    "awskimi": (8, 0), "awsqwen235": (4, 0), "awsqwen30": (4, 0), "awsqwen8": (2, 0), "axlearn": (7, 2),
    "axlearn-cfg": (3, 0), "axlearnv3": (0, 1), "azcluster": (2, 0), "bloom": (83, 0), "colossal": (0, 3),
    "deepspeed-azure": (0, 4), "dgxc": (225, 7), "dgxc26": (12, 0), "dlperfmeg": (8, 0), "dlperfof": (13, 0),
    "ernie45": (0, 1), "flagperf": (5, 0), "flashattn": (5, 0), "fms": (7, 1), "foundry": (158, 0),
    "fp8flow": (0, 16), "gpu-recipes": (4, 0), "halo": (8, 0), "intel-mlperf": (2, 0), "internevo": (26, 0),
    "jaxtb": (0, 8), "korthikanti": (6, 0), "llmc": (4, 0), "maxtext": (0, 3), "mbridge": (174, 2),
    "mbridge2608p1": (0, 3), "megascale": (8, 15), "megascalemoe": (0, 2), "megatron-a100": (6, 0),
    "megatron-a100-jan": (6, 0), "megatron-h100": (6, 0), "megatron-llama": (0, 4), "megatron2020": (8, 0),
    "megds-longseq": (0, 8), "mlmllama": (2, 0), "mlperf": (58, 109), "mlperf6-dsv3": (9, 0),
    "mlperf6-gptoss": (5, 1), "moddednano": (1, 0), "moefold": (0, 2), "mzoo": (5, 0), "nanochat": (4, 0),
    "nekomata": (0, 1), "nemo-launcher-a100": (1, 10), "nemo-launcher-h100": (10, 0), "nemo-longseq": (12, 10),
    "nemo2407": (30, 0), "neuron-docs": (112, 7), "neuronnative": (3, 0), "nous": (4, 0), "oci": (4, 0),
    "olmo2": (1, 0), "olmo3": (0, 1), "opt": (0, 1), "p5enqwen": (5, 0), "paddlenlp": (3, 0), "pithtrain": (1, 0),
    "stas": (6, 0), "swift": (5, 0), "titan": (21, 0), "titandocs": (8, 0), "titandsv3": (3, 0), "titanpr": (3, 0),
    "together": (36, 0), "torchao": (3, 0), "torchneuronx": (28, 0), "totals": (0, 7), "trllong": (1, 0),
    "trn1-logs": (1, 0), "trn2-secondary": (0, 1), "trn3-secondary": (0, 2), "trntutorial": (1, 0), "ttune": (8, 0),
    "videomaetrn2": (14, 0), "vtrain-multi": (83, 0), "vtrain-single": (900, 0), "vultr": (6, 0), "xscript": (8, 0),
    "xscriptmulti": (7, 0), "xtunerlong": (2, 0), "xtunermoe": (8, 0),
  ]

  @Test("As many runs of each series are used and skipped as were when this was written") func bySeries() {
    var found: [String: (used: Int, skipped: Int)] = [:]
    for (row, run) in Rows.resolved {
      switch run {
      case .success: found[row.series, default: (0, 0)].used += 1
      case .failure: found[row.series, default: (0, 0)].skipped += 1
      }
    }
    #expect(Set(found.keys) == Set(Self.counts.keys))
    for (series, count) in found { #expect(count == Self.counts[series] ?? (0, 0), "\(series)") }
  }

  @Test("What is never fitted is predicted all the same: BERT of MLPerf, and nothing else") func unfitted() throws {
    let unfitted = Rows.resolved.filter { (try? $0.run.get())?.isFitted == false }
    #expect(unfitted.count == 13 && unfitted.allSatisfy { $0.row.model == "BERT-Large (MLPerf)" })
    let rows = unfitted.map(\.row)
    #expect(try Validation.runs(rows, catalog: Rows.catalog).isEmpty)
    let verdicts = try Validation.judge(rows, catalog: Rows.catalog)
    #expect(verdicts.allSatisfy { $0.isUnfitted && $0.isApart && $0.judged != nil })
    // On one machine of eight a step is a third to a half too long; what many machines lose is another software's.
    let errors = verdicts.compactMap { $0.plan?.devices == 8 ? $0.judged?.error : nil }
    #expect(errors.count == 5 && errors.allSatisfy { abs($0) < 0.6 }, "\(errors)")
  }

  @Test("No dense model with a plan, a batch and a shape is skipped, but for what no stack describes") func dense() {
    func isExpected(_ skip: Skip) -> Bool {
      switch skip {
      case .noStack, .offloading, .precisionNotStated, .degreesDoNotFill, .dataDegreeDoesNotFill, .batchDoesNotSplit:
        true
      default: false
      }
    }
    for (row, run) in Rows.resolved {
      let isWhole =
        row.tensor != nil && row.globalBatch != nil && row.sequenceLength != nil && row.hiddenSize != nil
        && row.experts == nil && [.stepTime, .tokenRate, .flopRate, .utilization].contains(row.metric)
      guard isWhole, case .failure(let skip) = run else { continue }
      #expect(isExpected(skip), "\(row.id): \(skip)")
    }
  }

  @Test("No rule refuses the plan of a run that is used, and its chip runs its precision") func plans() throws {
    for (row, run) in Rows.resolved {
      guard case .success(let run) = run else { continue }
      // A run of Megatron Bridge spreads experts over more ranks than its stage has, which validation says and skips.
      if run.plan.expert > run.plan.tensor * run.plan.context * run.plan.data { continue }
      let machine = try Machine(instance: run.instance, efficiency: run.efficiency, precision: run.job.precision)
      #expect(Validation.problems(run, machine).isEmpty, "\(row.id): \(Validation.problems(run, machine))")
    }
  }

  @Test("Published and counted sizes of models agree to a tenth where both are known") func sizes() {
    for (row, run) in Rows.resolved {
      guard case .success(let run) = run, let billions = row.billionParameters, row.layers != nil,
        !row.series.hasPrefix("vtrain")
      else { continue }
      let counted = run.job.model.parameterCount.total
      #expect(abs(counted / (billions * 1e9) - 1) < 0.1, "\(row.id) \(row.model): \(counted / 1e9)")
    }
  }
}
