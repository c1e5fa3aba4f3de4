import Quantities
import Scenarios

/// What a run draws, from the machines to the meter of their building, and what that gives off.
///
/// Machines × their draw is `machines`; × PUE it is `meter`; × the grid's intensity, `emissions`. Each is nil from the
/// first factor on that is not known.
public struct EnergyUse: Sendable {
  /// Nil where no draw of the type is known.
  public let draw: PowerDraw?
  public let site: Site
  /// Time of all instances together, at work: steps, kept or not.
  public let working: Seconds
  /// Time in which they wait: for input, for checkpoints, for the start and for restarts.
  public let waiting: Seconds
  /// Time of those that stand by.
  public let standingBy: Seconds
  /// Drawn by the machines alone.
  public let machines: Joules?
  /// Drawn by the building for them.
  public let meter: Joules?
  public let emissions: Kilograms?
  /// What the meter's energy costs; part of the bill for an owner only, rent has it in it.
  public let electricity: Dollars?
  private let name: String
  /// Whether what it draws while it waits makes a difference.
  private let rests: Bool

  /// Steps that are done again are work like others.
  ///
  /// - Parameter steps: of the job.
  public init(of instance: Instance, units: Int, steps: Double, course: Course, at site: Site) {
    self.site = site
    let wall = course.wallTime
    let idle = course.startup + course.stopped + (course.inputWait + course.checkpointStall) * steps
    let rest = min(idle, wall)
    working = (wall - rest) * Double(units)
    waiting = rest * Double(units)
    standingBy = wall * Double(course.spares)
    draw = PowerDraw(of: instance)
    let (working, still) = (working, waiting + standingBy)
    machines = draw.map { $0.load.energy(over: working) + $0.resting.energy(over: still) }
    let pue = site.pue?.value.value
    meter = machines.flatMap { drawn in pue.map { drawn * $0 } }
    emissions = meter.flatMap { drawn in site.intensity.map { drawn.emissions(at: $0.value) } }
    electricity = meter.flatMap { drawn in site.electricity.map { drawn.cost(at: $0.value) } }
    name = instance.name
    // A hundredth of the time is nothing that an energy figure could show.
    rests = still > (working + still) * 0.01
  }

  /// What was assumed.
  public var assumptions: [EnergyNote] {
    guard let draw else { return [] }
    var list: [EnergyNote] = []
    switch draw.grade {
    case .measured: break
    case .published:
      list.append(.shareOfPublished(instance: name, share: draw.share, most: draw.figure.value))
    case .estimated:
      list.append(.estimatedDraw(instance: name, draw: draw.load))
    }
    if rests, draw.idle == nil {
      list.append(.restUnknown(instance: name))
    }
    return list
  }

  /// What is not known.
  public var gaps: [EnergyNote] { draw == nil ? [.drawUnknown(instance: name)] : site.gaps }
}
