import Quantities
import Testing

@testable import Operating
@testable import Scenarios

@Suite struct EnergyTests {
  /// 10 h of wall time in which an instance waits 6,300 s: an hour for the start, twice 600 s after failures, and 1.5 s
  /// in each of 1,000 steps.
  static let course = Course(
    steps: 1000, bareStep: Seconds(28.5), inputWait: Seconds(1), checkpointStall: Seconds(0.5),
    startup: Seconds(3600), interval: nil, wallTime: Seconds(36_000), stopped: Seconds(1200), failures: 2, spares: 1)

  static let site = site(pue: 1.25)

  static func site(pue: Double?, kg: Double? = 0.4) -> Site {
    let grid = Grid(
      region: "r", pue: pue.map { sourced(Count($0)) },
      intensity: kg.map { sourced(CarbonIntensity(perKilowattHour: $0)) },
      electricity: sourced(EnergyPrice(perKilowattHour: 0.1)))
    return Site(rentedIn: "r", ["r": grid])
  }

  static func use(
    _ machine: Instance = node(load: 10_000, .measured, idle: 2000), units: Int = 4, course: Course = course,
    at site: Site = site
  ) -> EnergyUse {
    EnergyUse(of: machine, units: units, steps: 1000, course: course, at: site)
  }

  @Test("Machines at work and at rest, the building, the grid and the price: a run by hand") func byHand() throws {
    let energy = Self.use()
    #expect(energy.working == Seconds(4 * 29_700) && energy.waiting == Seconds(4 * 6300))
    #expect(energy.standingBy == Seconds(36_000))
    // 118,800 s × 10 kW + 61,200 s × 2 kW.
    let machines = try #require(energy.machines).value, meter = try #require(energy.meter).value
    #expect(abs(machines / 1.3104e9 - 1) < 1e-12)
    // 364 kWh × 1.25.
    #expect(abs(meter / 3.6e6 - 455) < 1e-9)
    #expect(abs(try #require(energy.emissions).value - 182) < 1e-9)
    #expect(abs(try #require(energy.electricity).value - 45.5) < 1e-9)
    #expect(energy.assumptions.isEmpty && energy.gaps.isEmpty)
  }

  @Test("Where nobody says what a machine draws at rest, it draws its load, which is told") func rest() throws {
    let energy = Self.use(node(load: 10_000, .measured))
    #expect(abs(try #require(energy.machines).value / (180_000 * 10_000) - 1) < 1e-12)
    #expect(energy.assumptions == [.restUnknown(instance: node().name)])
    var steady = Self.course
    (steady.inputWait, steady.checkpointStall, steady.startup, steady.spares) = (.zero, .zero, .zero, 0)
    steady.stopped = .zero
    #expect(Self.use(node(load: 10_000, .measured), course: steady).assumptions.isEmpty)
  }

  @Test("From the first unknown factor on, nothing is known, and why is said") func unknown() {
    let silent = Self.use(node())
    #expect(silent.machines == nil && silent.meter == nil && silent.emissions == nil && silent.draw == nil)
    #expect(silent.gaps == [.drawUnknown(instance: node().name)])
    let open = Self.use(at: Self.site(pue: nil))
    #expect(open.machines != nil && open.meter == nil && open.emissions == nil && open.electricity == nil)
    #expect(open.gaps == [.buildingUnpublished(region: "r")])
    let dark = Self.use(at: Self.site(pue: 1.25, kg: nil))
    #expect(dark.meter != nil && dark.emissions == nil)
    let nowhere = Self.use(at: Site(rentedIn: nil, [:]))
    #expect(nowhere.meter == nil && nowhere.gaps == [.placeUnknown])
  }

  @Test("Energy grows in proportion to instances and time, and with PUE and grid") func laws() throws {
    let one = try #require(Self.use().meter).value
    var alone = Self.course
    alone.spares = 0
    let few = try #require(Self.use(units: 4, course: alone).meter).value
    let many = try #require(Self.use(units: 8, course: alone).meter).value
    #expect(abs(many / few - 2) < 1e-12 && one > few)
    var long = Self.course
    (long.wallTime, long.startup, long.stopped) = (long.wallTime * 2, long.startup * 2, long.stopped * 2)
    let twice = EnergyUse(
      of: node(load: 10_000, .measured, idle: 2000), units: 4, steps: 2000, course: long, at: Self.site)
    #expect(abs(try #require(twice.meter).value / one - 2) < 1e-12)
    var last = 0.0
    for pue in stride(from: 1.0, through: 3, by: 0.25) {
      let emitted = try #require(Self.use(at: Self.site(pue: pue)).emissions).value
      #expect(emitted > last)
      last = emitted
    }
  }

  @Test("A run that waits longer than it lasts waits all the time, no more") func bounded() {
    var stuck = Self.course
    stuck.startup = Seconds(1e9)
    let energy = Self.use(course: stuck)
    #expect(energy.working == .zero && energy.waiting == Seconds(4 * 36_000))
  }
}

/// A machine with the power figures that are given.
func node(
  _ name: String = "node", max: Double? = nil, load: Double? = nil, _ grade: PowerGrade? = nil, idle: Double? = nil
) -> Instance {
  var instance = Instance(
    name: name, provider: .cloud, summary: "", released: nil, chip: chip("c"), chips: 8, host: Host(), nitro: nil,
    scaleUp: [], network: nil, ebs: nil, localStorage: nil, powerMax: max.map { sourced(Watts($0)) }, members: nil,
    soldIn: nil, disputed: [], origin: origin)
  instance.powerLoad = load.map { sourced(Watts($0)) }
  instance.powerIdle = idle.map { sourced(Watts($0)) }
  instance.powerGrade = grade
  return instance
}
