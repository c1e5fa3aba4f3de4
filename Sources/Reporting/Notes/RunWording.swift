import Planning
import Quantities

extension Note: Worded {
  public var wording: Wording {
    switch self {
    case .machine(let note): note.wording
    case .operation(let note): note.wording
    case .price(let note): note.wording
    case .unpriced(let note): note.wording
    case .run(let note): note.wording
    case .set(let change): change.wording
    }
  }
}

extension RunNote: Worded {
  public var wording: Wording {
    switch self {
    case .networkBaseline(let instance, let baseline, let burst):
      Wording(
        "network-baseline", .assumption,
        [
          "instance": .text(instance), "baseline_bytes_per_s": .amount(baseline),
          "burst_bytes_per_s": .amount(burst),
        ],
        "\(instance): the network's baseline of \(baseline.formatted) is used, though it bursts to \(burst.formatted): "
          + "training outlasts any burst")
    case .profileExtrapolated(let profile):
      Wording(
        "profile-extrapolated", .assumption, ["profile": .text(profile)],
        "profile \(profile) is extrapolated: no run of this chip was fitted")
    case .profileComposed(let chip, let stack):
      Wording(
        "profile-composed", .assumption, ["chip": .text(chip), "stack": .text(stack)],
        "no run of \(stack) on \(chip) was fitted: its efficiency is combined from runs of each of the two elsewhere"
      )
    case .neverRun(let chip, let stack, let features):
      Wording(
        "never-run", .warning,
        ["chip": .text(chip), "stack": .text(stack), "features": .texts(features.map(\.rawValue))],
        "no fitted run of \(chip) with \(stack) has \(listed(features.map(\.rawValue))): the plan counts as slower for it, and "
          + "may not work at all")
    case .planUntried(let instance, let slower):
      Wording(
        "plan-untried", .assumption, ["instance": .text(instance), "slower_fraction": .number(slower)],
        "\(instance): nobody published a run with a plan quite like this one, so its steps count as \(Figures.percent(slower)) longer than "
          + "predicted; given whole as --plan (tp, pp and micro_batch) it counts as predicted")
    case .layersUneven(let instance, let layers, let chunks):
      Wording(
        "layers-uneven", .assumption,
        ["instance": .text(instance), "layers": .integer(layers), "chunks": .integer(chunks)],
        "\(instance): \(layers) layers do not divide into \(chunks) stages, so some have fewer; the software has to be told how, and not "
          + "every software can be")
    case .publishedPlan(let instance, let run):
      Wording(
        "published-plan", .assumption, ["instance": .text(instance), "run": .text(run)],
        "\(instance): the plan is that of the measured run \(run)")
    case .chipsIdle(let instance, let used, let all, let batch):
      Wording(
        "chips-idle", .assumption,
        [
          "instance": .text(instance), "used": .integer(used), "chips": .integer(all), "batch": .integer(batch),
        ],
        "\(instance): \(used) of the \(all) chips of each are used, since the job (batch of \(batch)) does not split over "
          + "\(all); all are paid for")
    case .profileBegins(let chip, let stack, .chip(let like)):
      Wording(
        "profile-like", .assumption, ["chip": .text(chip), "stack": .text(stack), "like": .text(like)],
        "no run of \(chip) was fitted: the efficiency of \(stack) on it is that on \(like), which its file calls like it"
      )
    case .profileBegins(let chip, let stack, .population(let architecture)):
      Wording(
        "profile-of-population", .assumption,
        ["chip": .text(chip), "stack": .text(stack), "architecture": .text(architecture ?? "")],
        "no run of \(chip) was fitted: its efficiency is combined from \(stack) on other chips and from all "
          + (architecture.map { "chips of architecture \($0)" } ?? "accelerators"))
    case .beyondSequence(let model, let length, let longest):
      Wording(
        "beyond-model-sequence", .warning,
        ["model": .text(model), "length": .integer(length), "longest": .integer(longest)],
        "\(model): sequence length \(length) is beyond the \(longest) it was made for")
    case .expertsWithoutAdapters(let model):
      Wording(
        "experts-without-adapters", .warning, ["model": .text(model)],
        "\(model): adapters are on what every token goes through; experts that are chosen have none here, as most recipes have it"
      )
    case .productsCast(let instance, let from, let to):
      Wording(
        "products-cast", .assumption,
        ["instance": .text(instance), "from": .text(from.rawValue), "to": .text(to.rawValue)],
        "\(instance): its software computes \(from.rawValue) products in \(to.rawValue), so MFU is against the peak of \(to.rawValue)"
      )
    case .fixedTimesOfLanguageModels(let profile, let fixed):
      Wording(
        "fixed-times-of-language-models", .warning, ["profile": .text(profile), "fixed_s": .amount(fixed)],
        "\(profile): a fixed \(fixed.formatted) per step was fitted on language-model software; DLRM on A100 was measured "
          + "3 to 5 times as fast as it allows, so recommenders on accelerators look too slow here")
    case .slowNetwork(let instance, let lacks, let called, let bandwidth, let latency):
      Wording(
        "slow-network", .warning,
        [
          "instance": .text(instance), "lacks": .text(lacks), "network": .text(called),
          "bandwidth_bytes_per_s": .amount(bandwidth), "latency_s": .amount(latency),
        ],
        "\(instance) has no \(lacks): collectives between instances go over TCP (\(called)), \(bandwidth.formatted) and "
          + "\(latency.formatted) a message at best; no run of that kind was measured, and it may well take longer")
    case .memoryTight(let instance, let probability):
      Wording(
        "memory-tight", .warning, ["instance": .text(instance), "probability": .number(probability)],
        "\(instance): the plan fits into memory with a probability of \(Figures.percent(probability))")
    case .checkpointOverHostMemory(let instance, let bytes, let memory):
      Wording(
        "checkpoint-over-host-memory", .warning,
        ["instance": .text(instance), "checkpoint_bytes": .amount(bytes), "memory_bytes": .amount(memory)],
        "\(instance): a checkpoint's \(bytes.formatted) an instance are more than its host's memory, \(memory.formatted)"
      )
    case .sequenceReadAsSample(let data, let model, let length):
      Wording(
        "sequence-read-as-sample", .warning,
        ["data": .text(data), "model": .text(model), "length": .integer(length)],
        "\(data) data: each sequence of \(model) (\(length) tokens) is read as one sample")
    case .stagesUneven(let instance, let ends, let saved):
      Wording(
        "stages-uneven", .assumption,
        ["instance": .text(instance), "ends": .text(ends.rawValue), "saved_fraction": .number(saved)],
        "\(instance): stages have equally many layers, and the one with the head takes longest; with ends=\(ends.rawValue) in "
          + "the plan a step is predicted to take \(Figures.percent(saved)) less")
    case .zeroMoot(let zero):
      Wording(
        "zero-moot", .assumption, ["zero": .integer(zero)],
        "zero \(zero) shards over data and context ranks, of which there is one: it changes nothing here")
    case .statesOverHostMemory(let instance, let bytes, let memory):
      Wording(
        "states-over-host-memory", .warning,
        [
          "instance": .text(instance), "bytes": .amount(bytes),
          "memory_bytes": memory.map { Figure.amount($0) } ?? Figure.text("unknown"),
        ],
        "\(instance): what is offloaded takes \(bytes.formatted) of each host's memory, "
          + (memory.map { "which is \($0.formatted)" } ?? "whose size is unknown"))
    case .checkpointRateUnknown(let instance):
      Wording(
        "checkpoint-rate-unknown", .warning, ["instance": .text(instance)],
        "\(instance): how fast checkpoints are written is not known, so here a failure starts the run from the beginning"
      )
    }
  }
}
