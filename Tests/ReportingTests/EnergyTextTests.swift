import Operating
import Quantities
import Testing

@testable import Reporting
@testable import Scenarios
@testable import Simulation

@Suite struct EnergyTextTests {
  /// Two machines of 10 kW for 20 days: 9.6 MWh; × 1.25 = 12 MWh at the meter; × 0.4 kg/kWh = 4.8 t.
  private func row(_ region: String? = "moon-1", _ grade: PowerGrade = .measured, load: Double? = 10_000) -> ResultRow {
    var instance = Sample.instance("toy.8")
    instance.powerLoad = load.map { Sample.sourced($0) }
    instance.powerGrade = grade
    let grid = Grid(
      region: "moon-1", pue: Sample.sourced(1.25), intensity: Sample.sourced(0.4 / 3.6e6),
      electricity: Sample.sourced(0.1 / 3.6e6))
    var run = Sample.run("toy.8")
    run.energy = EnergyUse(
      of: instance, units: 2, steps: 1, course: run.course, at: Site(rentedIn: region, ["moon-1": grid]))
    return Sample.row(run: run)
  }

  private func estimate(_ row: ResultRow) -> String {
    EstimateText(row, size: .instances(2)).table(Screen())
  }

  @Test("An estimate shows meter, emissions and how the draw is known, and what they come of") func block() {
    let text = estimate(row())
    #expect(text.contains("\nEnergy: 12 MWh at the meter, 4.8 t CO2e (measured)\n"))
    #expect(text.contains("\n  10 kW for each instance at work; PUE 1.25, 400 g/kWh in moon-1\n"))
  }

  @Test("What is not known is said, and no number stands for it") func unknown() {
    let nowhere = estimate(row(nil))
    #expect(nowhere.contains("\nEnergy: 9.6 MWh of the machines alone (measured)\n") && nowhere.contains("--region"))
    let silent = estimate(row(load: nil))
    #expect(silent.contains("\nEnergy: not known\n") && silent.contains("not published"))
    #expect(!estimate(Sample.row()).contains("Energy"))
  }

  @Test("Columns have what is known, and nothing else") func columns() {
    func cells(_ row: ResultRow) -> [String?] {
      ["energy_j", "co2e_kg", "power_w_per_instance", "pue", "grid_kg_per_kwh", "energy_grade"].map { name in
        ResultColumns.all.first { $0.name == name }?.value(row).exact
      }
    }
    let known = cells(row())
    #expect(known[0] == "43200000000" && known[2] == "10000" && known[3] == "1.25" && known[5] == "measured")
    #expect(abs((Double(known[1] ?? "") ?? 0) - 4800) < 1e-6 && abs((Double(known[4] ?? "") ?? 0) - 0.4) < 1e-9)
    #expect(cells(row(nil)) == [nil, nil, "10000", nil, nil, "measured"])
    #expect(cells(Sample.row()) == [nil, nil, nil, nil, nil, nil])
  }

  @Test("The explanation goes from machines to meter to grid, each factor with its source") func explained() throws {
    let row = row("moon-1", .estimated)
    let simulator = try Simulator(
      job: Sample.job(), instance: Sample.instance("toy.8"), efficiency: Sample.efficiency())
    let text = try #require(Explanation(row)).text(Screen())
    #expect(text.contains("\nEnergy: 12 MWh at the meter\n"))
    #expect(text.contains("─ toy.8 at work: 10 kW [1], estimated"))
    #expect(text.contains("─ machines 9.6 MWh = 960 instance-hours at work × 10 kW"))
    #expect(text.contains("─ 4.8 t CO2e = meter × 400 g/kWh [1]"))
    #expect(text.contains("a published estimate"))
  }
}
