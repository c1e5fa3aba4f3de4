import Calibration
import Scenarios
import Simulation

extension Skip: Worded {
  public var wording: Wording {
    let (code, figures) = coded
    return Wording(code, .skip, figures, detail.map { "\(reason): \($0)" } ?? reason)
  }

  private var coded: (code: String, figures: Wording.Figures) {
    switch self {
    case .mixtureOfExperts: ("mixture-of-experts", [:])
    case .timeToTrain: ("time-to-train", [:])
    case .architecture(let word): ("architecture-not-modelled", ["word": .text(word)])
    case .offloading: ("offloading-not-modelled", [:])
    case .noSource(let series): ("no-source", ["series": .text(series)])
    case .notStated(let column): ("column-not-stated", ["column": .text(column)])
    case .precisionNotStated: ("precision-not-stated", [:])
    case .machineUnknown(let name): ("machine-unknown", ["accelerator": .text(name)])
    case .noStack(let source): ("no-stack", ["source": .text(source)])
    case .stackUnknown(let name): ("stack-unknown", ["stack": .text(name)])
    case .noProfile(let name): ("no-profile", ["profile": .text(name)])
    case .countingUnknown(let metric): ("counting-unknown", ["metric": .text(metric.rawValue)])
    case .noPeak(let type): ("no-peak-in-precision", ["precision": .text(type.rawValue)])
    case .batchBeyondAll: ("batch-beyond-all", [:])
    case .devicesNotWhole(let chips): ("devices-not-whole", ["chips": .number(chips)])
    case .precisionUnknown(let text): ("precision-unknown", ["precision": .text(text)])
    case .recomputationUnknown(let text): ("recomputation-unknown", ["recompute": .text(text)])
    case .shardingUnknown(let text): ("sharding-unknown", ["sharding": .text(text)])
    case .headsDoNotDivide(let heads, let hidden):
      ("heads-do-not-divide", ["heads": .integer(heads), "hidden": .integer(hidden)])
    case .degreesDoNotFill(let devices, let product):
      ("degrees-do-not-fill", ["devices": .integer(devices), "product": .number(product)])
    case .dataDegreeDoesNotFill(let stated, let left):
      ("data-degree-does-not-fill", ["dp": .integer(stated), "left": .integer(left)])
    case .batchDoesNotSplit(let batch, let data):
      ("batch-does-not-split", ["global_batch": .integer(batch), "dp": .integer(data)])
    case .plan(let problems): ("plan-unknown", ["problems": .texts(problems.map(\.wording.code))])
    case .unsupported(let reason): ("chip-cannot-run-it", reason.wording.figures)
    case .beyondComputing: ("beyond-computing", [:])
    }
  }

  /// The same words for the same kind of reason, so that they can be counted.
  var reason: String {
    switch self {
    case .mixtureOfExperts: "a row does not say enough of a mixture of experts, and no shipped model has its name"
    case .timeToTrain: "time to train depends on convergence, not on a step alone"
    case .architecture: "its architecture is not modelled"
    case .offloading: "offloading to disks is not modelled"
    case .noSource: "no source describes its series"
    case .notStated(let column): "\(column) is not stated"
    case .precisionNotStated: "the precision is not stated"
    case .machineUnknown:
      "no machine is known by the accelerator's name, or several are (write an instance type, or a chip as in A100-80GB)"
    case .noStack: "no stack describes its software"
    case .stackUnknown: "no stack is called so (trainfare catalog list stacks shows all)"
    case .noProfile: "its chip and stack have no efficiency profile"
    case .countingUnknown: "how its source counts operations is not known (the column counting says it)"
    case .noPeak: "the chip has no peak in its precision"
    case .batchBeyondAll: "the batch is beyond anybody's"
    case .devicesNotWhole: "the accelerators are no whole number of devices"
    case .precisionUnknown: "the precision is not one that the model knows"
    case .recomputationUnknown: "the recomputation is not one that the model knows"
    case .shardingUnknown: "the sharding is not one that the model knows"
    case .headsDoNotDivide: "the heads do not divide the hidden size"
    case .degreesDoNotFill, .dataDegreeDoesNotFill: "the degrees do not fill the devices"
    case .batchDoesNotSplit: "the batch does not split over the ranks"
    case .plan: "the plan is not one that the model knows"
    case .unsupported: "the chip cannot run it"
    case .beyondComputing: "its figures are beyond what the model can compute with"
    }
  }

  /// What is so in this row.
  var detail: String? {
    switch self {
    case .architecture(let word): word
    case .noSource(let series): series
    case .machineUnknown(let name), .stackUnknown(let name), .noProfile(let name): name
    case .noStack(let source): source
    case .countingUnknown(let metric): metric.rawValue
    case .noPeak(let type): type.rawValue
    case .devicesNotWhole(let chips): "\(chips)"
    case .precisionUnknown(let text), .recomputationUnknown(let text), .shardingUnknown(let text): text
    case .headsDoNotDivide(let heads, let hidden): "\(heads) and \(hidden)"
    case .degreesDoNotFill(let devices, let product): "\(devices) devices, and tp × pp × cp is \(product)"
    case .dataDegreeDoesNotFill(let stated, let left): "dp is \(stated), and \(left) are left for it"
    case .batchDoesNotSplit(let batch, let data): "\(batch) sequences over dp \(data)"
    case .plan(let problems): problems.map(\.wording.text).joined(separator: "; ")
    case .unsupported(let reason): reason.wording.text
    case .mixtureOfExperts, .timeToTrain, .offloading, .notStated, .precisionNotStated, .batchBeyondAll,
      .beyondComputing:
      nil
    }
  }
}
