import Quantities
import Scenarios
import Simulation

/// A collective that was timed alone, beside what is predicted of it.
public struct CollectiveVerdict: Sendable {
  public var measured: MeasuredCollective
  public var instance: Instance
  public var ranks: Int
  public var nodes: Int
  public var bytes: Bytes
  public var published: Seconds
  /// What the prediction was made with: of the chip's default profile.
  public var profile: EfficiencyValues
  /// Of the collective itself, as a step has it.
  public var alone: CollectiveAlone
  /// What a call on this path takes besides, as like rows say.
  public var call = Seconds.zero

  public var predicted: Seconds { alone.time + call }
  /// Predicted ÷ published − 1: above 0 the prediction is too slow.
  public var error: Double { predicted / published - 1 }
  /// Bytes a second ÷ this is bus bandwidth.
  var busShare: Double { MeasuredCollective.busShare(measured.kind, ranks: ranks) }

  /// Rows with all equal but the size.
  var sweep: [String] {
    [
      measured.source, measured.machine, "\(nodes)", "\(ranks)", "\(instance.chip.devicesPerChip)",
      measured.kind.rawValue,
      measured.path,
    ]
  }
}

/// Why a measured collective is not held against a prediction.
public enum CollectiveSkip: Error, Hashable, Sendable {
  case machineUnknown(String)
  case notStated(column: String)
  case notModelled(MeasuredCollective.Kind)
  case alone
  case ranksNotEven(ranks: Int, nodes: Int)
  case beyondMachine(ranks: Int, devices: Int)
  case noNetwork(String)
  case unsupported(Unsupported)
}

/// Rows that differ in size alone: a fixed time and a rate, as R. W. Hockney tells a link (Parallel Computing 20 (1994) 389–398).
public struct CollectiveSweep: Sendable {
  public var rows: [CollectiveVerdict]
  /// Published: of a message of nothing, and bus bandwidth of a large one; nil where sizes are too alike to part the two.
  public var fixed: Seconds
  public var bus: ByteRate?
  /// The same as predicted, without what the call takes.
  public var predictedFixed: Seconds
  public var predictedBus: ByteRate?

  /// Least squares of the relative errors of fixed + bytes × slope, neither below nothing; in closed form.
  ///
  /// - Parameter rows: at least one, all of one sweep.
  init(_ rows: [CollectiveVerdict]) {
    self.rows = rows.sorted { $0.bytes < $1.bytes }
    func line(_ times: [(bytes: Double, time: Double)]) -> (fixed: Double, slope: Double) {
      // Of 1 = (fixed + bytes × slope) ÷ time: the two unknowns of u·fixed + v·slope = 1.
      let u = times.map { 1 / $0.time }, v = times.map { $0.bytes / $0.time }
      let uu = zip(u, u).reduce(0) { $0 + $1.0 * $1.1 }, vv = zip(v, v).reduce(0) { $0 + $1.0 * $1.1 }
      let uv = zip(u, v).reduce(0) { $0 + $1.0 * $1.1 }
      let su = u.reduce(0, +), sv = v.reduce(0, +), det = uu * vv - uv * uv
      guard det > 1e-9 * uu * vv else { return (uu > 0 ? su / uu : 0, 0) }
      let fixed = (su * vv - sv * uv) / det, slope = (sv * uu - su * uv) / det
      if fixed < 0 { return (0, sv / vv) }
      return slope < 0 ? (su / uu, 0) : (fixed, slope)
    }
    let share = rows[0].busShare, spread = self.rows[rows.count - 1].bytes / self.rows[0].bytes
    func told(_ found: (fixed: Double, slope: Double)) -> (Seconds, ByteRate?) {
      (Seconds(found.fixed), spread >= 4 && found.slope > 0 ? ByteRate(share / found.slope) : nil)
    }
    (fixed, bus) = told(line(rows.map { ($0.bytes.value, $0.published.value) }))
    (predictedFixed, predictedBus) = told(line(rows.map { ($0.bytes.value, $0.alone.time.value) }))
  }
}

/// Holds collectives that were timed alone against what steps are made of.
public enum CollectiveValidation {
  public typealias Row = (row: MeasuredCollective, outcome: Result<CollectiveVerdict, CollectiveSkip>)

  /// One outcome for each row of a file, in their order; without one, of the shipped rows. These say what a call takes besides.
  public static func judge(_ catalog: Catalog, file: String? = nil) throws(Diagnostics) -> [Row] {
    let shipped = try predicted(try catalog.measuredCollectives(), catalog)
    let calls = calls(sweeps(shipped.compactMap { try? $0.outcome.get() }))
    let asked = file == nil ? shipped : try predicted(try catalog.measuredCollectives(file), catalog)
    return asked.map { one in
      (
        one.row,
        one.outcome.map { verdict in
          var verdict = verdict
          verdict.call = calls[verdict.measured.path] ?? .zero
          return verdict
        }
      )
    }
  }

