import Quantities

/// What may be behind a factor that changed, as far as two rows and the files of their runs tell.
struct Reasons {
  let old: [String: String]
  let new: [String: String]
  /// Files that changed between the runs; nil where that is not known.
  let files: [String]?

  static let size = ["instances", "chips", "devices"]
  private static let job = [
    "model", "parameters", "active_parameters", "sequence_length", "global_batch_sequences", "precision", "optimizer",
    "train", "documents",
  ]

  // MARK: Of each factor

  var steps: [String] { named("job", changed(["tokens"]) + perStep) }

  /// What of the job says how many tokens a step has.
  var perStep: [String] { changed(["sequence_length", "global_batch_sequences", "documents"]) }

  var step: [String] { step(with: []) }

  /// Of steps with what they wait for, where a row does not have the two apart.
  var speed: [String] {
    step(
      with: [("waiting for input", "input_wait_s"), ("checkpoints", "checkpoint_stall_s")].filter { differs($0.1) }
        .map(\.0))
  }

  private func step(with waits: [String]) -> [String] {
    let list = planned + waits + own(Reasons.columns.keys) + changedFiles(in: ["chips/nitro-"])
    return list.isEmpty && files == nil ? [Reasons.untold] : orElse(list)
  }

  var input: [String] {
    let list = asked + own(["chips", "instances"]) + changedFiles(in: ["chips/nitro-", "hosts/", "data/", "storage/"])
    return orElse(list, follows: "the step", where: CostFactor.step.column)
  }

  var checkpoint: [String] {
    orElse(
      figure("interval", "checkpoint_interval_s") { Seconds($0).formatted }
        + figure("size", "checkpoint_bytes") { Bytes($0).formatted } + asked + own(["chips", "instances", "models"])
        + changedFiles(in: ["chips/nitro-", "storage/", "reliability/"]))
  }

  var goodput: [String] {
    orElse(
      figure("failures", "failures_expected") { Figures.significant($0) }
        + figure("spares", "spares", Figures.grouped) + asked
        + own(["chips", "instances", "models", "stacks"]) + changedFiles(in: ["storage/", "reliability/"]))
  }

  var start: [String] {
    let time = figure("time", "startup_s") { Seconds($0).formatted }
    // The same start weighs less in a longer run, and then nothing of it has changed.
    if time.isEmpty { return orElse([], follows: "the run's length", where: "wall_time_s") }
    return orElse(time + asked + own(["instances", "models", "stacks"]) + changedFiles(in: ["storage/"]))
  }

  var spares: [String] {
    figure("standing by", "spares", Figures.grouped) + figure("instances", "instances", Figures.grouped)
  }

  var price: [String] {
    [move("bought", of: "pricing"), move("region", of: "region")].compactMap { $0 }
      + changedFiles(in: ["prices/", "ownership/", "providers/"])
  }

  var billing: [String] {
    if let pricing = move("bought", of: "pricing") { return [pricing] }
    return (differs("wall_time_s") ? ["the run's length"] : []) + changedFiles(in: ["providers/"])
  }

  /// Of a case whose cost is what it was, and of which something else changed.
  var other: [String] {
    let files = changedFiles { file in !Reasons.columns.keys.contains { file.hasPrefix("\($0)/") } }
    let list = planned + own(Reasons.columns.keys) + files
    return list.isEmpty ? [self.files == nil ? Reasons.untold : "the program"] : list
  }

  // MARK: Of several

  private static let untold = "efficiency profile, chip or model figures, or the program: the rows do not tell"

  /// What is asked for, and what was chosen to do it with.
  private var planned: [String] {
    let plan = ResultColumns.all.map(\.name).filter { $0.hasPrefix("plan_") && $0 != "plan_strangeness" }
    var list = asked + named("plan", plan.compactMap { move(String($0.dropFirst(5)), of: $0) })
    if old["profile"] != nil, new["profile"] != nil, let move = move("efficiency profile:", of: "profile") {
      list.append(move)
    }
    return list
  }

  /// Whether a figure of the row was changed for the run.
  private static func isChanged(_ row: [String: String]) -> Bool {
    (row["note_codes"] ?? "").split(separator: ";").contains("figure-set")
  }

  /// What a user asks of a run: its job, its size, and what `--set` changed.
  private var asked: [String] {
    var list = named("job", changed(Reasons.job))
    if !changed(Reasons.size).isEmpty { list.append("size") }
    if differs("assumptions"), [old, new].contains(where: Reasons.isChanged) {
      list.append("--set")
    }
    return list
  }

  /// Where nothing else is to be seen: another factor that this one follows, or what a suite or a job asks for that shows
  /// in no column.
  private func orElse(_ list: [String], follows what: String? = nil, where column: String = "") -> [String] {
    guard list.isEmpty else { return list }
    if let what, differs(column) { return [what] }
    guard let files else { return [] }
    let asking = files.filter { file in !Reasons.kinds.contains { file.hasPrefix($0.prefix) } }
    return asking.isEmpty ? ["the program"] : asking.map { "what \($0) asks for" }
  }

  private func differs(_ column: String) -> Bool { old[column] != new[column] }

  private func changed(_ columns: [String]) -> [String] { columns.filter(differs) }

  private func named(_ what: String, _ parts: [String]) -> [String] {
    parts.isEmpty ? [] : ["\(what): \(parts.joined(separator: ", "))"]
  }

  private func move(_ what: String, of column: String) -> String? {
    differs(column) ? "\(what) \(old[column] ?? "–") → \(new[column] ?? "–")" : nil
  }

  /// As people read it.
  private func figure(_ what: String, _ column: String, _ shown: (Double) -> String) -> [String] {
    guard differs(column) else { return [] }
    let (before, after) = (old[column].flatMap(Double.init), new[column].flatMap(Double.init))
    return ["\(what) \(before.map(shown) ?? "–") → \(after.map(shown) ?? "–")"]
  }

  // MARK: Files

  /// Files of parts, by where they lie, and what to call one; all others ask for something.
  private static let kinds: [(prefix: String, word: String)] = [
    ("chips/nitro-", word: "Nitro card"), ("chips/", "chip"), ("instances/", "instance"), ("models/", "model"),
    ("stacks/", "stack"), ("efficiency/", "efficiency profile"), ("hosts/", "host CPU"), ("data/", "data"),
    ("storage/", "storage"), ("reliability/", "reliability"), ("prices/", "prices"), ("ownership/", "ownership"),
    ("providers/", "provider"), ("regions/", "regions"), ("calibration/", "calibration"),
  ]
  private static let columns = [
    "chips": "chip", "instances": "instance", "models": "model", "stacks": "stack", "efficiency": "profile",
  ]

  /// Changed files of these folders that this case's rows name.
  private func own(_ folders: some Sequence<String>) -> [String] {
    changedFiles { file in
      folders.contains { folder in
        guard let column = Reasons.columns[folder] else { return false }
        return [old[column], new[column]].contains { $0.map { file == "\(folder)/\($0).yaml" } ?? false }
      }
    }
  }

  /// Changed files of these folders; rows do not say which of them a case uses.
  private func changedFiles(in prefixes: [String]) -> [String] {
    changedFiles { file in prefixes.contains { file.hasPrefix($0) } }
  }

  private func changedFiles(where isMeant: (String) -> Bool) -> [String] {
    (files ?? []).filter(isMeant).map { file in
      "\(Reasons.kinds.first { file.hasPrefix($0.prefix) }?.word ?? "file") \(file)"
    }
  }
}
