import Quantities
import Testing

@testable import Scenarios

@Suite struct TrainingTests {
  private static let catalog = Catalog(roots: [repository + "/configs"])

  @Test(
    "What is trained reads as it is written",
    arguments: [
      ("full", Training(.full)), ("frozen=8", Training(.frozen(8))),
      ("lora", Training(.adapters(rank: 16, on: .attention, quantized: false))),
      ("lora,rank=64,on=attention+mlp", Training(.adapters(rank: 64, on: .all, quantized: false))),
      ("lora,on=mlp+attention", Training(.adapters(rank: 16, on: .all, quantized: false))),
      ("qlora,on=mlp", Training(.adapters(rank: 16, on: .mlp, quantized: true))),
      ("full,loss=dpo", Training(.full, loss: .dpo)),
      ("full,cross_entropy=chunked", Training(.full, crossEntropy: .chunked)),
      ("full,mtp=1", Training(.full, mtp: 1)),
      ("full,bf16_layers=2:8", Training(.full, layersIn16Bits: ChunkEnds(first: 2, last: 8))),
      ("full,loss=reward", Training(.full, loss: .reward)),
      ("full,offload=activations", Training(.full, offload: .activations)),
      (
        "frozen=8,cross_entropy=chunked,offload=activations",
        Training(.frozen(8), crossEntropy: .chunked, offload: .activations)
      ),
      ("lora,rank=8,loss=dpo", Training(.adapters(rank: 8, on: .attention, quantized: false), loss: .dpo)),
      ("full,frozen=2,loss=next-token", Training(.frozen(2))),
    ] as [(String, Training)])
  func reads(text: String, training: Training) throws {
    let read = try Training(parsing: text)
    #expect(read == training)
    #expect(Training(rawValue: read.rawValue) == read)
  }

  @Test("Every optimizer reads as it is written, and what is kept for it")
  func optimizers() throws {
    for word in Optimizer.allCases {
      #expect(try Optimizer(parsing: word.rawValue) == word)
      var other = word
      (other.hasMaster, other.gradients, other.offload) = (false, .bf16, .states)
      #expect(other.rawValue == word.rawValue + ",master=none,gradients=bf16,offload=states")
      #expect(try Optimizer(parsing: other.rawValue) == other)
    }
    #expect(Set(Optimizer.allCases.map(\.rawValue)).count == Optimizer.allCases.count)
    #expect(try Optimizer(parsing: "master=none").rule == .adamw)
    #expect(Optimizer(rawValue: "adam") == nil && Optimizer.adamwBF16.rawValue == "adamw-bf16")
  }

  @Test(
    "What is wrong is told with what would have worked",
    arguments: [
      ("lore", "one of: full, lora, qlora"), ("lora,rank=0", "from 1 to 100000"),
      ("lora,on=head", "one of: attention, mlp, all"),
      ("frozen=8,lora", "lora,rank=16"), ("lora,frozen=8", "leave out 'frozen'"), ("full,rank=8", "lora,rank=16"),
      ("lora,rank", "lora,rank=16"), ("full,loss=ppo", "one of: next-token, dpo"), ("", "leave out"),
      ("lora,mtp=1", "write full,mtp=1"), ("full,mtp=99", "from 0 to 16"), ("full,bf16_layers=8", "write it like 2:8"),
      ("full,offload=states", "one of: none, activations"),
    ] as [(String, String)])
  func wrong(text: String, help: String) {
    do {
      let found = try Training(parsing: text)
      Issue.record("\(text) was read as \(found)")
    } catch {
      #expect(error.all.count == 1 && error.all[0].help?.contains(help) == true, "\(error.all)")
    }
  }

  private func job(_ lines: String) -> Result<Job, Diagnostics> {
    let text = "model: m\ntokens: 1 B\nsequence_length: 2048\nglobal_batch: 8\n" + lines
    let source = SourceText(name: "job.yaml", text: text)
    let reading = Reading(location: "job.yaml")
    guard let tree = try? YAMLText.parse(source), let model = try? Self.catalog.model("llama-3.1-8b") else {
      return .failure(Diagnostics([]))
    }
    let job = Job(Fields(tree, keys: Keys.job, reading: reading), name: "job", model: model)
    return reading.findings.isEmpty ? .success(job) : .failure(Diagnostics(reading.findings))
  }

  @Test("Recomputation in some layers reads as it is written, in jobs and plans")
  func partialRecomputation() throws {
    for text in ["none", "selective", "full", "full:4", "selective:12"] {
      #expect(Recompute(rawValue: text)?.rawValue == text)
    }
    #expect(Recompute(rawValue: "full:0") == Recompute.none && Recompute(rawValue: "full:4")?.whole == .full)
    #expect(Recompute(rawValue: "full:4") == Recompute(.full, layers: 4) && Recompute.allCases.count == 3)
    for wrong in ["none:4", "full:", "full:-1", "full:04", "full:4:4", "full:x", ":4", "full:1000000"] {
      #expect(Recompute(rawValue: wrong) == nil, "\(wrong)")
      #expect(throws: Diagnostics.self) { _ = try PlanRequest(parsing: "recompute=\(wrong)") }
    }
    #expect(try PlanRequest(parsing: "tp=2,recompute=full:4").recompute == Recompute(.full, layers: 4))
    #expect(try job("recompute: full:4\n").get().recompute == Recompute(.full, layers: 4))
    #expect(try job("plan: {tp: 2, recompute: selective:3}\n").get().plan.recompute == Recompute(.selective, layers: 3))
    guard case .failure(let found) = job("recompute: full:four\n") else {
      Issue.record("full:four was read")
      return
    }
    #expect(found.all.count == 1 && found.all[0].help == Recompute.partHelp)
    guard case .failure(let twice) = job("recompute: full\nplan: {recompute: full:4}\n") else {
      Issue.record("two that disagree were read")
      return
    }
    #expect(twice.all.count == 1 && twice.all[0].message.contains("disagree"))
  }

