import Planning
import Quantities
import Reporting
import Scenarios

/// The inputs of a run that somebody states and that have no spread of their own: what a tenth more or less of each does.
struct SensitivityInputs {
  let scene: Scene
  /// The place of the option.
  let place: Int

  private struct Input: Sendable {
    var name: String
    var values: [(shown: String, changes: [Change])]
  }

  /// By how much each is moved.
  private static let step = 0.1

  /// Every input that can be moved, each with the run planned anew at either end on as many machines.
  func swings() throws(Stop) -> [Swing] {
    let now = scene.results[place]
    guard now.run != nil else { return [] }
    let inputs = try all()
    let jobs = inputs.indices.flatMap { i in [Place(input: i, end: 0), Place(input: i, end: 1)] }
    let results = mappedInParallel(jobs) { job -> OptionResult? in
      do throws(Stop) {
        return try scene.results(inputs[job.input].values[job.end].changes, only: place)[place]
      } catch { return nil }
    }
    return inputs.enumerated().compactMap { i, input in
      guard results.count == jobs.count else { return nil }
      let ends = [0, 1].map { end -> Swing.End in
        let moved = results[2 * i + end]
        return Swing.End(
          value: input.values[end].shown, dollars: moved.flatMap(Stake.cost.figure(of:)),
          seconds: moved.flatMap(Stake.time.figure(of:)))
      }
      return Swing(
        kind: .input, name: input.name, option: nil,
        now: (Stake.cost.figure(of: now), Stake.time.figure(of: now)), low: ends[0], high: ends[1])
    }
  }

  private struct Place: Sendable {
    var input: Int
    var end: Int
  }

  // MARK: Which there are

  private func all() throws(Stop) -> [Input] {
    let option = scene.asked.options[place], job = scene.asked.job
    let instance = option.instance, chip = instance.chip.name
    var list: [Input] = []
    func scaled(_ now: Double, _ change: (Double) -> (String, [Change])) -> [(shown: String, changes: [Change])] {
      [1 - SensitivityInputs.step, 1 + SensitivityInputs.step].map { change(now * $0) }
    }
    let offer = scene.asked.prices.offer(for: instance, scene.asked.pricing, region: scene.asked.region)
    if let rate = offer.price?.rate {
      list.append(
        Input(
          name: "price",
          values: scaled(rate.perHour) {
            (DollarRate(perHour: $0).formatted, [.price(type: instance.name, DollarRate(perHour: $0))])
          }))
    }
    list.append(
      Input(name: "tokens", values: scaled(job.tokens.value) { (Count($0).formatted, [.tokens(Count($0))]) }))
    // A tenth more of a batch splits over nothing: half and twice as much does.
    let batches = [max(1, job.globalBatch / 2), job.globalBatch * 2]
    list.append(
      Input(name: "global batch", values: batches.map { ("\($0)", [.globalBatch($0)]) }))

    let precision = job.precision.rawValue
    let paths: [(name: String, paths: [String])] = [
      // What a chip is said to reach and what its units can are moved together: the lower of the two counts.
      ("chip peak", ["chips.\(chip).peak.\(precision)", "chips.\(chip).ceiling.\(precision)"]),
      ("memory bandwidth", ["chips.\(chip).memory_bandwidth"]), ("memory", ["chips.\(chip).memory_capacity"]),
      ("links between chips", ["instances.\(owner(instance)).scale_up[0].bandwidth", "chips.\(chip).link.bandwidth"]),
      ("network", ["instances.\(owner(instance)).network.bandwidth"]),
      ("utilization", ["ownership.\(instance.soldAs).utilization"]),
      ("electricity", ["ownership.\(instance.soldAs).electricity"]),
      ("purchase", ["ownership.\(instance.soldAs).capital"]),
    ]
    for one in paths {
      let isOwned = one.paths[0].hasPrefix("ownership.")
      guard !isOwned || scene.asked.pricing == .model(.owned) else { continue }
      let texts = one.paths.compactMap { path in written(path).map { (path, $0) } }
      guard let first = texts.first else { continue }
      let values = [1 - SensitivityInputs.step, 1 + SensitivityInputs.step].map { factor in
        let overrides = texts.compactMap { path, text in
          try? Override(parsing: "\(path)=\(text.text(text.number * factor))")
        }
        return (shown: first.1.text(first.1.number * factor), changes: [Change.files(overrides)])
      }
      list.append(Input(name: one.name, values: values))
    }
    return list
  }

  /// UltraServers have what their members have.
  private func owner(_ instance: Instance) -> String { instance.soldAs }

  /// What the files say; nil where they have no such figure, or it is no number.
  private func written(_ path: String) -> NumberText? {
    do throws(Stop) {
      return try scene.fileText(path).flatMap(NumberText.init)
    } catch { return nil }
  }
}
