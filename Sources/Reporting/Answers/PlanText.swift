import Quantities
import Scenarios
import Simulation

extension Plan {
  /// `tp8 pp4×2 dp16 zero1 mb2 full`: what is 1 or off is left out, except the data-parallel degree.
  var short: String {
    var words: [String] = []
    if tensor > 1 { words.append("tp\(tensor)" + (sequenceParallel ? "+sp" : "")) }
    if context > 1 { words.append("cp\(context)") }
    if pipeline > 1 { words.append("pp\(pipeline)" + (interleave > 1 ? "×\(interleave)" : "")) }
    if let ends { words.append("ends\(ends.rawValue)") }
    words.append("dp\(data)")
    if expert > 1 { words.append("ep\(expert)") }
    if expertTensor > 1 { words.append("etp\(expertTensor)") }
    if zero > 0 { words.append("zero\(zero)" + (shard.map { "/\($0)" } ?? "")) }
    words.append("mb\(microBatch)")
    if recompute != .none { words.append(recompute.rawValue) }
    return words.joined(separator: " ")
  }

  /// As `--plan` takes it, in full.
  var option: String {
    "tp=\(tensor),pp=\(pipeline),vpp=\(interleave),dp=\(data),cp=\(context),zero=\(zero),micro_batch=\(microBatch),"
      + "recompute=\(recompute.rawValue),sequence_parallel=\(sequenceParallel)"
      + (expert > 1 ? ",ep=\(expert)" : "") + (expertTensor > 1 ? ",etp=\(expertTensor)" : "")
      + (shard.map { ",shard=\($0)" } ?? "")
      + (ends.map { ",ends=\($0.rawValue)" } ?? "")
  }
}

extension JobSize {
  var sentence: String {
    switch self {
    case .instances(let n): "on " + counted(n, "instance")
    case .chips(let n): "on " + counted(n, "chip")
    case .deadline(let time): "finish within \(time.formatted)"
    case .budget(let amount): "spend at most \(amount.formatted)"
    case .within(let time, let amount): "finish within \(time.formatted) and spend at most \(amount.formatted)"
    }
  }
}

extension PricingRequest {
  var sentence: String {
    switch self {
    case .list: "list prices"
    case .model(let model): "\(model.rawValue) prices"
    }
  }
}

extension Job {
  /// `llama-3.1-8b (8.03 B) · 1 T tokens · sequence 8,192 · batch 1,024 · bf16`.
  var title: String {
    ([
      model.name + sizeWords, "\(tokens.formatted) tokens", "sequence \(Figures.grouped(sequenceLength))",
      "batch \(Figures.grouped(globalBatch))", precision.rawValue,
    ] + documentWords + trainingWords + (optimizer == .adamw ? [] : [optimizer.rawValue])).joined(separator: " · ")
  }

  /// Where what is trained says it too, it stands there.
  private var sizeWords: String {
    guard training == nil else { return "" }
    let count = headed.parameterCount
    return
      " (\(Count(count.total).formatted)\(count.active < count.total ? ", \(Count(count.active).formatted) active" : ""))"
  }

  /// What sequences hold, where somebody says so: `documents of 600 tokens, padded: 71% of the work is on padding`.
  private var documentWords: [String] {
    guard let documents else { return [] }
    let each = "documents of \(Figures.grouped(Int(documents.mean.rounded()))) tokens"
    switch documents.fill {
    case .packed: return ["\(each), packed"]
    case .padded: return ["\(each), \(Figures.percent(1 - usefulShare)) padding"]
    }
  }

  /// What is trained, where somebody says so: `LoRA of rank 16 on attention+mlp, 41.9 M of 8.03 B parameters`.
  private var trainingWords: [String] {
    guard let training else { return [] }
    let what =
      switch training.scope {
      case .full: predictedTokens > 0 || layersIn16Bits != nil ? "full training" : "full fine-tuning"
      case .adapters(let rank, let on, let quantized): "\(quantized ? "QLoRA" : "LoRA") of rank \(rank) on \(on.words)"
      case .frozen(let layers): "first \(counted(layers, "layer")) frozen"
      }
    let count = headed.parameterCount
    let trained = training.scope == .full ? "all" : Count(trainedParameters).formatted
    let active = count.active < count.total ? " (\(Count(count.active).formatted) active)" : ""
    let words = "\(what), \(trained) of \(Count(count.total).formatted) parameters\(active) trained"
    let loss: [String] =
      switch training.loss {
      case .nextToken: []
      case .dpo: ["DPO, pairs of sequences"]
      case .reward: ["rewards, pairs of sequences"]
      }
    return [words] + loss
      + (training.crossEntropy == .whole ? [] : ["\(training.crossEntropy.rawValue) cross-entropy"])
      + (training.offload == .activations ? ["activations offloaded"] : [])
      + (training.layersIn16Bits.map { ["first \($0.first) and last \($0.last) layers in 16 bits"] } ?? [])
      + predictionWords
  }

  private var predictionWords: [String] {
    guard predictedTokens > 0 else { return [] }
    let more = Count(model.predicting(predictedTokens).parameterCount.total - model.parameterCount.total).formatted
    return ["\(counted(predictedTokens, "further token")) predicted, by \(more) parameters more"]
  }
}