  public static func sweeps(_ verdicts: [CollectiveVerdict]) -> [CollectiveSweep] {
    var order: [[String]] = [], members: [[String]: [CollectiveVerdict]] = [:]
    for one in verdicts {
      if members[one.sweep] == nil { order.append(one.sweep) }
      members[one.sweep, default: []].append(one)
    }
    return order.compactMap { members[$0].map(CollectiveSweep.init) }
  }

  /// What a call takes beside the collective, by its path: the median of what sweeps have more of fixed time than is predicted. A path
  /// with no sweep of several sizes says nothing of it.
  public static func calls(_ sweeps: [CollectiveSweep]) -> [String: Seconds] {
    Dictionary(grouping: sweeps.filter { $0.bus != nil }, by: { $0.rows[0].measured.path }).mapValues { own in
      Seconds(max(0, own.map { ($0.fixed - $0.predictedFixed).value }.median))
    }
  }

  /// What large messages say of a parameter, beside what the chip's profile has: the median over sweeps whose pace it sets.
  public struct Said: Sendable {
    public var chip: String
    public var parameter: EfficiencyParameter
    public var profile: Double
    public var rows: Double
    public var sweeps: Int
  }

  public static func said(_ sweeps: [CollectiveSweep]) -> [Said] {
    var found: [String: (last: CollectiveVerdict, parameter: EfficiencyParameter, ratios: [Double])] = [:]
    for sweep in sweeps {
      guard let bus = sweep.bus, let predicted = sweep.predictedBus, let last = sweep.rows.last,
        let tier = last.alone.slowest
      else { continue }
      let parameter = last.measured.kind == .allToAll ? tier.exchange ?? tier.fraction : tier.fraction
      found["\(last.instance.chip.name) \(parameter.key)", default: (last, parameter, [])].ratios.append(
        bus / predicted)
    }
    return found.sorted { $0.key < $1.key }.map { _, one in
      let profile = one.last.profile[one.parameter]
      return Said(
        chip: one.last.instance.chip.name, parameter: one.parameter, profile: profile,
        rows: profile * one.ratios.median, sweeps: one.ratios.count)
    }
  }

  private static func predicted(_ rows: [MeasuredCollective], _ catalog: Catalog) throws(Diagnostics) -> [Row] {
    var efficiencies: [String: Efficiency] = [:]
    var found: [Row] = []
    for row in rows {
      if let chip = row.instance?.chip.name, efficiencies[chip] == nil {
        efficiencies[chip] = try catalog.efficiency(chip: chip, stack: nil)
      }
      do throws(CollectiveSkip) {
        found.append((row, .success(try judge(row) { efficiencies[$0] })))
      } catch {
        found.append((row, .failure(error)))
      }
    }
    return found
  }

  private static func judge(
    _ row: MeasuredCollective, _ efficiency: (String) -> Efficiency?
  ) throws(CollectiveSkip) -> CollectiveVerdict {
    guard var instance = row.instance, let profile = efficiency(instance.chip.name) else {
      throw .machineUnknown(row.machine)
    }
    let kind: Collective.Kind
    switch row.kind {
    case .allReduce: kind = .allReduce
    case .allGather, .reduceScatter: kind = .reduceScatter
    case .allToAll: kind = .allToAll
    case .sendReceive: kind = .send
    case .broadcast, .experts: throw .notModelled(row.kind)
    }
    guard let ranks = row.ranks else { throw .notStated(column: "ranks") }
    guard ranks > 1 else { throw .alone }
    guard let nodes = row.nodes else { throw .notStated(column: "nodes") }
    guard let bytes = row.bytes else { throw .notStated(column: "bytes") }
    guard let published = row.time else { throw .notStated(column: "time_us") }
    if let split = row.ranksPerChip, split != instance.chip.devicesPerChip {
      // More ranks share what a chip's have between them.
      let part = Double(instance.chip.devicesPerChip) / Double(split)
      instance.chip.devicesPerChip = split
      if let rate = instance.chip.deviceLink?.bandwidth.value {
        instance.chip.deviceLink?.bandwidth.value = rate * part
      }
    }
    guard ranks % nodes == 0 else { throw .ranksNotEven(ranks: ranks, nodes: nodes) }
    guard ranks / nodes <= instance.devices else {
      throw .beyondMachine(ranks: ranks / nodes, devices: instance.devices)
    }
    guard nodes == 1 || instance.network != nil else { throw .noNetwork(instance.name) }
    let machine: Machine
    do {
      machine = try Machine(instance: instance, efficiency: profile, precision: .bf16)
    } catch {
      throw .unsupported(error)
    }
    let collective = Collective(kind: kind, group: ranks, stride: 1, bytes: bytes.value)
    return CollectiveVerdict(
      measured: row, instance: instance, ranks: ranks, nodes: nodes, bytes: bytes, published: published,
      profile: profile.values,
      alone: machine.alone(collective, perMachine: ranks / nodes))
  }
}