  @Test("A job file says both, and says it once")
  func file() throws {
    let tuned = try job("optimizer: adamw-8bit,master=none\ntrain: qlora,rank=64,on=attention+mlp\n").get()
    #expect(tuned.optimizer.states == .eightBit && !tuned.optimizer.hasMaster)
    #expect(tuned.loraRank == 64 && tuned.loraTargets == .all && tuned.hasQuantizedBase)
    #expect(try job("lora_rank: 8\n").get().training == Training(.adapters(rank: 8, on: .attention, quantized: false)))
    #expect(try job("").get().training == nil)
    func problems(_ lines: String) -> [Diagnostic] {
      if case .failure(let found) = job(lines) { found.all } else { [] }
    }
    #expect(problems("lora_rank: 8\ntrain: lora\n").first?.message == "'train' and 'lora_rank' are given")
    #expect(problems("train: frozen=32\n").first?.help == "freeze at most 31")
    let both = problems("optimizer: adam\ntrain: lore\n")
    #expect(
      both.map(\.message) == ["'optimizer' is 'adam', which is not known", "'train' is 'lore', which is not known"])
    #expect(both.allSatisfy { $0.place?.line ?? 0 > 4 })
  }

  @Test("Adapters and factors count the sides of every matrix; what is trained counts by hand")
  func counts() throws {
    let model = try Self.catalog.model("llama-3.1-8b")
    // Queries and output 4096 × 4096, keys and values 4096 × 1024, three matrices of the net 4096 × 14336.
    let attention = 2.0 * 8192 + 2 * 5120, net = 3.0 * (4096 + 14_336)
    #expect(model.adapterParameters(rank: 16, .attention) == 32 * 16 * attention)
    #expect(model.adapterParameters(rank: 16, .mlp) == 32 * 16 * net)
    #expect(model.adapterParameters(rank: 16, .all) == 32 * 16 * (attention + net))
    let count = model.parameterCount
    let matrices = model.matrices.reduce(0) { $0 + $1.parameters }
    #expect(count.layers - matrices == 32 * 2 * 4096)
    var job = Job(name: "j", model: model, tokens: Count(1e9), sequenceLength: 2048, globalBatch: 8)
    #expect(job.trainedParameters == count.total)
    job.training = Training(.frozen(8))
    #expect(job.trainedParameters == count.total - 8 * count.perLayer - count.embedding)
    job.training = try Training(parsing: "full,mtp=1")
    #expect(job.trainedParameters == model.predicting(1).parameterCount.total && job.trainedParameters > count.total)
    let frozen = model.freezing(first: 8)
    #expect(
      frozen.layout.counts == [8, 24]
        && frozen.parameterCount
          == ParameterCount(
            kinds: [count.kinds[0], count.kinds[0]], layers: count.layers, embedding: count.embedding, head: count.head,
            total: count.total, active: count.active)
    )
    #expect(frozen.trainedMatrices.reduce(0) { $0 + $1.parameters } == matrices * 0.75)
  }

  @Test("Some chips of a machine are asked for, and the whole is what is sold")
  func parts() throws {
    let catalog = Self.catalog
    #expect(try catalog.instanceNames(["h100:4"]) == ["p5.48xlarge:4"])
    #expect(try catalog.instanceNames(["H100:2"]) == ["p5.48xlarge:2"])
    #expect(try catalog.instanceNames(["h100:1"]) == ["p5.4xlarge"])
    let half = try catalog.instance("p5.48xlarge:4")
    #expect(half.devices == 4 && half.chips == 8 && half.idleChips == 4 && half.soldAs == "p5.48xlarge")
    #expect(half.assumed == [.chipsAsked(instance: "p5.48xlarge", used: 4, of: 8)])
    let changed = try catalog.instance("p5.48xlarge+nitro-v6:4")
    #expect(changed.soldAs == "p5.48xlarge" && changed.devices == 4)
    #expect(try catalog.instance("p5.48xlarge:8").name == "p5.48xlarge")
    for (name, help) in [
      ("p5.48xlarge:9", "p5.48xlarge:1 to p5.48xlarge:8"), ("p5.48xlarge:0", ":1 to"), ("p5.48xlarge:x", ":1 to"),
      ("p5.4xlarge:2", "leave out ':2'"), ("p5.48xlarge:4:2", "p5.48xlarge:1 to p5.48xlarge:8"),
    ] {
      do {
        _ = try catalog.instance(name)
        Issue.record("\(name) is known")
      } catch {
        #expect(error.all.count == 1 && error.all[0].help?.contains(help) == true, "\(error.all)")
      }
    }
  }
}
