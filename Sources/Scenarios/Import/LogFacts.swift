import Quantities

/// What a training log prints of the job and the plan, to be held against what was said of them.
public struct LogFacts: Sendable {
  public enum Fact: CaseIterable, Sendable {
    case globalBatch, sequenceLength, tokensPerStep, devices, tensor, pipeline, context, microBatch

    /// How logs call it: Megatron-LM's and NeMo's arguments and lines, torchtitan's, llm-foundry's and NeuronX Distributed's
    /// configurations.
    var keys: [String] {
      switch self {
      case .globalBatch: ["global batch size", "global_batch_size", "global_train_batch_size"]
      case .sequenceLength: ["seq_length", "encoder_seq_length", "sequence length", "sequence_length", "seq_len"]
      case .tokensPerStep: ["tokens per step", "tokens_per_step", "tokens per batch", "tokens_per_batch"]
      case .devices: ["world_size", "world size", "WORLD_SIZE", "num_gpus", "n_gpus"]
      case .tensor:
        [
          "tensor_model_parallel_size", "tensor-model-parallel size", "tensor_parallel_degree", "tensor_parallel_size",
        ]
      case .pipeline:
        [
          "pipeline_model_parallel_size", "pipeline-model-parallel size", "pipeline_parallel_degree",
          "pipeline_parallel_size",
        ]
      case .context: ["context_parallel_size", "context-parallel size", "context_parallel_degree"]
      case .microBatch: ["micro_batch_size", "micro batch size"]
      }
    }
  }

  /// An amount, how often it was printed, and where first.
  struct Printed: Sendable {
    var amount: Double
    var times = 1
    var key: String
    var line: Int
    var text: String
  }

  let file: String
  private var printed: [Fact: [Printed]] = [:]
  /// The last line that counted steps and what was consumed by then.
  private var last: [Fact: (step: Double, consumed: Double)] = [:]
  /// Batches a second, as llm-foundry prints them.
  private var batchRates: [Double] = []

  init(file: String = "") { self.file = file }

  // MARK: Reading

  mutating func read(_ line: Substring, number: Int) {
    let bytes = Array(line.utf8)
    var step: Double?, consumed: [(Fact, Double, String)] = []
    for start in bytes.indices where start == 0 || !LogFacts.isInWord(bytes[start - 1]) {
      for word in LogFacts.words[bytes[start]] ?? [] where bytes[start...].starts(with: word.key.utf8) {
        guard let amount = LogFacts.whole(bytes[(start + word.key.utf8.count)...]), amount > 0 else { continue }
        switch word.meaning {
        case .amount(let fact): note(fact, amount, word.key, line, number)
        case .step: step = amount
        case .consumed(let fact): consumed.append((fact, amount, word.key))
        }
      }
    }
    // Megatron-LM counts what all steps so far have seen.
    for (fact, now, key) in consumed {
      guard let step else { break }
      if let before = last[fact], step > before.step, now > before.consumed {
        note(fact, (now - before.consumed) / (step - before.step), key, line, number)
      }
      last[fact] = (step, now)
    }
    if let rate = TrainingLog.number(after: "throughput/batches_per_sec", in: line), rate > 0 {
      batchRates.append(rate)
    }
  }

  /// What only the rates of llm-foundry together tell.
  mutating func conclude(deviceTokens: [Double]?, allTokens: [Double]?) {
    guard let all = allTokens.map(\.median), all.isFinite else { return }
    if let each = deviceTokens.map(\.median), each > 0 {
      note(.devices, (all / each).rounded(), "tokens_per_sec ÷ device/tokens_per_sec", "", 0)
    }
    if !batchRates.isEmpty {
      note(.tokensPerStep, all / batchRates.median, "tokens_per_sec ÷ batches_per_sec", "", 0)
    }
  }

  private mutating func note(_ fact: Fact, _ amount: Double, _ key: String, _ line: Substring, _ number: Int) {
    guard amount.isFinite else { return }
    var all = printed[fact] ?? []
    if let same = all.firstIndex(where: { $0.amount == amount }) {
      all[same].times += 1
    } else if all.count < 1000 {
      all.append(Printed(amount: amount, key: key, line: number, text: String(line.prefix(2000))))
    }
    printed[fact] = all
  }

  private enum Meaning { case amount(Fact), step, consumed(Fact) }

