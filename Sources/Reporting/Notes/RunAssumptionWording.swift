import Calibration
import Scenarios

extension RunAssumption: Worded {
  public var wording: Wording {
    func taken(
      _ code: String, _ figures: @autoclosure @escaping @Sendable () -> Wording.Figures, _ text: String
    ) -> Wording {
      Wording(code, .assumption, figures(), text)
    }
    return switch self {
    case .stack(let name):
      taken(
        "stack-of-run", ["stack": .text(name)],
        "the software is not described: \(name) is taken, by the words of the row")
    case .machine(let name):
      taken("machine-of-run", ["instance": .text(name)], "the machines are not known: \(name) is taken")
    case .adapterRank(let rank):
      taken("adapter-rank", ["rank": .integer(rank)], "the rank of the adapters is not stated, \(rank) is taken")
    case .adapterTargets(let targets):
      taken(
        "adapter-targets", ["targets": .text(targets.rawValue)],
        "the adapters are taken to be on "
          + (targets == .all ? "every matrix of a layer" : "the matrices of attention"))
    case .convention(let convention):
      taken(
        "counting-convention", ["convention": .text(convention.rawValue)],
        "operations are counted by the convention '\(convention.rawValue)'")
    case .heads(let heads, let size):
      taken(
        "heads-of-run", ["heads": .integer(heads), "size": .integer(size)],
        "heads are not stated, \(heads) of \(size) are taken")
    case .layers(let layers):
      taken(
        "layers-of-run", ["layers": .integer(layers)], "layers are not stated, \(layers) make the published size")
    case .sharding(let zero):
      taken("sharding-of-run", ["zero": .integer(zero)], "sharding is not stated, zero \(zero) is taken")
    case .shardGroup(let ranks):
      taken(
        "shard-group-of-run", ["ranks": .integer(ranks)],
        "how many ranks share a copy is not stated, \(ranks) are taken")
    case .recompute(let mode):
      taken(
        "recomputation-of-run", ["recompute": .text(mode.rawValue)],
        "recomputation is not stated, \(mode.rawValue) is taken")
    case .recomputeToFit(let mode):
      taken(
        "recomputation-to-fit", ["recompute": .text(mode.rawValue)],
        "recomputation is not stated; with less than \(mode.rawValue) the run would not fit as it is counted")
    case .sequenceParallel(let used):
      taken(
        "sequence-parallelism-of-run", ["taken": .text(used ? "used" : "unused")],
        "sequence parallelism is not stated, it is taken to be \(used ? "used" : "unused")")
    case .interleave(let chunks):
      taken(
        "interleaving-of-run", ["chunks": .integer(chunks)],
        "interleaving is not stated, \(counted(chunks, "chunk")) a stage \(chunks == 1 ? "is" : "are") taken")
    case .ends(let ends):
      taken(
        "ends-of-run", ["ends": .text(ends.rawValue)],
        "how layers are dealt to the pipeline is not stated, ends \(ends.rawValue) are taken, as the model's publisher has them"
      )
    case .microBatch(let size):
      taken(
        "micro-batch-of-run", ["micro_batch": .integer(size)], "the micro-batch is not stated, \(size) is taken")
    case .expertTensor(let ranks):
      taken(
        "expert-tensor-of-run", ["ranks": .integer(ranks)],
        "how experts are cut is not stated, all \(ranks) tensor ranks are taken to share each")
    case .batch(let sequences):
      taken(
        "batch-of-run", ["sequences": .integer(sequences)],
        "the batch is not stated, \(sequences) sequences are taken: each device works once a step")
    case .sampleTokens(let tokens):
      taken("tokens-of-samples", ["tokens": .integer(tokens)], "a sample is taken to be of \(tokens) tokens")
    }
  }
}
