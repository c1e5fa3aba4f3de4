import Quantities
import Testing

@testable import Reporting
@testable import Scenarios

@Suite struct CatalogTextTests {
  @Test("Each figure of a chip has its unit, source, place and note")
  func chip() {
    #expect(
      FactSheet(Sample.chip).table(Screen()) == """
        toy, chip
          A toy chip

          vendor            Acme
          class             accelerator
          released          2025
          devices per chip  1
          peak bf16         1 PFLOP/s                            [1]  chips/toy.yaml:7
          memory            80 GiB                               [1]  chips/toy.yaml:7
          memory bandwidth  3 TB/s                               [1]  chips/toy.yaml:7
              rounded
          matrix units      100, each 128 × 128 outputs at once

        Sources disagree
          - One says 3 TB/s, another 3.2.

        Sources
        [1] a datasheet; read 2026-01-31

        """)
  }

  @Test("A model shows its parameters by where they live")
  func model() {
    let facts = FactSheet(Sample.model).facts
    #expect(
      facts.first { $0.name == "parameters" }?.value == Count(Sample.model.parameterCount.total).formatted)
    #expect(facts.contains { $0.name == "layers" && $0.value == "8" })
  }

  @Test("A profile shows every parameter: fractions as a share, times with their unit")
  func profile() {
    let facts = FactSheet(Sample.efficiency()).facts
    func value(_ name: String) -> String? { facts.first { $0.name == name }?.value }
    #expect(value("gemm 16bit") == "80.0%" && value("scale up latency") == "2.50")
    #expect(value("host forward") == "300 µs" && value("straggling") == "0.0125")
    #expect(value("data overlap") == "50.0%" && value("status") == "extrapolated")
    #expect(value("memory reserve") != nil && facts.count == 4 + EfficiencyParameter.count + 2)
  }

  @Test("Every kind of entry has a sheet and a line in the list")
  func kinds() {
    let price = Sample.run("toy.8").offer.price
    let sheets = [
      FactSheet(Sample.chip), FactSheet(Sample.instance("toy.8")), FactSheet(Sample.model),
      FactSheet(Sample.stack),
      FactSheet(Sample.efficiency()), FactSheet(Sample.job()),
      FactSheet(prices: [price].compactMap { $0 }, name: "p"),
    ]
    #expect(sheets.allSatisfy { !$0.facts.isEmpty })
    let entries = [
      CatalogEntry(Sample.chip), CatalogEntry(Sample.instance("toy.8")), CatalogEntry(Sample.model),
      CatalogEntry(Sample.stack), CatalogEntry(Sample.efficiency()), CatalogEntry(Sample.job()),
    ]
    let table = CatalogEntry.table(entries, Screen())
    #expect(table.contains("chips\n  toy  1 PFLOP/s, 80 GiB, 3 TB/s  A toy chip\n\ninstances\n"))
  }

  @Test("A kind's title reads back as the kind")
  func titles() {
    for kind in CatalogKind.allCases { #expect(CatalogKind(title: kind.title) == kind) }
    #expect(CatalogKind(title: "chip") == nil)
  }
}