  /// What is looked for, by the first byte: logs are long, and a line is read once.
  private static let words: [UInt8: [(key: String, meaning: Meaning)]] = {
    var all = Fact.allCases.flatMap { fact in fact.keys.map { ($0, Meaning.amount(fact)) } }
    all += [("iteration", .step), ("global_step", .step)]
    for (key, fact) in [("consumed samples", Fact.globalBatch), ("consumed tokens", .tokensPerStep)] {
      all.append((key, .consumed(fact)))
    }
    return Dictionary(grouping: all.map { (key: $0.0, meaning: $0.1) }) { $0.key.utf8.first ?? 0 }
  }()

  /// A key behind a letter, a digit or one of these is part of a longer one: `local_world_size`.
  private static func isInWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static let separators = Set(" .:='\"\t".utf8)
  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  /// The whole number right behind a key: of ` ....... 64`, `": 64`, `:  1,536`; nil where there is none.
  static func whole(_ text: ArraySlice<UInt8>) -> Double? {
    var rest = text.drop { separators.contains($0) }
    guard rest.count < text.count else { return nil }
    var found: [UInt8] = []
    while true {
      let part = rest.prefix { digits.contains($0) }
      found += part
      rest = rest[part.endIndex...]
      // Commas stand between thousands; else they end the number.
      let group = rest.dropFirst().prefix { digits.contains($0) }
      guard !part.isEmpty, rest.first == UInt8(ascii: ","), group.count == 3 else { break }
      rest = rest.dropFirst()
    }
    guard !found.isEmpty, found.count < 16 else { return nil }
    // 0.5 and 1e4 are no whole numbers, and 8x is none.
    if let next = rest.first {
      let isFraction = next == UInt8(ascii: ".") && rest.dropFirst().first.map(digits.contains) == true
      if isFraction || isInWord(next), next != UInt8(ascii: "-") { return nil }
    }
    return Double(String(decoding: found, as: UTF8.self))
  }

  // MARK: Holding it against the job

  /// What the log and the statement disagree in, each with both numbers. A log may print several amounts, as while a batch
  /// grows: the one that it prints most often counts, of equals the last.
  public func contradictions(_ job: Job, _ plan: Plan) -> [Diagnostic] {
    Fact.allCases.compactMap { fact in
      guard
        let log = printed[fact]?.enumerated().max(by: { ($0.element.times, $0.offset) < ($1.element.times, $1.offset) })
      else { return nil }
      let one = log.element, (stated, what, help) = LogFacts.statement(fact, one.amount, job, plan)
      // Rates are rounded when they are printed.
      let slack = one.line == 0 ? 0.02 : 1e-9
      guard abs(one.amount - stated) > slack * stated else { return nil }
      return Diagnostic(
        .error,
        "the log says \(LogFacts.text(one.amount)) \(what) ('\(one.key)'), but \(LogFacts.text(stated)) is stated",
        help: "\(help); if the log counts otherwise, take that line out of it",
        at: Place(file: file, line: one.line, column: 1, lineText: one.text.isEmpty ? nil : one.text))
    }
  }

  private static func statement(_ fact: Fact, _ amount: Double, _ job: Job, _ plan: Plan) -> (Double, String, String) {
    let value = text(amount)
    return switch fact {
    case .globalBatch:
      (Double(job.globalBatch), "sequences in a step", "if the log is of this job, add --global-batch \(value)")
    case .sequenceLength:
      (Double(job.sequenceLength), "tokens in a sequence", "if the log is of this job, add --sequence-length \(value)")
    case .tokensPerStep:
      (job.tokensPerStep, "tokens in a step", "that is --global-batch × --sequence-length: state those that ran")
    case .devices:
      (Double(plan.devices), "devices", "state how many ran with --instances or --chips, or with the degrees of --plan")
    case .tensor: (Double(plan.tensor), "tensor-parallel ranks", "if the log is of this run, add --plan tp=\(value)")
    case .pipeline: (Double(plan.pipeline), "pipeline stages", "if the log is of this run, add --plan pp=\(value)")
    case .context: (Double(plan.context), "context-parallel ranks", "if the log is of this run, add --plan cp=\(value)")
    case .microBatch:
      (
        Double(plan.microBatch), "sequences in a micro-batch",
        "if the log is of this run, add --plan micro_batch=\(value)"
      )
    }
  }

  private static func text(_ amount: Double) -> String {
    amount == amount.rounded() && abs(amount) < 1e15 ? String(Int(amount)) : String((amount * 10).rounded() / 10)
  }
}
